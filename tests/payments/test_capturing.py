"""Taking what was authorised, once cooking has started: only what is owed, and once."""

import pytest

from notifications.models import Message
from payments.closing import capture_due_payments
from payments.models import Payment, Refund
from payments.sending_refunds import process_refunds
from tests.orders.adjustments import goodwill
from tests.orders.steps import advance, euro
from tests.stripe.failing import (
    CONFLICT,
    ERROR,
    ERROR_AFTER,
    LIMITED,
    LOCKED,
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    only,
)

pytestmark = pytest.mark.django_db

CAPTURE = only("POST", "/capture")
# Between the first and the second try, Stripe is not to be asked how it stands either.
UNCLEAR = [(RESET, RESET), (ERROR, ERROR), (TIMEOUT, TIMEOUT), (LOCKED, LOCKED), (CONFLICT, CONFLICT), (LIMITED,)]
ACTED = [(RESET_AFTER, RESET_AFTER), (ERROR_AFTER,), (TIMEOUT_AFTER, TIMEOUT_AFTER), (RESET_AFTER, RESET)]


@pytest.fixture(autouse=True)
def taken_at_cooking(stripe, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    settings.STRIPE_TIMEOUT_SECONDS = 0.5


@pytest.fixture
def cooking(shop):
    """An order that is authorised, and whose cooking has started."""
    order = shop.order()
    assert shop.pay(order).state == "authorised"
    advance(order, "picking", "cooking")
    return order


def intent(shop):
    return shop.stripe.objects("payment_intent")[-1]


def assert_taken(shop, order, amount=1200):
    payment = Payment.objects.get()
    assert (payment.state, payment.captured) == ("succeeded", amount)
    assert (intent(shop)["status"], intent(shop)["amount_received"]) == ("succeeded", amount)
    shown = shop.look(order)
    assert (shown["payment"]["state"], shown["payment"]["paid"]) == ("paid", euro(amount))
    assert shown["times"]["paid_at"] is not None
    assert not Message.objects.filter(kind="payment_lost").exists()


def test_it_is_taken_once(shop, cooking):
    assert capture_due_payments() == 1
    assert_taken(shop, cooking)
    assert capture_due_payments() == 0
    assert set(shop.deliver()) == {204}
    assert_taken(shop, cooking)
    assert [one.path for one in shop.stripe.requests].count(f"/v1/payment_intents/{intent(shop)['id']}/capture") == 1
    assert process_refunds() == []


def test_whatever_the_order_has_come_to_since(shop, cooking):
    advance(cooking, "ready", "in_delivery", "delivered")
    assert capture_due_payments() == 1
    assert_taken(shop, cooking)


def test_after_goodwill_only_the_rest_is_taken_and_nothing_goes_back(shop, cooking):
    goodwill(cooking, 500)
    assert capture_due_payments() == 1
    assert_taken(shop, cooking, 700)
    assert set(shop.deliver()) == {204}
    assert process_refunds() == []
    assert not Refund.objects.exists()


def test_where_nothing_is_owed_any_more_it_is_let_go_and_nobody_is_alarmed(shop, cooking):
    goodwill(cooking, 1200)
    assert capture_due_payments() == 1
    assert (intent(shop)["status"], intent(shop)["amount_received"]) == ("canceled", 0)
    assert Payment.objects.get().state == "cancelled"
    shown = shop.look(cooking)
    assert (shown["status"], shown["payment"]["paid"], shown["payment"]["state"]) == ("cooking", euro(0), "paid")
    assert not Message.objects.filter(kind="payment_lost").exists()


def test_goodwill_after_it_was_taken_goes_back(shop, cooking):
    capture_due_payments()
    goodwill(cooking, 500)
    assert [refund.amount for refund in process_refunds()] == [500]
    assert shop.look(cooking)["payment"]["refunded"] == euro(500)


@pytest.mark.parametrize("failures", ACTED, ids=lambda them: "+".join(one.kind for one in them))
def test_taken_without_an_answer_it_is_found_taken(shop, cooking, failures):
    shop.stripe.failing.next(*failures, matching=CAPTURE)
    assert capture_due_payments() == 1
    assert_taken(shop, cooking)


@pytest.mark.parametrize("failures", ACTED, ids=lambda them: "+".join(one.kind for one in them))
def test_taken_while_nothing_is_answered_it_is_taken_once(shop, cooking, failures):
    shop.stripe.failing.next(*failures, matching=CAPTURE)
    shop.stripe.failing.next(RESET, RESET, matching=lambda method, path: method == "GET")
    assert capture_due_payments() == 0
    assert Payment.objects.get().state == "authorised"
    assert shop.look(cooking)["payment"]["state"] == "authorised"
    shop.stripe.failing.stop()

    assert capture_due_payments() == 1
    assert_taken(shop, cooking)
    assert len(shop.stripe.events("charge.captured")) == 1


@pytest.mark.parametrize("failures", UNCLEAR, ids=lambda them: them[0].kind)
def test_not_taken_it_is_taken_with_the_next_turn(shop, cooking, failures):
    shop.stripe.failing.next(*failures, matching=CAPTURE)
    assert capture_due_payments() == 0
    assert (Payment.objects.get().state, intent(shop)["status"]) == ("authorised", "requires_capture")

    assert capture_due_payments() == 1
    assert_taken(shop, cooking)


def test_one_that_fails_does_not_keep_the_others_waiting(shop, cooking):
    second = shop.order()
    shop.pay(second)
    advance(second, "cooking")
    shop.stripe.failing.next(RESET, RESET, matching=CAPTURE)
    assert capture_due_payments() == 1
    assert Payment.objects.get(order_id=second["id"]).state == "succeeded"
    assert capture_due_payments() == 1


def test_lost_before_it_is_taken_staff_are_told(shop, cooking):
    shop.stripe.client().v1.payment_intents.cancel(intent(shop)["id"], {}, {"idempotency_key": "by Stripe"})
    assert capture_due_payments() == 1
    assert Message.objects.filter(kind="payment_lost").count() == 1
    assert shop.look(cooking)["payment"]["state"] == "failed"
    assert capture_due_payments() == 0


def test_taken_by_hand_at_stripe_it_is_found_taken(shop, cooking):
    params = {"amount_to_capture": 1200}
    shop.stripe.client().v1.payment_intents.capture(intent(shop)["id"], params, {"idempotency_key": "by hand"})
    assert capture_due_payments() == 1
    assert_taken(shop, cooking)
