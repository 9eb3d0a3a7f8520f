"""A refund that is not there at once: pending, waiting for the customer, for money on the company's account."""

import pytest

from payments.models import Payment, Refund
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, nothing_written
from tests.payments.books import find_faults, told
from tests.payments.refunds import cancel_by_staff, give_back, give_back_now, made, money_of, noted, shows

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def begin(shop, card="pm_card_pendingRefund"):
    """A cancelled order whose money is on its way back."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference, card)
    shop.deliver()
    cancel_by_staff(payment)
    give_back()
    shop.deliver()
    return Payment.objects.get(id=payment.id)


def ask_the_customer(shop, refund):
    """As Stripe does for some ways of paying: the customer is to say where the money should go."""
    with shop.stripe.books.lock:
        thing = shop.stripe.books.get("refund", refund.reference)
        thing["status"] = "requires_action"
        shop.stripe.books.tell("refund.updated", thing)


def test_while_it_is_pending_nothing_is_said_to_be_refunded(shop):
    payment = begin(shop)

    assert (noted(payment), made(shop)) == ([("pending", 1200, "order_cancelled")], [("pending", 1200)])
    assert money_of(payment) == shows("paid", 1200, 0)
    assert payment.given_back == 1200
    assert ("refund_succeeded", "customer") not in told(payment.order_id)
    refund = payment.refunds.get()
    assert (refund.next_at, refund.closed_at, refund.reference[:3]) == (None, None, "re_")
    with nothing_written():
        assert give_back() == []


def test_it_arrives_when_stripe_says_so(shop):
    payment = begin(shop)
    shop.stripe.payer.finish_refund(payment.refunds.get().reference)
    assert set(shop.deliver()) == {204}

    assert noted(payment) == [("succeeded", 1200, "order_cancelled")]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert payment.refunds.get().closed_at == NOON
    assert told(payment.order_id)[("refund_succeeded", "customer")] == 1
    assert find_faults(shop.stripe) == []


def test_it_may_need_the_customer_first(shop):
    payment = begin(shop)
    refund = payment.refunds.get()
    ask_the_customer(shop, refund)
    shop.deliver()
    assert noted(payment) == [("action_required", 1200, "order_cancelled")]
    assert money_of(payment) == shows("paid", 1200, 0)
    assert give_back_now() == []

    shop.stripe.payer.finish_refund(refund.reference)
    shop.deliver()
    assert noted(payment) == [("succeeded", 1200, "order_cancelled")]
    assert money_of(payment) == shows("refunded", 1200, 1200)


def test_one_that_the_customer_never_answered_fails_and_another_is_made(shop):
    payment = begin(shop)
    ask_the_customer(shop, payment.refunds.get())
    shop.stripe.payer.fail_refund(payment.refunds.get().reference, "expired_or_canceled_card")
    shop.deliver()
    assert noted(payment) == [("failed", 1200, "order_cancelled"), ("pending", 1200, "order_cancelled")]


def test_with_too_little_on_the_account_it_waits_at_stripe_and_arrives(shop):
    shop.stripe.books.low_balance = True
    payment = begin(shop, "pm_card_visa")
    assert made(shop) == [("pending", 1200)]
    assert noted(payment) == [("pending", 1200, "order_cancelled")]

    shop.stripe.books.low_balance = False
    shop.stripe.payer.finish_refund(payment.refunds.get().reference)
    shop.deliver()
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert made(shop) == [("succeeded", 1200)]


def test_while_one_part_is_pending_another_may_arrive(shop):
    payment = shop.paid()
    order = shop.look(payment)
    shop.stripe.books.low_balance = True
    goodwill(order, 300)
    give_back()
    shop.stripe.books.low_balance = False
    goodwill(order, 200)
    give_back()

    assert noted(payment) == [("pending", 300, "less_owed"), ("succeeded", 200, "less_owed")]
    assert money_of(payment) == shows("partly_refunded", 1200, 200)
    slow = Refund.objects.get(amount=300)
    shop.stripe.payer.finish_refund(slow.reference)
    shop.deliver()
    assert money_of(payment) == shows("partly_refunded", 1200, 500)
    assert find_faults(shop.stripe) == []
