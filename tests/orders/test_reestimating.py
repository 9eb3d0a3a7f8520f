"""Whenever more is known an order is estimated anew, and every estimate is kept as a row with its parts."""

from datetime import timedelta

import pytest
from django.db import transaction

from orders.estimates import MODEL_VERSION
from orders.lifecycle import lock_order
from orders.models import Estimate
from orders.paying import add_paid, go_on
from tests.clients import signed_in
from tests.orders.promises import last, minutes_of, promised, reasons
from tests.orders.steps import NOON, PICKUP, advance, at, place, row

FIRST = {"cooked": 10, "delivered": 25, "from": 20, "to": 35}


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.fixture
def after(time_machine):
    """Moves the clock so many minutes after NOON."""
    return lambda minutes: time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)


def pay(order):
    with transaction.atomic():
        locked = lock_order(row(order).id)
        add_paid(locked, amount=locked.owed, at=NOON)
        go_on(locked)


def test_each_step_that_tells_something_makes_an_estimate(alice, soup, after):
    order = place(alice, soup, total=1200)
    for minute, status in enumerate(("restocking", "picking", "cooking", "ready", "in_delivery", "delivered"), 1):
        after(minute)
        advance(order, status)

    assert reasons(order) == [("placed", 0), ("restocked", 2), ("cooking", 3), ("cooked", 4), ("picked_up", 5)]
    assert {made.model_version for made in Estimate.objects.all()} == {MODEL_VERSION}


def test_goods_that_did_not_have_to_be_fetched_tell_nothing_new(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "picking")

    assert reasons(order) == [("placed", 0)]


@pytest.mark.parametrize("way", [["cancelled"], ["restocking"], ["cooking", "ready", "undelivered"]])
def test_an_order_that_ends_or_waits_for_goods_is_not_estimated_anew(alice, soup, way):
    order = place(alice, soup, total=1200)
    advance(order, *way[:-1])
    before = reasons(order)
    advance(order, way[-1])

    assert reasons(order) == before


def test_when_goods_have_come_the_others_wait_counts_but_no_fetching(alice, soup, after):
    order = place(alice, soup, total=1200)
    advance(order, "restocking")
    for _ in range(3):
        place(alice, soup, total=1200)
    after(20)
    advance(order, "picking")

    made = last(order)
    assert (made.why, made.restock_seconds, made.queue_seconds, made.busy_seconds) == ("restocked", 0, 900, 0)
    assert (made.wait_seconds, made.cooking_seconds, made.open_orders) == (900, 600, 3)
    assert promised(made) == {"cooked": 45, "delivered": 60, "from": 55, "to": 70}


def test_when_goods_have_come_what_staff_announced_counts(alice, soup, branch, after):
    branch.state.busy_minutes = 20
    branch.state.save()
    order = place(alice, soup, total=1200)
    advance(order, "restocking")
    after(5)
    advance(order, "picking")

    made = last(order)
    assert (made.busy_seconds, made.wait_seconds) == (1200, 1200)
    assert promised(made) == {"cooked": 35, "delivered": 50, "from": 45, "to": 60}


def test_cooking_begun_late_moves_all_that_follows(alice, soup, after):
    order = place(alice, soup, total=1200)
    place(alice, soup, total=1200)
    after(30)
    advance(order, "cooking")

    made = last(order)
    assert (made.why, made.wait_seconds, made.queue_seconds, made.open_orders) == ("cooking", 0, 0, 1)
    assert (made.cooking_seconds, made.courier_wait_seconds, made.travel_seconds) == (600, 300, 600)
    assert promised(made) == {"cooked": 40, "delivered": 55, "from": 50, "to": 65}


def test_cooked_early_it_comes_early(alice, soup, after):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")
    after(4)
    advance(order, "ready")

    assert promised(last(order)) == {"cooked": 4, "delivered": 19, "from": 14, "to": 29}
    assert last(order).open_orders == 0


def test_picked_up_only_the_way_is_left(alice, soup, after):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "ready")
    after(60)
    advance(order, "in_delivery")

    assert promised(last(order)) == {"cooked": 0, "delivered": 70, "from": 65, "to": 80}


def test_the_wait_for_a_courier_is_what_was_lately_seen(alice, soup, after):
    other = place(alice, soup, total=1200)
    advance(other, "cooking", "ready")
    after(8)
    advance(other, "in_delivery")
    order = place(alice, soup, total=1200)
    advance(order, "cooking")

    made = last(order)
    assert made.courier_wait_seconds == 480
    assert row(order).courier_wait_seconds == 480
    assert promised(made) == {"cooked": 18, "delivered": 36, "from": 31, "to": 46}


def test_what_is_fetched_is_handed_over_when_it_is_cooked(alice, soup, after):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    after(3)
    advance(order, "cooking")
    assert promised(last(order)) == {"cooked": 13, "delivered": 13, "from": 8, "to": 23}
    after(15)
    advance(order, "ready")

    made = last(order)
    assert promised(made) == {"cooked": 15, "delivered": 15, "from": 15, "to": 25}
    assert (made.courier_wait_seconds, made.travel_seconds) == (None, None)


def test_the_window_of_a_long_wait_is_a_fifth_of_it(alice, soup, branch, after):
    branch.courier_wait_seconds = 6000
    branch.save()
    order = place(alice, soup, total=1200)
    advance(order, "cooking")

    assert promised(last(order)) == {"cooked": 10, "delivered": 120, "from": 115, "to": 144}


def test_what_was_promised_first_stays_beside_the_last(alice, soup, after):
    order = place(alice, soup, total=1200)
    for minute, status in ((30, "cooking"), (50, "ready"), (70, "in_delivery"), (90, "delivered")):
        after(minute)
        advance(order, status)

    estimates = signed_in(alice.customer).get(f"orders/{order['id']}").json["estimates"]
    assert (estimates["first_cooked_at"], estimates["first_delivered_to"]) == (at(minutes=10), at(minutes=35))
    assert (estimates["cooked_at"], estimates["delivered_at"]) == (at(minutes=50), at(minutes=80))
    assert (estimates["delivered_from"], estimates["delivered_to"]) == (at(minutes=75), at(minutes=90))
    assert (estimates["wait_seconds"], estimates["cooking_seconds"]) == (0, 600)
    placed = Estimate.objects.get(order_id=order["id"], why="placed")
    assert promised(placed) == FIRST


def test_paid_online_it_is_promised_when_the_money_is_there(alice, soup, after):
    order = place(alice, soup, total=1200, payment_method="card")
    assert promised(last(order)) == FIRST
    after(7)
    place(alice, soup, total=1000, delivery=PICKUP)
    pay(order)

    made = last(order)
    assert (made.why, made.queue_seconds, made.open_orders) == ("paid", 300, 1)
    assert promised(made) == {"cooked": 22, "delivered": 37, "from": 32, "to": 47}
    assert (minutes_of(row(order).first_cooked_at), minutes_of(row(order).first_delivered_to)) == (22, 47)
    assert reasons(order) == [("placed", 0), ("paid", 7)]
