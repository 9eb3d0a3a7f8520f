"""Staff say that an order comes later: what has not happened yet is put off, and that is an estimate too."""

from datetime import timedelta

import pytest
from rest_framework.exceptions import NotFound

from customerbackend.ids import new_id
from orders.delaying import DelayNotPossible, OrderNotDelayable, delay_order
from orders.lifecycle import MoveNotAllowed
from orders.models import Estimate
from tests.clients import signed_in
from tests.orders.promises import last, promised, reasons
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, nothing_written, place, row


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.fixture
def after(time_machine):
    """Moves the clock so many minutes after NOON."""
    return lambda minutes: time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)


def delay(order, minutes):
    return delay_order(order_id=row(order).id, minutes=minutes)


def test_all_that_has_not_happened_is_put_off(alice, soup):
    order = place(alice, soup, total=1200)
    delay(order, 20)

    made = last(order)
    assert (made.why, made.busy_seconds, made.wait_seconds, made.open_orders) == ("delayed", 1200, 1200, 0)
    assert (made.cooking_seconds, made.courier_wait_seconds, made.travel_seconds) == (600, 300, 600)
    assert promised(made) == {"cooked": 30, "delivered": 45, "from": 40, "to": 55}


def test_the_customer_sees_it_beside_what_was_promised_first(alice, soup):
    order = place(alice, soup, total=1200)
    tag = alice.get(f"orders/{order['id']}").headers["ETag"]
    delay(order, 20)

    answer = alice.get(f"orders/{order['id']}", if_none_match=tag)
    assert (answer.status, answer.json["version"], answer.json["status"]) == (200, 2, "processing")
    assert answer.json["estimates"] == order["estimates"] | {
        "cooked_at": at(minutes=30),
        "delivered_at": at(minutes=45),
        "delivered_from": at(minutes=40),
        "delivered_to": at(minutes=55),
        "wait_seconds": 1200,
    }
    assert answer.json["status_log"] == order["status_log"]


def test_what_is_cooked_stays_cooked(alice, soup, after):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")
    after(8)
    advance(order, "ready")
    delay(order, 5)

    assert promised(last(order)) == {"cooked": 8, "delivered": 28, "from": 23, "to": 38}


def test_delays_add_up(alice, soup):
    order = place(alice, soup, total=1200)
    delay(order, 20)
    delay(order, 5)

    assert promised(last(order)) == {"cooked": 35, "delivered": 50, "from": 45, "to": 60}
    assert reasons(order) == [("placed", 0), ("delayed", 0), ("delayed", 0)]
    assert row(order).version == 3


def test_what_is_late_already_is_put_off_from_now(alice, soup, after):
    order = place(alice, soup, total=1200)
    after(60)
    delay(order, 10)
    assert promised(last(order)) == {"cooked": 70, "delivered": 85, "from": 80, "to": 95}

    advance(order, "cooking", "ready", "in_delivery")
    after(90)
    delay(order, 10)
    assert promised(last(order)) == {"cooked": 60, "delivered": 100, "from": 95, "to": 110}


def test_what_happens_then_counts_again(alice, soup, after):
    order = place(alice, soup, total=1200)
    delay(order, 60)
    after(5)
    advance(order, "cooking")

    assert promised(last(order)) == {"cooked": 15, "delivered": 30, "from": 25, "to": 40}
    assert row(order).first_delivered_to == NOON + timedelta(minutes=35)


def test_what_is_fetched_can_be_delayed(alice, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    delay(order, 15)

    assert promised(last(order)) == {"cooked": 25, "delivered": 25, "from": 20, "to": 35}


@pytest.mark.parametrize("status", WAYS)
def test_only_what_is_under_way_can_be_delayed(alice, soup, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])
    if status not in ("delivered", "undelivered", "cancelled"):
        assert delay(order, 5).version == row(order).version
        return
    with nothing_written(), pytest.raises(OrderNotDelayable) as refused:
        delay(order, 5)
    assert refused.value.data == {"order_status": status}


@pytest.mark.parametrize("minutes", [0, -1, 721, 10**30])
def test_a_delay_is_of_one_minute_to_twelve_hours(alice, soup, minutes):
    order = place(alice, soup, total=1200)

    with nothing_written(), pytest.raises(DelayNotPossible):
        delay(order, minutes)
    delay(order, 720)
    assert promised(last(order))["delivered"] == 745


def test_nobody_s_order_is_not_found(db):
    with pytest.raises(NotFound):
        delay_order(order_id=new_id(), minutes=5)


def test_a_delay_is_no_move_and_is_told_to_nobody_else(alice, bob, soup):
    order, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    before = bob.get("orders").text
    delay(order, 5)

    assert row(order).log.count() == 1
    assert bob.get("orders").text == before
    assert row(other).version == 1
    assert Estimate.objects.filter(order_id=other["id"]).count() == 1
    with pytest.raises(MoveNotAllowed):
        advance(order, "delivered")


def test_an_order_that_was_asked_for_later_is_delayed_from_then(alice, soup):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=3)})
    delay(order, 30)

    seen = signed_in(alice.customer).get(f"orders/{order['id']}").json
    assert seen["estimates"]["delivered_at"] == at(hours=3, minutes=30)
    assert seen["delivery"]["requested_at"] == at(hours=3)
