"""A second request comes while the first one with its key still runs: it waits, and gets what came of the first."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connections

from customerbackend.models import IdempotentAnswer
from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.problems import assert_problem
from tests.servers import another_connection, kill, wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

CLAIM = """
    INSERT INTO customerbackend_idempotentanswer (id, caller_id, key, fingerprint, body, location, created_at)
    VALUES (gen_random_uuid(), %s, 'k', 'of the first', '', '', now())"""
FINISH = """
    UPDATE customerbackend_idempotentanswer SET status = 201, body = '{"id": "of the first"}', fingerprint = %s
    WHERE key = 'k'"""


@pytest.fixture
def body():
    product = make_product("soup")
    put_in_stock(make_branch(), soup=100)
    return order_body(product, total=1200)


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def first(alice):
    """A request that has claimed the key `k` and goes on."""
    with another_connection() as raw:
        raw.cursor().execute(CLAIM, [alice.customer.id])
        yield raw


@contextmanager
def sent(alice, body):
    """The same key again, in a thread; the answers are there when the block has been left."""
    answers = []

    def send():
        answers.append(alice.place(body, key="k"))
        connections.close_all()

    thread = threading.Thread(target=send)
    thread.start()
    yield answers
    thread.join()


def test_the_first_is_refused_and_the_second_carried_out(alice, body, first):
    with sent(alice, body) as answers:
        wait_until(waiting_for_a_lock)
        assert answers == []
        first.rollback()
    [answer] = answers
    assert answer.status == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert Order.objects.count() == 1


def test_the_first_succeeds_and_the_second_gets_its_answer(alice, body, first):
    fingerprint = fingerprint_of(alice, body)
    with sent(alice, body) as answers:
        wait_until(waiting_for_a_lock)
        first.cursor().execute(FINISH, [fingerprint])
        first.commit()
    [answer] = answers
    assert (answer.status, answer.text) == (201, '{"id": "of the first"}')
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert not Order.objects.filter(customer_id=alice.customer.id).exists()


def test_the_first_was_something_else_and_the_second_is_told_so(alice, body, first):
    with sent(alice, body) as answers:
        wait_until(waiting_for_a_lock)
        first.cursor().execute(FINISH, ["of something else"])
        first.commit()
    assert_problem(answers[0], 422, "idempotency_key_reused")
    assert not Order.objects.exists()


def test_the_process_of_the_first_dies_and_its_claim_is_free_at_once(alice, body, first):
    with sent(alice, body) as answers:
        wait_until(waiting_for_a_lock)
        kill(first.info.backend_pid)
    assert answers[0].status == 201
    assert Order.objects.count() == 1


def test_the_first_takes_too_long_and_the_second_is_told_to_ask_again(alice, body, first):
    answer = alice.place(body, key="k")
    assert_problem(answer, 409, "request_in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert not Order.objects.exists()
    first.rollback()
    assert alice.place(body, key="k").status == 201
    assert Order.objects.count() == 1


def test_another_key_and_another_customer_do_not_wait(alice, body, first):
    assert alice.place(body, key="another").status == 201
    assert signed_in(make_customer("bob")).place(body, key="k").status == 201


def fingerprint_of(alice, body) -> str:
    """What the product makes of this request, seen in the claim of somebody else's like it."""
    assert signed_in(make_customer("carol")).place(body, key="k").status == 201
    return IdempotentAnswer.objects.get().fingerprint
