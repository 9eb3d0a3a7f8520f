"""Every event of an order that is paid, cancelled and refunded, five times each, in any order: always one result."""

import random

import pytest

from catalog.models import Stock, StockMovement
from catalog.stock import find_contradictions
from orders.models import Estimate, Order
from payments.models import Payment, ProviderEvent, Refund
from tests.clients import signed_in
from tests.factories import make_customer
from tests.payments.books import refunds_at, told
from tests.payments.shop import Shop
from tests.payments.story import REFUNDS, STARTS, Story

pytestmark = pytest.mark.django_db

ORDERS = 12
ORDERS_IN_SOAK = 200

TOLD = {
    ("order_status", "customer"): 3,  # waiting for payment, processing, cancelled
    ("warehouse_to_kitchen", "warehouse"): 1,
    ("order_accepted", "kitchen"): 1,
    ("order_cancelled", "warehouse"): 1,
    ("order_cancelled", "kitchen"): 1,
    ("order_cancelled", "staff"): 1,
    ("refund_succeeded", "customer"): 1,
}


def test_it_always_ends_the_same(shop):
    tell_stories(shop, range(ORDERS))


@pytest.mark.soak
def test_it_ends_the_same_in_two_hundred_orders(shop):
    tell_stories(shop, range(1000, 1000 + ORDERS_IN_SOAK))


def tell_stories(shop, seeds):
    told_of = set()
    for seed in seeds:
        shop.stripe.reset()
        customer = signed_in(make_customer(f"alice-{seed}"))
        story = Story(Shop(shop.stripe, customer, shop.soup), random.Random(seed))
        order = Order.objects.get(id=story.tell())
        told_of |= {story.start, story.refund}
        assert find_end(shop, order) == find_expected_end(story), f"seed {seed}: {story.start}, {story.refund}"
    assert told_of == {*STARTS, *REFUNDS}


def find_end(shop, order):
    """All that came of it."""
    [payment] = Payment.objects.filter(order=order)
    refunds = Refund.objects.filter(payment=payment).exclude(state="failed")
    events = {event["id"] for event in shop.stripe.events()}
    return {
        "order": (order.status, order.payment_state, order.owed, order.amount_paid, order.amount_refunded),
        "payment": (payment.state, payment.amount, payment.captured, payment.given_back, payment.client_secret),
        "refunds": [(refund.state, refund.amount, refund.next_at) for refund in refunds],
        "reasons": [refund.reason for refund in refunds],
        "at Stripe": [(refund["status"], refund["amount"]) for refund in refunds_at(shop.stripe)],
        "log": list(order.log.values_list("status", "reason")),
        "estimates": list(Estimate.objects.filter(order=order).values_list("why", flat=True)),
        "told": told(order.id),
        "movements": sorted(StockMovement.objects.filter(operation_id=order.id).values_list("reserved_change", "kind")),
        "stock": list(Stock.objects.values_list("on_hand", "reserved")),
        "events": {
            state: ProviderEvent.objects.filter(event_id__in=events, state=state).count()
            for state in ProviderEvent.State
        },
        "contradictions": find_contradictions(),
    }


def find_expected_end(story):
    in_dashboard = story.refund.startswith("in the dashboard")
    return {
        "order": ("cancelled", "refunded", 0, 1200, 1200),
        "payment": ("succeeded", 1200, 1200, 1200, ""),
        "refunds": [("succeeded", 1200, None)],
        "reasons": ["made_at_provider" if in_dashboard else "order_cancelled"],
        "at Stripe": [("succeeded", 1200)],
        "log": [("waiting_for_payment", ""), ("accepted", ""), ("cancelled", "no gas")],
        "estimates": ["placed", "paid"],
        "told": TOLD,
        "movements": [(-1000, "release"), (1000, "reserve")],
        "stock": [(100_000, 0)],
        "events": {"received": 0, "processed": len(story.sent), "failed": 0},
        "contradictions": [],
    }
