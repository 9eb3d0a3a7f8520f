"""A payment that failed is tried again: in the same form where that goes, else with a new payment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Message
from payments.failures import DETAILS
from payments.models import Payment
from payments.reconciling import reconcile_payments
from tests.orders.steps import NOON
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def told_of_failures():
    return [message.data["failure"] for message in Message.objects.filter(kind="payment_failed").order_by("id")]


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_details"),
        ("pm_card_chargeDeclinedStolenCard", "card_declined"),
        ("pm_card_chargeDeclinedProcessingError", "payment_failed"),
    ],
)
def test_a_declined_card_is_said_and_the_order_waits_on(shop, card, code):
    order = shop.order()
    payment_id = shop.start(order).json["id"]
    shop.stripe.payer.decline(Payment.objects.get().reference, card)
    assert set(shop.deliver()) == {204}

    shown = shop.alice.get(f"payments/{payment_id}").json
    assert (shown["state"], shown["failure"]) == ("failed", {"code": code, "detail": str(DETAILS[code])})
    assert shown["client_secret"] is not None
    seen = shop.look(order)
    assert (seen["status"], seen["payment"]["state"]) == ("waiting_for_payment", "failed")
    assert told_of_failures() == [code]


def test_in_the_form_it_is_tried_again_with_the_same_payment(shop):
    order = shop.order()
    first = shop.start(order).json
    shop.stripe.payer.decline(Payment.objects.get().reference)
    shop.deliver()

    again = shop.start(order)

    assert (again.status, again.json["id"], again.json["client_secret"]) == (200, first["id"], first["client_secret"])
    assert (again.json["state"], again.json["failure"]) == ("waiting", None)
    assert shop.look(order)["payment"]["state"] == "waiting"
    shop.stripe.payer.pay(Payment.objects.get().reference, "pm_card_mastercard")
    assert set(shop.deliver()) == {204}
    assert shop.look(order)["status"] == "processing"
    assert Payment.objects.values_list("state", "captured", "failure_code").get() == ("succeeded", 1200, "")
    assert len(shop.intents()) == 1


def test_news_of_what_failed_before_is_not_told_again(shop):
    order = shop.order()
    shop.start(order)
    reference = Payment.objects.get().reference
    shop.stripe.payer.decline(reference)
    shop.deliver()
    for _ in range(3):
        assert shop.start(order).json["failure"] is None
        [finding] = reconcile_payments(older_than=timedelta())
        assert (finding.error, finding.payment.state) == ("", "failed")
    assert told_of_failures() == ["card_declined"]

    shop.start(order)
    shop.stripe.payer.decline(reference, "pm_card_chargeDeclinedInsufficientFunds")
    shop.deliver()
    assert told_of_failures() == ["card_declined", "insufficient_funds"]
    shop.stripe.payer.start(reference, "pm_card_threeDSecure2Required")
    shop.deliver()
    assert Payment.objects.values_list("state", "failure_code").get() == ("waiting", "")


def test_it_can_be_paid_without_being_started_again(shop):
    order = shop.order()
    shop.start(order)
    reference = Payment.objects.get().reference
    shop.stripe.payer.decline(reference)
    shop.deliver()
    shop.stripe.payer.pay(reference)
    shop.deliver()
    assert shop.look(order)["payment"]["state"] == "paid"


def test_who_fails_to_be_authenticated_may_try_again(shop):
    order = shop.order()
    shop.start(order)
    reference = Payment.objects.get().reference
    shop.stripe.payer.start(reference, "pm_card_threeDSecure2Required")
    assert shop.look(order)["payment"]["state"] == "waiting"
    shop.stripe.payer.fail_authentication(reference)
    shop.deliver()
    assert told_of_failures() == ["authentication_failed"]
    assert shop.start(order).json["state"] == "waiting"
    shop.stripe.payer.pay(reference, "pm_card_threeDSecure2Required")
    shop.deliver()
    assert shop.look(order)["status"] == "processing"


def test_a_declined_one_on_the_page_leaves_the_page_and_its_code(shop):
    order = shop.order("qr")
    first = shop.start(order).json
    reference = Payment.objects.get().reference
    shop.stripe.payer.decline_session(reference)
    shop.deliver()
    assert told_of_failures() == ["card_declined"]

    again = shop.start(order)

    assert (again.status, again.json["id"], again.json["qr"]) == (200, first["id"], first["qr"])
    shop.stripe.payer.pay_session(reference)
    shop.deliver()
    assert shop.look(order)["status"] == "processing"


def test_a_declined_linked_card_is_tried_again_with_a_new_payment(shop):
    card = shop.link("pm_card_chargeCustomerFail")
    order = shop.order()
    first = shop.start(order, card_id=str(card.id))
    assert (first.status, first.json["state"], first.json["failure"]["code"]) == (201, "failed", "card_declined")
    assert told_of_failures() == ["card_declined"]

    second = shop.start(order, card_id=str(card.id))

    assert (second.status, second.json["state"]) == (201, "failed")
    assert second.json["id"] != first.json["id"]
    assert [status for _, status in shop.intents()] == ["canceled", "requires_payment_method"]
    assert Payment.objects.filter(state="cancelled").count() == 1
    third = shop.start(order)
    assert (third.status, third.json["state"]) == (201, "waiting")
    shop.stripe.payer.pay(Payment.objects.get(id=third.json["id"]).reference)
    shop.deliver()
    assert shop.look(order)["payment"]["state"] == "paid"


@pytest.fixture
def wechat(settings):
    settings.STRIPE_QR_METHOD = "wechat_pay"


def test_a_code_that_was_not_paid_in_time_is_replaced(shop, wechat):
    order = shop.order("qr")
    first = shop.start(order).json
    shop.stripe.payer.let_expire(Payment.objects.get().reference)
    shop.deliver()
    shown = shop.alice.get(f"payments/{first['id']}").json
    assert (shown["state"], shown["failure"]["code"], shown["qr"]) == ("failed", "code_expired", None)

    second = shop.start(order)

    assert (second.status, second.json["state"]) == (201, "waiting")
    assert second.json["qr"]["payload"] not in (None, first["qr"]["payload"])
    assert [status for _, status in shop.intents()] == ["canceled", "requires_action"]
    shop.stripe.payer.scan(Payment.objects.get(state="waiting").reference)
    shop.deliver()
    assert shop.look(order)["status"] == "processing"


@pytest.mark.time_machine(NOON, tick=False)
def test_a_code_whose_time_is_over_is_replaced_though_nobody_said_so(shop, wechat):
    order = shop.order("qr")
    first = shop.start(order).json
    Payment.objects.update(qr_expires_at=timezone.now() + timedelta(seconds=1))
    assert shop.start(order).json["id"] == first["id"]
    Payment.objects.update(qr_expires_at=timezone.now())

    second = shop.start(order)

    assert second.status == 201
    assert second.json["id"] != first["id"]
    assert [status for _, status in shop.intents()] == ["canceled", "requires_action"]


def test_what_was_declined_and_paid_since_is_paid(shop):
    order = shop.order()
    shop.start(order)
    reference = Payment.objects.get().reference
    shop.stripe.payer.decline(reference)
    shop.deliver()
    shop.stripe.payer.pay(reference)  # and nobody has told us
    assert_problem(shop.start(order, method="qr"), 409, "already_paid")
    assert shop.look(order)["status"] == "processing"
