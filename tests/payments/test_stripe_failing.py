"""One call to Stripe in five fails, before or after Stripe has acted: nobody pays twice, nobody pays for nothing."""

import random
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from orders.models import Order
from payments.models import Payment, ProviderEvent, Refund
from tests.factories import put_in_stock
from tests.limits import set_limits
from tests.payments.books import GOES_ON, find_faults
from tests.payments.visits import Visit, work
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

VISITS = 24
VISITS_IN_SOAK = 500
CUSTOMERS_AT_ONCE = 3


def test_nobody_pays_twice_or_for_nothing(shop, branch, settings, time_machine):
    put_in_stock(branch, soup=1000)
    have_them_order(shop, settings, time_machine, VISITS)


@pytest.mark.soak
def test_of_five_hundred_nobody_pays_twice_or_for_nothing(shop, branch, settings, time_machine):
    put_in_stock(branch, soup=1000)
    have_them_order(shop, settings, time_machine, VISITS_IN_SOAK)


def have_them_order(shop, settings, time_machine, visits):
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    set_limits(settings, requests_by_address=(10**6, 60))
    guests = [
        Visit(shop.visited_by(f"guest-{number}"), random.Random(number), has_card=number % 2 == 0)
        for number in range(visits)
    ]
    shop.stripe.failing.share(0.2, seed=visits)
    queues = [guests[first::CUSTOMERS_AT_ONCE] for first in range(CUSTOMERS_AT_ONCE)]

    results = run_together(*[partial(go_one_by_one, queue) for queue in queues], partial(work_while_there_are, queues))

    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(shop.stripe.failing.happened) > visits
    finish(shop, time_machine)
    assert_right(shop, visits)


def go_one_by_one(queue):
    try:
        while queue:
            queue[-1].go()
            queue.pop()
    finally:
        queue.clear()


def work_while_there_are(queues):
    while any(queues):
        work()


def finish(shop, time_machine):
    """Stripe works again; whoever has not paid by now is too late."""
    shop.stripe.failing.stop()
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    for _ in range(2):
        Refund.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
        ProviderEvent.objects.exclude(state="processed").update(claimed_at=None)
        work()


def assert_right(shop, visits):
    assert find_faults(shop.stripe) == []
    orders = Order.objects.all()
    assert orders.count() == visits
    assert {order.status for order in orders} == {"accepted", "cancelled"}
    taken = [charge for charge in shop.stripe.objects("charge") if charge["status"] == "succeeded"]
    order_ids = [charge["metadata"]["order_id"] for charge in taken]
    assert len(order_ids) == len(set(order_ids)), "somebody was charged twice"
    kept = sum(charge["amount_captured"] - charge["amount_refunded"] for charge in taken)
    held = sum(order.amount_held for order in orders if order.status in GOES_ON)
    assert kept == held == 1200 * orders.filter(status="accepted").count()
    assert not Payment.objects.filter(state__in=["waiting", "failed", "authorised"]).exists()
    assert not ProviderEvent.objects.exclude(state="processed").exists()
    assert not Refund.objects.filter(state="pending").exists()
