"""A refund that somebody made at Stripe: it is taken over, and never is more given back than was paid."""

import pytest

from payments.models import Refund
from payments.sending_refunds import give_back_for
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, euro, nothing_written
from tests.payments.books import find_faults, find_money_faults, refunds_at, told
from tests.payments.refunds import cancel_by_staff, give_back, give_back_now, made, money_of, noted, shows
from tests.stripe.failing import RESET, RESET_AFTER, only
from tests.stripe.refunds import create_refund
from tests.stripe.server import LoopbackStripe

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

ASKING = only("POST", "/refunds")


def test_a_part_is_taken_over(shop):
    payment = shop.paid()
    there = shop.refund_in_dashboard(payment, 300)

    assert set(shop.deliver()) == {204}

    refund = Refund.objects.get()
    assert (refund.state, refund.amount, refund.reason) == ("succeeded", 300, "made_at_provider")
    assert (refund.reference, refund.payment_id, refund.closed_at) == (there["id"], payment.id, NOON)
    assert money_of(payment) == shows("partly_refunded", 1200, 300)
    seen = shop.look(payment)
    assert (seen["status"], seen["totals"]["owed"]) == ("processing", euro(1200))
    assert told(payment.order_id)[("refund_succeeded", "customer")] == 1
    assert give_back() == []


def test_the_whole_is_taken_over_and_the_order_goes_on(shop):
    payment = shop.paid()
    shop.refund_in_dashboard(payment)
    shop.deliver()
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert shop.row(payment).status == "accepted"
    assert give_back() == []


def test_several_are_each_taken_over_once(shop):
    payment = shop.paid()
    for amount in (100, 200, 100):
        shop.refund_in_dashboard(payment, amount)
    shop.deliver()
    with nothing_written():
        shop.send(shop.stripe.events())
    assert sorted(noted(payment)) == [("succeeded", amount, "made_at_provider") for amount in (100, 100, 200)]
    assert money_of(payment) == shows("partly_refunded", 1200, 400)


def test_what_went_back_there_need_not_go_back_again(shop):
    payment = shop.paid()
    shop.refund_in_dashboard(payment, 300)
    shop.deliver()
    cancel_by_staff(payment)
    give_back()
    assert noted(payment) == [("succeeded", 300, "made_at_provider"), ("succeeded", 900, "order_cancelled")]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []


def test_goodwill_that_was_given_there_and_noted_here_goes_back_once(shop):
    payment = shop.paid()
    shop.refund_in_dashboard(payment, 300)
    shop.deliver()
    goodwill(shop.look(payment), 300)
    assert give_back() == []
    assert made(shop) == [("succeeded", 300)]


def test_one_that_fails_counts_no_more_and_is_not_repeated_by_us(shop):
    payment = shop.paid()
    there = shop.refund_in_dashboard(payment, 300)
    shop.deliver()
    shop.stripe.payer.fail_refund(there["id"])
    shop.deliver()
    assert noted(payment) == [("failed", 300, "made_at_provider")]
    assert money_of(payment) == shows("paid", 1200, 0)
    assert ("refund_failed", "staff") not in told(payment.order_id)
    assert give_back_now() == []


def test_one_that_fails_for_a_cancelled_order_is_made_up_for(shop):
    payment = shop.paid()
    cancel_by_staff(payment)
    there = shop.refund_in_dashboard(payment)
    shop.deliver()
    shop.stripe.payer.fail_refund(there["id"])
    shop.deliver()
    give_back()
    assert noted(payment) == [("failed", 1200, "made_at_provider"), ("succeeded", 1200, "order_cancelled")]
    assert find_faults(shop.stripe) == []


def test_ours_that_was_not_sent_yet_yields_to_it(shop):
    payment = shop.paid()
    cancel_by_staff(payment)
    give_back_for(order_id=payment.order_id)
    shop.refund_in_dashboard(payment)
    shop.deliver()

    assert noted(payment) == [("failed", 1200, "order_cancelled"), ("succeeded", 1200, "made_at_provider")]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert give_back_now() == []
    assert made(shop) == [("succeeded", 1200)]
    assert ("refund_failed", "staff") not in told(payment.order_id)


def test_where_it_leaves_a_rest_the_rest_goes_back_at_once(shop):
    payment = shop.paid()
    cancel_by_staff(payment)
    give_back_for(order_id=payment.order_id)
    shop.refund_in_dashboard(payment, 500)
    shop.deliver()
    give_back()

    assert made(shop) == [("succeeded", 500), ("succeeded", 700)]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("amount", [1200, 500])
def test_ours_that_is_on_its_way_and_came_too_late_yields_to_it(shop, is_told, amount):
    payment = shop.paid()
    cancel_by_staff(payment)
    shop.stripe.failing.next(RESET, RESET, matching=ASKING)
    give_back()  # nobody knows whether it has reached Stripe
    shop.refund_in_dashboard(payment, amount)
    if is_told:
        assert set(shop.deliver()) == {204}

    for _ in range(3):
        give_back_now()
    shop.deliver()

    assert [amount for _status, amount in made(shop)] == [amount] + ([1200 - amount] if amount < 1200 else [])
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []
    assert ("refund_failed", "staff") not in told(payment.order_id)


def test_ours_that_had_reached_stripe_stays_and_leaves_no_room_there(shop):
    payment = shop.paid()
    goodwill(shop.look(payment), 300)
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=ASKING)
    give_back()
    shop.refund_in_dashboard(payment)
    shop.deliver()
    give_back_now()

    assert made(shop) == [("succeeded", 300), ("succeeded", 900)]
    assert sorted(noted(payment)) == [("succeeded", 300, "less_owed"), ("succeeded", 900, "made_at_provider")]
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_money_faults(shop.stripe) == []


def test_one_that_fits_beside_ours_is_no_reason_to_yield(shop):
    payment = shop.paid()
    goodwill(shop.look(payment), 300)
    give_back_for(order_id=payment.order_id)
    shop.refund_in_dashboard(payment, 200)
    shop.deliver()
    give_back()
    assert made(shop) == [("succeeded", 200), ("succeeded", 300)]
    assert money_of(payment) == shows("partly_refunded", 1200, 500)


def test_one_that_carries_the_id_of_ours_a_second_time_is_taken_over_as_another(shop):
    payment = shop.paid()
    goodwill(shop.look(payment), 300)
    give_back()
    [ours] = refunds_at(shop.stripe)
    copy_refund(shop.stripe, ours)
    shop.deliver()
    assert noted(payment) == [("succeeded", 300, "less_owed"), ("succeeded", 300, "made_at_provider")]
    assert money_of(payment) == shows("partly_refunded", 1200, 600)
    assert find_money_faults(shop.stripe) == []


def copy_refund(stripe: LoopbackStripe, refund) -> None:
    """As when somebody repeats one from the dashboard, metadata and all."""
    asked = {"payment_intent": refund["payment_intent"], "amount": refund["amount"], "metadata": refund["metadata"]}
    with stripe.books.lock:
        create_refund(stripe.books, asked)
