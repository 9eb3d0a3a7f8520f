"""A refund that fails, at once or after it seemed to have arrived: the customer is owed it still, and gets it later."""

import pytest

from notifications.models import Message
from payments.models import Payment
from tests.orders.steps import NOON, nothing_written
from tests.payments.books import find_faults, told
from tests.payments.refunds import cancel_by_staff, give_back, made, money_of, noted, shows
from tests.stripe.failing import RESET, only

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

HOUR = 3600


def refunded(shop, card="pm_card_visa"):
    """A cancelled order whose money is back, or on its way."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference, card)
    shop.deliver()
    cancel_by_staff(payment)
    give_back()
    shop.deliver()
    return Payment.objects.get(id=payment.id)


def fail_latest(shop, payment):
    """The bank sends the money back."""
    shop.stripe.payer.fail_refund(payment.refunds.exclude(reference="").order_by("-created_at", "-id")[0].reference)
    assert set(shop.deliver()) == {204}


@pytest.mark.parametrize("card", ["pm_card_pendingRefund", "pm_card_visa"])
def test_it_counts_no_more_staff_are_told_once_and_a_new_one_waits(shop, card):
    payment = refunded(shop, card)

    fail_latest(shop, payment)
    shop.send(shop.stripe.events())

    assert noted(payment) == [("failed", 1200, "order_cancelled"), ("pending", 1200, "order_cancelled")]
    assert money_of(payment) == shows("paid", 1200, 0)
    failed, waiting = payment.refunds.order_by("created_at", "id")
    assert (failed.failure, failed.closed_at) == ("lost_or_stolen_card", NOON)
    assert (waiting.next_at - NOON).total_seconds() == HOUR
    [message] = Message.objects.filter(kind="refund_failed")
    assert (message.recipient_kind, message.recipient_id) == ("staff", shop.row(payment).branch_id)
    assert message.data == {
        "order_id": str(payment.order_id),
        "number": shop.row(payment).number,
        "refund_id": str(failed.id),
        "amount": {"amount": 1200, "currency": "EUR"},
    }


def test_the_new_one_goes_out_after_its_pause_and_not_before(shop, time_machine):
    payment = refunded(shop)
    fail_latest(shop, payment)

    time_machine.shift(HOUR - 1)
    with nothing_written():
        assert give_back() == []
    time_machine.shift(1)
    assert give_back() == [f"Order {shop.row(payment).number}: 12.00 EUR: succeeded."]

    assert made(shop) == [("failed", 1200), ("succeeded", 1200)]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert told(payment.order_id)[("refund_failed", "staff")] == 1
    assert told(payment.order_id)[("refund_succeeded", "customer")] == 2
    assert find_faults(shop.stripe) == []


def test_the_pauses_grow_up_to_a_day(shop, time_machine):
    payment = refunded(shop)
    pauses = []
    for _ in range(7):
        fail_latest(shop, payment)
        [waiting] = payment.refunds.filter(state="pending")
        pauses.append((waiting.next_at - waiting.created_at).total_seconds() / HOUR)
        time_machine.move_to(waiting.next_at, tick=False)
        give_back()
        shop.deliver()
    assert pauses == [1, 2, 4, 8, 16, 24, 24]
    assert made(shop) == [("failed", 1200)] * 7 + [("succeeded", 1200)]
    assert find_faults(shop.stripe) == []


def test_what_has_failed_stays_failed_whatever_comes_late(shop):
    payment = refunded(shop, "pm_card_pendingRefund")
    fail_latest(shop, payment)
    with nothing_written():
        shop.send(shop.stripe.events("refund.created", "charge.refunded"))


def test_what_stripe_will_not_give_back_fails_with_what_it_says(shop, time_machine):
    payment = shop.paid()
    cancel_by_staff(payment)
    [charge] = shop.stripe.objects("charge")
    shop.stripe.books.objects[charge["id"]]["amount_refunded"] = 1200  # as after a dispute that was lost

    [line] = give_back()

    assert noted(payment) == [("failed", 1200, "order_cancelled"), ("pending", 1200, "order_cancelled")]
    failure = payment.refunds.get(state="failed").failure
    assert failure.startswith("Stripe answered 400, charge_already_refunded")
    assert line == f"Order {shop.row(payment).number}: 12.00 EUR: failed ({failure})."
    assert money_of(payment) == shows("paid", 1200, 0)
    assert told(payment.order_id)[("refund_failed", "staff")] == 1
    assert give_back() == []

    shop.stripe.books.objects[charge["id"]]["amount_refunded"] = 0
    time_machine.shift(HOUR)
    give_back()
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []


def test_while_it_cannot_be_known_whether_stripe_will_it_is_asked_again(shop, time_machine):
    payment = shop.paid()
    cancel_by_staff(payment)
    [charge] = shop.stripe.objects("charge")
    shop.stripe.books.objects[charge["id"]]["amount_refunded"] = 1200
    shop.stripe.failing.next(RESET, RESET, matching=only("GET", payment.reference))

    give_back()

    assert noted(payment) == [("pending", 1200, "order_cancelled")]
    assert ("refund_failed", "staff") not in told(payment.order_id)
    time_machine.shift(HOUR)
    give_back()
    assert noted(payment)[0] == ("failed", 1200, "order_cancelled")
    assert told(payment.order_id)[("refund_failed", "staff")] == 1
