"""Work that asks others over the network is carried out once for its key; its claim is committed before it begins."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from customerbackend.errors import Refusal
from customerbackend.idempotency import Answer, Attempt, IdempotencyKeyReused, RequestInProgress, carry_out
from customerbackend.models import IdempotentAnswer
from tests.factories import order_body
from tests.orders.steps import NOON, place
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

CUSTOMER = uuid4()
ATTEMPT = Attempt("k", "fingerprint")
OTHER = Attempt("k", "of another request")
ANSWER = Answer(status=201, body='{"a": 1}', location="/api/v1/things/1")


class Work:
    """What is to be done; how often it was, and what was claimed meanwhile."""

    def __init__(self, answer=ANSWER):
        self.answer, self.times, self.claims = answer, 0, []

    def __call__(self):
        self.times += 1
        self.claims += IdempotentAnswer.objects.values_list("key", "fingerprint", "status")
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def carry(work, attempt=ATTEMPT, caller_id=CUSTOMER):
    return carry_out(caller_id=caller_id, attempt=attempt, work=work)


def claimed(ago=timedelta(), attempt=ATTEMPT, **fields):
    """A claim that somebody has made so long ago, and not finished unless `fields` say so."""
    return IdempotentAnswer.objects.create(
        caller_id=CUSTOMER,
        key=attempt.key,
        fingerprint=attempt.fingerprint,
        created_at=timezone.now() - ago,
        **{"status": None, **fields},
    )


def kept():
    return list(IdempotentAnswer.objects.values_list("key", "fingerprint", "status", "body", "location"))


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("customerbackend.idempotency.WAIT_SECONDS", 0.2)


def test_it_is_claimed_while_it_is_done_and_its_answer_is_kept():
    work = Work()
    assert carry(work) == ANSWER
    assert work.claims == [("k", "fingerprint", None)]
    assert kept() == [("k", "fingerprint", 201, '{"a": 1}', "/api/v1/things/1")]


def test_sent_again_it_is_answered_and_not_done():
    work = Work()
    carry(work)
    again = carry(work)
    assert again == Answer(status=201, body='{"a": 1}', location="/api/v1/things/1", replayed=True)
    assert work.times == 1


def test_another_request_with_the_key_is_refused():
    carry(Work())
    work = Work()
    with pytest.raises(IdempotencyKeyReused):
        carry(work, OTHER)
    assert work.times == 0
    assert carry(work, caller_id=uuid4()) == ANSWER


@pytest.mark.parametrize("fault", [Refusal(), ValueError("x"), KeyboardInterrupt(), SystemExit()])
def test_what_fails_leaves_no_claim_and_may_be_sent_again(fault):
    with pytest.raises(type(fault)):
        carry(Work(fault))
    assert kept() == []
    work = Work()
    assert carry(work) == ANSWER
    assert work.times == 1


def test_after_a_day_the_key_is_new_again():
    claimed(timedelta(hours=23, minutes=59), status=200, body="old")
    assert carry(Work()).body == "old"
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    work = Work()
    assert carry(work, OTHER) == ANSWER
    assert work.times == 1
    assert kept() == [("k", "of another request", 201, '{"a": 1}', "/api/v1/things/1")]


def test_as_long_as_the_first_may_be_alive_it_is_not_done_again(impatient):
    claimed(timedelta(seconds=58))
    work = Work()
    with pytest.raises(RequestInProgress) as refused:
        carry(work)
    assert refused.value.wait == 1
    assert work.times == 0
    assert kept() == [("k", "fingerprint", None, "", "")]


def test_another_request_is_refused_while_the_first_runs_without_waiting(monkeypatch):
    monkeypatch.setattr("customerbackend.idempotency.PAUSE_SECONDS", float("nan"))  # sleeping fails
    claimed(timedelta(seconds=58))
    with pytest.raises(IdempotencyKeyReused):
        carry(Work(), OTHER)


@pytest.mark.parametrize("attempt", [ATTEMPT, OTHER])
def test_after_a_minute_the_first_is_taken_for_dead(attempt):
    old = claimed(timedelta(seconds=61))
    work = Work()
    assert carry(work, attempt) == ANSWER
    assert work.claims == [("k", attempt.fingerprint, None)]
    row = IdempotentAnswer.objects.get()
    assert (row.status, row.fingerprint, row.id != old.id) == (201, attempt.fingerprint, True)
    assert row.created_at > old.created_at


def test_an_answer_is_not_taken_for_dead_with_its_process():
    claimed(timedelta(seconds=61), status=200, body="done")
    assert carry(Work()).body == "done"


@pytest.mark.parametrize("late", [ANSWER, Refusal()])
def test_a_first_one_that_comes_back_late_leaves_the_second_ones_claim_alone(late):
    def slow():
        IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(seconds=61))
        claims.append(carry(Work(Answer(status=200, body="of the second"))))
        return Work(late)()

    claims: list[Answer] = []
    try:
        carry(slow)
    except Refusal:
        assert late is not ANSWER
    assert [answer.body for answer in claims] == ["of the second"]
    assert kept() == [("k", "fingerprint", 200, "of the second", "")]
    assert carry(Work()).body == "of the second"


def test_a_first_one_that_fails_late_does_not_free_the_second_that_still_runs():
    def slow():
        IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(seconds=61), id=uuid4())
        raise Refusal()

    with pytest.raises(Refusal):
        carry(slow)
    assert kept() == [("k", "fingerprint", None, "", "")]


@pytest.mark.time_machine(NOON, tick=False)
def test_a_key_that_a_payment_holds_open_places_no_order(shop_with_order):
    alice, order, soup = shop_with_order
    IdempotentAnswer.objects.create(
        caller_id=alice.customer.id, key="k", fingerprint="of a payment", created_at=timezone.now()
    )
    body = order_body(soup, total=1200)
    assert_problem(alice.place(body, key="k"), 422, "idempotency_key_reused")
    assert_problem(alice.cancel(order["id"], key="k"), 422, "idempotency_key_reused")
    assert alice.get("orders").json["data"] == [alice.get(f"orders/{order['id']}").json]
    assert IdempotentAnswer.objects.filter(key="k", status=None, fingerprint="of a payment").count() == 1


@pytest.fixture
def shop_with_order(alice, soup):
    return alice, place(alice, soup, total=1200), soup


def test_a_key_that_placed_an_order_starts_no_payment(alice, soup):
    order = alice.place(order_body(soup, total=1200, payment_method="card"), key="k").json
    answer = alice.post(f"orders/{order['id']}/payments", {}, idempotency_key="k")
    assert_problem(answer, 422, "idempotency_key_reused")
    assert alice.get(f"orders/{order['id']}/payments").json["data"] == []
