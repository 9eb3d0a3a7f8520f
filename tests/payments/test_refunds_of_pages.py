"""What was paid on a page of Stripe's goes back as well, though Stripe's refunds name the intent and not the page."""

import pytest

from payments.models import Payment
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON
from tests.payments.books import find_faults, find_money_faults
from tests.payments.refunds import cancel_by_staff, give_back, give_back_now, made, money_of, noted, shows
from tests.stripe.failing import ERROR_AFTER, RESET, RESET_AFTER, only

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def paid_on_page(shop, card="pm_card_visa"):
    """By QR code, whose page the customer has opened."""
    payment = shop.started("qr")
    assert payment.reference.startswith("cs_")
    shop.stripe.payer.pay_session(payment.reference, card)
    assert set(shop.deliver()) == {204}
    assert shop.row(payment).status == "accepted"
    return Payment.objects.get(id=payment.id)


def test_all_of_it(shop):
    payment = paid_on_page(shop)
    cancel_by_staff(payment)
    give_back()
    assert (noted(payment), made(shop)) == ([("succeeded", 1200, "order_cancelled")], [("succeeded", 1200)])
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []


def test_part_of_it_that_takes_time(shop):
    payment = paid_on_page(shop, "pm_card_pendingRefund")
    goodwill(shop.look(payment), 300)
    give_back()
    assert noted(payment) == [("pending", 300, "less_owed")]

    shop.stripe.payer.finish_refund(payment.refunds.get().reference)
    shop.deliver("refund.updated")

    assert noted(payment) == [("succeeded", 300, "less_owed")]
    assert money_of(payment) == shows("partly_refunded", 1200, 300)


@pytest.mark.parametrize("failure", [RESET, RESET_AFTER, ERROR_AFTER])
def test_however_stripe_fails_it_goes_back_once(shop, failure):
    payment = paid_on_page(shop)
    cancel_by_staff(payment)
    shop.stripe.failing.next(failure, failure, matching=only("POST", "/refunds"))
    for _ in range(3):
        give_back_now()
    assert made(shop) == [("succeeded", 1200)]
    assert money_of(payment) == shows("refunded", 1200, 1200)


def test_one_that_was_made_in_the_dashboard_is_taken_over(shop):
    payment = paid_on_page(shop)
    shop.refund_in_dashboard(payment, 300)
    shop.deliver()
    assert noted(payment) == [("succeeded", 300, "made_at_provider")]
    assert money_of(payment) == shows("partly_refunded", 1200, 300)
    assert find_money_faults(shop.stripe) == []


def test_one_that_fails_after_it_had_arrived_is_made_up_for(shop, time_machine):
    payment = paid_on_page(shop)
    cancel_by_staff(payment)
    give_back()
    shop.stripe.payer.fail_refund(payment.refunds.get().reference)
    shop.deliver("refund.failed")
    assert money_of(payment) == shows("paid", 1200, 0)
    time_machine.shift(3600)
    give_back()
    assert made(shop) == [("failed", 1200), ("succeeded", 1200)]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []
