"""When an order cannot be paid in the app, and what the customer is told."""

import pytest

from orders.models import Order
from payments.models import Payment
from tests.clients import Api, signed_in
from tests.factories import make_product, put_in_stock
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, PICKUP, place
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stripe_is_not_asked(stripe):
    yield
    assert stripe.requests == []
    assert not Payment.objects.exists()


@pytest.mark.parametrize("method", ["cash", "terminal"])
@pytest.mark.parametrize("body", [{}, {"method": "card"}, {"method": "qr"}])
def test_what_is_paid_at_the_door_is_not_paid_in_the_app(shop, method, body):
    order = shop.order(method)
    assert_problem(shop.start(order, **body), 422, "payment_not_possible")
    assert shop.look(order)["payment"]["method"] == method


def test_a_cancelled_order_cannot_be_paid(shop):
    order = shop.order()
    shop.alice.cancel(order["id"])
    assert assert_problem(shop.start(order), 409, "order_not_payable")["order_status"] == "cancelled"


@pytest.mark.time_machine(NOON, tick=False)
def test_an_order_whose_time_to_be_paid_is_over_cannot_be_paid_before_anybody_cancels_it(shop, settings, time_machine):
    order = shop.order()
    time_machine.move_to(NOON.timestamp() + settings.PAYMENT_SECONDS, tick=False)
    shop.alice = signed_in(shop.alice.customer)
    document = assert_problem(shop.start(order), 409, "order_not_payable")
    assert document["order_status"] == "waiting_for_payment"


def test_what_costs_nothing_is_paid_already(shop, branch):
    water = make_product("water", price=0)
    put_in_stock(branch, water=1)
    order = place(shop.alice, water, total=0, payment_method="card", delivery=PICKUP)
    assert_problem(shop.start(order), 409, "already_paid")


def test_what_staff_have_let_the_customer_off_is_paid_already(shop):
    order = shop.order()
    goodwill(order, 1200)
    assert_problem(shop.start(order), 409, "already_paid")


@pytest.mark.parametrize("method", ["card", "qr"])
def test_with_a_method_that_is_switched_off(shop, settings, method):
    order = shop.order("card")
    settings.PAYMENT_METHODS = [name for name in settings.PAYMENT_METHODS if name != method]
    document = assert_problem(shop.start(order, method=method), 422, "payment_not_possible")
    assert document["payment_methods"] == ["qr" if method == "card" else "card"]


def test_where_no_provider_is_switched_on(shop, settings):
    order = shop.order()
    settings.PAYMENT_PROVIDER = ""
    assert_problem(shop.start(order), 422, "payment_not_possible")
    assert_problem(shop.start(order, save_card=True), 422, "payment_not_possible")
    assert_problem(shop.alice.post("account/cards/setup", {}), 422, "payment_not_possible")


def test_where_the_keys_have_been_taken_out(shop, settings):
    order = shop.order()
    settings.STRIPE_SECRET_KEY = ""
    answer = shop.start(order)
    assert_problem(answer, 503, "provider_unavailable")
    assert answer.headers["Retry-After"] == "3"


def test_bobs_order_is_as_if_it_did_not_exist(shop, bob):
    order = shop.order()
    for body in ({}, {"method": "card"}, {"typo": 1}, {"card_id": order["id"]}):
        answer = bob.post(f"orders/{order['id']}/payments", body, idempotency_key="k")
        assert_problem(answer, 404, "not_found")
    assert_problem(bob.post(f"orders/{order['id']}/payments", {}), 404, "not_found")
    assert_problem(bob.get(f"orders/{order['id']}/payments"), 404, "not_found")
    unknown = bob.post(f"orders/{bob.customer.id}/payments", {}, idempotency_key="k")
    assert_problem(unknown, 404, "not_found")
    assert Order.objects.get().payment_state == "waiting"


def test_without_a_session(shop, alice):
    order = shop.order()
    assert_problem(Api().post(f"orders/{order['id']}/payments", {}, idempotency_key="k"), 401, "token_missing")
    assert_problem(Api("x").post(f"orders/{order['id']}/payments", {}, idempotency_key="k"), 401, "token_invalid")
