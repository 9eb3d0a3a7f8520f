"""Many requests to start a payment, at the same moment: one payment here, one intent at the provider."""

from functools import partial

import pytest
from django.db import transaction

from customerbackend.models import IdempotentAnswer
from orders.models import Order
from payments.models import Payment
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.payments.shop import Shop
from tests.problems import assert_problem
from tests.servers import another_connection, wait_until
from tests.stripe.failing import ERROR, only
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

CREATE = only("POST", "/payment_intents")
IDLE_IN_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'"""


@pytest.fixture
def shop(stripe):
    product = make_product("soup")
    put_in_stock(make_branch(), soup=100)
    return Shop(stripe, signed_in(make_customer("alice")), product)


def acted(shop, path):
    return [request for request in shop.stripe.requests if request.path.endswith(path) and not request.replayed]


@pytest.mark.parametrize("method", ["card", "qr"])
def test_twenty_requests_with_twenty_keys_start_one_payment(shop, method):
    order = shop.order(method)

    answers = run_together(*[lambda: shop.start(order)] * 20)

    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert Payment.objects.count() == 1
    kind = "payment_intent" if method == "card" else "checkout.session"
    assert len(shop.stripe.objects(kind)) == 1
    assert len(acted(shop, "s")) == 1


def test_twenty_requests_with_one_key_are_carried_out_once(shop):
    order = shop.order()

    answers = run_together(*[lambda: shop.start(order, key="one intention")] * 20)

    assert [answer.status for answer in answers] == [201] * 20
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(shop.stripe.requests) == 1
    assert IdempotentAnswer.objects.filter(key="one intention").count() == 1


def test_twenty_requests_with_a_linked_card_charge_it_once(shop):
    card = shop.link()
    order = shop.order()

    answers = run_together(*[lambda: shop.start(order, card_id=str(card.id))] * 20)

    assert {(answer.status, answer.code) for answer in answers} <= {(201, None), (200, None), (409, "already_paid")}
    assert len(shop.stripe.objects("charge")) == 1
    assert len(shop.stripe.objects("payment_intent")) == 1
    assert Payment.objects.values_list("state", "captured").get() == ("succeeded", 1200)
    assert shop.look(order)["status"] == "processing"


def test_with_two_methods_at_once_one_payment_is_open_and_the_other_cannot_be_paid(shop):
    for _ in range(3):
        order = shop.order()

        answers = run_together(*[partial(shop.start, order, method=way) for way in ("card", "qr", "card", "qr")])

        assert all(answer.status in (200, 201) for answer in answers), [answer.text for answer in answers]
        found = Payment.objects.filter(order_id=order["id"])
        [still_open] = found.exclude(state="cancelled")
        assert Order.objects.get(id=order["id"]).payment_method == still_open.method
        payable = [name for name, status in shop.intents() if status != "canceled"]
        pages = [page["id"] for page in shop.stripe.objects("checkout.session") if page["status"] == "open"]
        assert payable + pages == [still_open.reference]
        shop.alice.cancel(order["id"])
        Payment.objects.all().delete()
        shop.stripe.books.empty()


def test_while_stripe_takes_its_time_nothing_of_ours_is_locked(shop):
    order = shop.order()

    def look():
        wait_until(held.arrived.is_set)
        with another_connection() as raw, raw.cursor() as cursor:
            cursor.execute(IDLE_IN_TRANSACTION)
            [[open_transactions]] = cursor.fetchall()
        with transaction.atomic():
            Order.objects.select_for_update(nowait=True).get(id=order["id"])
        held.over.set()
        return open_transactions

    with shop.stripe.failing.held(CREATE) as held:
        answer, open_transactions = run_together(lambda: shop.start(order), look)

    assert (answer.status, open_transactions) == (201, 0)


def test_who_comes_while_another_starts_it_gets_what_that_one_got(shop):
    order = shop.order()

    def second():
        wait_until(held.arrived.is_set)
        return run_together(lambda: shop.start(order), let_go)[0]

    def let_go():
        wait_until(lambda: IdempotentAnswer.objects.filter(status=None).count() == 2)
        held.over.set()

    with shop.stripe.failing.held(CREATE) as held:
        one, two = run_together(lambda: shop.start(order), second)

    assert (one.status, two.status, two.text) == (201, 200, one.text)
    assert len(shop.stripe.requests) == 1


def test_an_order_with_the_key_of_a_payment_that_is_being_started_is_not_placed(shop):
    order = shop.order()
    body = order_body(shop.soup, total=1200)

    def place():
        wait_until(held.arrived.is_set)
        answers = shop.alice.place(body, key="k"), shop.alice.cancel(order["id"], key="k")
        held.over.set()
        return answers

    with shop.stripe.failing.held(CREATE) as held:
        started, (placed, cancelled) = run_together(lambda: shop.start(order, key="k"), place)

    assert started.status == 201
    assert_problem(placed, 422, "idempotency_key_reused")
    assert_problem(cancelled, 422, "idempotency_key_reused")
    assert Order.objects.get().status == "waiting_for_payment"
    assert shop.start(order, key="k").text == started.text


def test_a_failure_of_one_does_not_have_a_linked_card_charged_beside_another(shop):
    """One has been asking for long; who takes it for dead is answered with a fault, and asks under another key."""
    card = shop.link()
    order = shop.order()
    body = {"card_id": str(card.id)}

    def impatient():
        wait_until(held.arrived.is_set)
        Payment.objects.update(started_at="2026-01-01T00:00:00Z")
        shop.stripe.failing.next(ERROR, ERROR, matching=CREATE)
        assert_problem(shop.start(order, **body), 503, "provider_unavailable")
        shop.stripe.failing.pauses.remove(held)
        answer = shop.start(order, **body)
        held.over.set()
        return answer

    with shop.stripe.failing.held(CREATE) as held:
        patient, quick = run_together(lambda: shop.start(order, **body), impatient)

    assert (quick.status, quick.json["state"]) == (201, "succeeded")
    assert len(shop.stripe.objects("charge")) == 1
    assert_problem(patient, 503, "provider_unavailable")
    assert shop.start(order, **body).code == "already_paid"
    assert Payment.objects.values_list("state", "captured").get() == ("succeeded", 1200)
