"""What a new order finds in the kitchen: remaining work, open orders, and how long couriers lately took."""

from datetime import timedelta

import pytest

from orders.models import Estimate, Order
from tests.clients import signed_in
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, advance, at, item, place, row

pytestmark = pytest.mark.time_machine(NOON, tick=False)


def estimate_of(order):
    return Estimate.objects.get(order_id=order["id"])


def test_the_first_estimate_is_kept_as_a_row(alice, soup):
    order = place(alice, soup, total=1200)

    made = estimate_of(order)
    assert (made.why, made.made_at, made.model_version) == ("placed", NOON, 1)
    assert (made.wait_seconds, made.restock_seconds, made.queue_seconds, made.busy_seconds) == (0, 0, 0, 0)
    assert (made.cooking_seconds, made.courier_wait_seconds, made.travel_seconds) == (600, 300, 600)
    assert made.open_orders == 0
    assert order["estimates"] == {
        "cooked_at": at(minutes=10),
        "delivered_at": at(minutes=25),
        "delivered_from": at(minutes=20),
        "delivered_to": at(minutes=35),
        "first_cooked_at": at(minutes=10),
        "first_delivered_to": at(minutes=35),
        "wait_seconds": 0,
        "cooking_seconds": 600,
        "courier_wait_seconds": 300,
        "travel_seconds": 600,
    }
    assert made.delivered_to == NOON + timedelta(minutes=35)


def test_open_orders_wait_at_the_cooking_places(alice, soup):
    for _ in range(3):
        place(alice, soup, total=1200)

    made = estimate_of(place(alice, soup, total=1200))

    assert (made.queue_seconds, made.open_orders) == (900, 3)


def test_what_is_already_cooked_for_some_time_counts_only_with_the_rest(alice, soup, time_machine):
    first = place(alice, soup, total=1200)
    second = place(alice, soup, total=1200)
    advance(first, "cooking")
    advance(second, "restocking")

    time_machine.move_to(NOON + timedelta(minutes=4), tick=False)
    assert estimate_of(place(alice, soup, total=1200)).queue_seconds == (360 + 600) // 2
    # The third is in the queue now; who cooks longer than thought has nothing left, not less than nothing.
    time_machine.move_to(NOON + timedelta(minutes=14), tick=False)
    assert estimate_of(place(alice, soup, total=1200)).queue_seconds == (0 + 600 + 600) // 2


@pytest.mark.parametrize("way", [["cooking", "ready"], ["cooking", "ready", "in_delivery"], ["cancelled"]])
def test_what_is_cooked_or_cancelled_waits_no_more(alice, soup, way):
    advance(place(alice, soup, total=1200), *way)

    made = estimate_of(place(alice, soup, total=1200))

    assert (made.queue_seconds, made.open_orders) == (0, 0)


def test_orders_for_later_and_of_other_branches_are_not_in_the_queue(alice, soup, branch):
    other = make_branch("Pankow")
    put_in_stock(other, soup=5)
    place(alice, soup, total=1000, delivery={**PICKUP, "branch_id": str(other.id)})
    place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=5)})

    made = estimate_of(place(alice, soup, total=1000, delivery=PICKUP))

    assert (made.queue_seconds, made.open_orders) == (0, 0)


def test_a_busy_branch_takes_longer_until_it_is_over(alice, soup, branch, time_machine):
    branch.state.busy_minutes = 15
    branch.state.busy_until = NOON + timedelta(hours=1)
    branch.state.save()

    assert estimate_of(place(alice, soup, total=1000, delivery=PICKUP)).busy_seconds == 900

    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    order = place(signed_in(alice.customer), item(soup), total=1000, delivery=PICKUP)
    assert estimate_of(order).busy_seconds == 0


def picked_up(alice, soup, *, waited, ago, **changes):
    """An order that a courier took so long ago, after it had waited so many seconds."""
    order = place(alice, soup, total=1200 if not changes else 1000, **changes)
    taken_at = NOON - timedelta(minutes=ago)
    Order.objects.filter(id=order["id"]).update(
        status="delivered", cooked_at=taken_at - timedelta(seconds=waited), delivery_started_at=taken_at
    )


def test_the_wait_for_a_courier_is_measured_from_recent_pick_ups(alice, soup):
    picked_up(alice, soup, waited=100, ago=5)
    picked_up(alice, soup, waited=200, ago=179)
    picked_up(alice, soup, waited=9000, ago=181)  # more than three hours: not lately
    picked_up(alice, soup, waited=9000, ago=10, delivery=PICKUP)

    order = place(alice, soup, total=1200)

    assert order["estimates"]["courier_wait_seconds"] == 150
    assert row(order).courier_wait_seconds == 150


def test_only_the_latest_twenty_pick_ups_count(alice, soup):
    for ago in range(1, 21):
        picked_up(alice, soup, waited=60, ago=ago)
    picked_up(alice, soup, waited=6000, ago=30)

    assert place(alice, soup, total=1200)["estimates"]["courier_wait_seconds"] == 60


def test_a_courier_who_came_before_it_was_cooked_has_not_waited(alice, soup):
    picked_up(alice, soup, waited=-120, ago=5)
    picked_up(alice, soup, waited=120, ago=6)

    assert place(alice, soup, total=1200)["estimates"]["courier_wait_seconds"] == 60


def test_lacking_goods_make_the_estimate_longer_without_saying_why(alice):
    make_branch(restock_minutes=20)
    from_nothing = place(alice, make_product("soup"), total=1200)

    assert from_nothing["estimates"]["wait_seconds"] == 1200
    assert estimate_of(from_nothing).restock_seconds == 1200
    assert "restock" not in str(from_nothing)
