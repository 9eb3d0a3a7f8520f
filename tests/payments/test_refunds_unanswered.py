"""Stripe fails while it is asked to give back, before or after it has: it gives back once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments.models import Refund
from payments.sending_refunds import process_refunds
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON
from tests.payments.books import find_faults, refunds_at, told
from tests.payments.refunds import cancel_by_staff, give_back, give_back_now, made, money_of, noted, shows
from tests.stripe.failing import CONFLICT, ERROR, ERROR_AFTER, LIMITED, LOCKED, QUICK, RESET, RESET_AFTER, only

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

ASKING = only("POST", "/refunds")


@pytest.fixture
def payment(shop):
    """One of a cancelled order."""
    paid = shop.paid()
    cancel_by_staff(paid)
    return paid


@pytest.mark.parametrize("failure", [RESET, RESET_AFTER, ERROR, ERROR_AFTER, CONFLICT, LIMITED, LOCKED])
@pytest.mark.parametrize("times", [1, 4])
def test_however_it_fails_it_goes_back_once(shop, payment, failure, times):
    shop.stripe.failing.next(*[failure] * times, matching=ASKING)

    for _ in range(times + 1):
        give_back_now()

    assert made(shop) == [("succeeded", 1200)]
    assert noted(payment) == [("succeeded", 1200, "order_cancelled")]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert told(payment.order_id)[("refund_succeeded", "customer")] == 1
    assert ("refund_failed", "staff") not in told(payment.order_id)
    assert find_faults(shop.stripe) == []


def test_its_pauses_grow_up_to_an_hour(shop, payment, time_machine):
    shop.stripe.failing.share(1, seed=1, failures=(RESET,))
    pauses = []
    for _ in range(12):
        [line] = give_back()
        assert "pending (Stripe did not answer, APIConnectionError)" in line
        refund = Refund.objects.get()
        pauses.append((refund.next_at - timezone.now()).total_seconds())
        time_machine.move_to(refund.next_at, tick=False)
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    shop.stripe.failing.stop()
    give_back()
    assert money_of(payment) == shows("refunded", 1200, 1200)


def test_asked_again_it_has_the_same_key(shop, payment):
    shop.stripe.failing.next(RESET, RESET, matching=ASKING)
    give_back_now()
    give_back_now()
    keys = {request.idempotency_key for request in shop.stripe.requests if ASKING(request.method, request.path)}
    assert keys == {f"{payment.refunds.get().id}-0"}


def test_a_key_under_which_stripe_keeps_a_fault_is_given_up_and_its_list_asked_first(shop, payment):
    shop.stripe.failing.next(ERROR_AFTER, matching=ASKING)
    give_back_now()
    refund = payment.refunds.get()
    assert (refund.state, refund.attempt, refund.reference) == ("pending", 1, "")
    give_back_now()
    assert (noted(payment), made(shop)) == ([("succeeded", 1200, "order_cancelled")], [("succeeded", 1200)])
    assert len([request for request in shop.stripe.requests if ASKING(request.method, request.path)]) == 1


def test_an_event_may_tell_first_what_became_of_it(shop, payment):
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=ASKING)
    give_back()
    shop.deliver()
    assert noted(payment) == [("succeeded", 1200, "order_cancelled")]
    asked = len(shop.stripe.requests)
    assert give_back_now() == []
    assert len(shop.stripe.requests) == asked


def test_who_dies_after_stripe_has_given_back_is_followed_by_another_after_two_minutes(shop, payment, time_machine):
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=ASKING)
    give_back()
    lease = NOON + timedelta(seconds=120)  # as the claim left it
    Refund.objects.update(next_at=lease)
    time_machine.move_to(lease - timedelta(seconds=1), tick=False)
    assert give_back() == []
    time_machine.move_to(lease, tick=False)
    assert len(give_back()) == 1
    assert made(shop) == [("succeeded", 1200)]


def test_one_that_fails_does_not_keep_the_others(shop):
    payments = [visitor.paid() for visitor in (shop.visited_by("ann"), shop.visited_by("ben"), shop.visited_by("cy"))]
    for payment in payments:
        cancel_by_staff(payment)
    shop.stripe.failing.next(RESET, RESET, matching=ASKING)

    states = [refund.state for refund in process_refunds()]

    assert states == ["pending", "succeeded", "succeeded"]
    assert len(refunds_at(shop.stripe)) == 2


def test_many_parts_while_stripe_fails_again_and_again(shop):
    payment = shop.paid()
    order = shop.look(payment)
    shop.stripe.failing.share(0.5, seed=3, failures=QUICK, matching=ASKING)
    for _ in range(10):
        goodwill(order, 100)
        give_back_now()
    shop.stripe.failing.stop()
    for _ in range(2):
        give_back_now()
    shop.deliver()

    assert money_of(payment) == shows("partly_refunded", 1200, 1000)
    assert sum(amount for _status, amount in made(shop)) == 1000
    assert find_faults(shop.stripe) == []
