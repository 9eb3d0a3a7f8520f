"""Where a card's money is taken only when cooking starts: authorised when it is ordered, void when it is cancelled."""

import pytest

from notifications.models import Message
from orders.models import Estimate
from payments.closing import cancel_stray_payments, capture_due_payments
from payments.models import Payment, Refund
from payments.sending_refunds import process_refunds
from payments.serializers import PaymentSerializer
from tests.orders.steps import advance, euro
from tests.problems import assert_problem
from tests.shapes import assert_shape
from tests.stripe.failing import RESET, RESET_AFTER, only

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def taken_at_cooking(settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"


def authorised(shop):
    """An order whose card's bank has promised the money."""
    order = shop.order()
    payment = shop.pay(order)
    assert payment.state == "authorised"
    return order


def intent(shop):
    return shop.stripe.objects("payment_intent")[-1]


def test_what_is_authorised_is_enough_for_the_order_to_go_on(shop):
    order = authorised(shop)

    shown = shop.look(order)
    assert (shown["status"], shown["payment"]["state"]) == ("processing", "authorised")
    assert (shown["payment"]["paid"], shown["times"]["paid_at"]) == (euro(0), None)
    assert list(Estimate.objects.order_by("made_at").values_list("why", flat=True)) == ["placed", "paid"]
    assert Message.objects.filter(kind="order_accepted").count() == 1
    assert (intent(shop)["status"], intent(shop)["amount_capturable"]) == ("requires_capture", 1200)
    payment = Payment.objects.get()
    assert (payment.authorised, payment.captured, payment.captures_later) == (1200, 0, True)


def test_it_is_shown_without_anything_to_pay_with(shop):
    authorised(shop)
    payment = shop.alice.get(f"payments/{Payment.objects.get().id}").json
    assert_shape(PaymentSerializer, payment)
    assert (payment["state"], payment["amount"], payment["captured"]) == ("authorised", euro(1200), euro(0))
    assert (payment["client_secret"], payment["publishable_key"]) == (None, None)


def test_however_often_it_is_told_it_goes_on_once(shop):
    order = authorised(shop)
    before = shop.look(order)
    assert set(shop.send(shop.stripe.events())) == {204}
    assert shop.look(order) == before
    assert Message.objects.filter(kind="order_accepted").count() == 1


def test_with_a_linked_card_it_goes_on_at_once(shop):
    card, order = shop.link(), shop.order()
    answer = shop.start(order, card_id=str(card.id))
    assert (answer.status, answer.json["state"]) == (201, "authorised")
    assert shop.look(order)["status"] == "processing"


def test_by_qr_code_it_is_taken_at_once(shop):
    order = shop.order("qr")
    shop.start(order)
    payment = Payment.objects.get()
    shop.stripe.payer.pay_session(payment.reference)
    shop.deliver()
    payment.refresh_from_db()
    assert (payment.state, payment.captured, payment.captures_later) == ("succeeded", 1200, False)
    assert shop.look(order)["payment"]["state"] == "paid"


def test_nothing_is_taken_before_cooking_starts(shop):
    order = authorised(shop)
    advance(order, "restocking", "picking")
    assert (capture_due_payments(), cancel_stray_payments()) == (0, 0)
    assert intent(shop)["status"] == "requires_capture"


def test_it_cannot_be_started_again(shop):
    order = authorised(shop)
    assert_problem(shop.start(order), 409, "already_paid")
    assert_problem(shop.start(order, method="qr"), 409, "already_paid")


def test_cancelled_by_the_customer_before_cooking_it_is_void_and_nothing_goes_back(shop):
    order = authorised(shop)
    assert shop.look(order)["can_cancel"] is True
    assert shop.alice.get(f"orders/{order['id']}/cancellation").json["refund"] is None

    answer = shop.alice.cancel(order["id"], reason="changed_mind")

    assert (answer.status, answer.json["payment"]["state"]) == (200, "cancelled")
    assert capture_due_payments() == 0
    assert cancel_stray_payments() == 1
    assert (intent(shop)["status"], intent(shop)["amount_received"]) == ("canceled", 0)
    assert set(shop.deliver()) == {204}
    assert process_refunds() == []
    payment = Payment.objects.get()
    assert (payment.state, payment.captured, payment.authorised) == ("cancelled", 0, 0)
    assert not Refund.objects.exists()
    assert shop.look(order)["payment"] == {
        **order["payment"], "state": "cancelled", "paid": euro(0), "refunded": euro(0),
    }  # fmt: skip
    assert not Message.objects.filter(kind__in=("payment_lost", "refund_succeeded")).exists()


@pytest.mark.parametrize("statuses", [("cancelled",), ("picking", "cancelled")])
def test_cancelled_by_staff_it_is_void_as_well(shop, statuses):
    order = authorised(shop)
    advance(order, *statuses, reason="sold out")
    assert (capture_due_payments(), cancel_stray_payments()) == (0, 1)
    assert intent(shop)["status"] == "canceled"
    assert not Refund.objects.exists()


def test_cancelled_after_cooking_started_and_before_it_was_taken_it_is_void(shop):
    order = authorised(shop)
    advance(order, "cooking")
    advance(order, "cancelled", reason="burnt")
    assert (capture_due_payments(), cancel_stray_payments()) == (0, 1)
    assert intent(shop)["status"] == "canceled"


def test_while_it_cannot_be_voided_it_is_tried_again(shop):
    order = authorised(shop)
    shop.alice.cancel(order["id"])
    shop.stripe.failing.next(*[RESET] * 4)
    assert cancel_stray_payments() == 0
    assert Payment.objects.get().state == "authorised"
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=only("POST", "/cancel"))
    assert cancel_stray_payments() == 1
    assert cancel_stray_payments() == 0
    assert Payment.objects.get().state == "cancelled"


@pytest.mark.parametrize("status", ["accepted", "picking", "cooking"])
def test_lost_by_the_bank_staff_are_told_and_it_shows(shop, status):
    order = authorised(shop)
    if status != "accepted":
        advance(order, *{"picking": ("picking",), "cooking": ("cooking",)}[status])
    shop.stripe.client().v1.payment_intents.cancel(intent(shop)["id"], {}, {"idempotency_key": "by Stripe"})

    assert set(shop.deliver()) == {204}
    assert set(shop.send(shop.stripe.events())) == {204}

    message = Message.objects.get(kind="payment_lost")
    assert (message.recipient_kind, message.data) == ("staff", {"order_id": order["id"], "number": order["number"]})
    shown = shop.look(order)
    assert (shown["payment"]["state"], shown["payment"]["paid"]) == ("failed", euro(0))
    assert shown["status"] == ("cooking" if status == "cooking" else "processing")
    assert Payment.objects.get().state == "cancelled"
    assert (capture_due_payments(), cancel_stray_payments()) == (0, 0)
