"""GET /orders/events: what happened to a customer's orders, oldest first."""

from datetime import timedelta
from uuid import UUID

import pytest

from orders.delaying import delay_order
from orders.event_serializers import EventPageSerializer
from orders.paying import show_payment
from payments.door import record_door_payment
from tests.orders.adjustments import goodwill, remove
from tests.orders.following import ask, follow, told
from tests.orders.steps import NOON, PICKUP, advance, at, courier, euro, item, place, row
from tests.problems import is_version_7
from tests.shapes import assert_shape

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def promise(order):
    return {name: order["estimates"][name] for name in ("delivered_from", "delivered_to")}


def test_without_orders_there_is_nothing_but_where_to_go_on(alice):
    answer = ask(alice)

    assert (answer.status, answer.json["data"]) == (200, [])
    assert answer.json["next_cursor"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_placed_order_is_an_event_with_all_that_holds(alice, soup):
    order = place(alice, soup, total=1200)

    [event], _cursor = follow(alice)

    assert is_version_7(event.pop("id"))
    assert event == {
        "type": "order.placed", "order_id": order["id"], "at": at(), "status": "processing",
        "payment_state": "due_on_delivery", "owed": euro(1200), **promise(order),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "status", "payment_state"),
    [
        ({"payment_method": "qr"}, "waiting_for_payment", "waiting"),
        ({"delivery": courier(requested_at=at(hours=6))}, "scheduled", "due_on_delivery"),
    ],
)
def test_one_that_is_to_be_paid_or_is_for_later_is_placed_as_that(alice, soup, changes, status, payment_state):
    place(alice, soup, total=1200, **changes)

    [event], _cursor = follow(alice)

    assert (event["type"], event["status"], event["payment_state"]) == ("order.placed", status, payment_state)


def test_every_passage_that_the_order_shows_is_one_event(alice, soup, time_machine):
    order = place(alice, soup, total=1200)
    for minute, status in enumerate(("cooking", "ready", "in_delivery", "delivered"), 1):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(order, status)

    events, _cursor = follow(alice)

    shown = alice.get(f"orders/{order['id']}").json
    assert [{"status": event["status"], "at": event["at"]} for event in events] == shown["status_log"]
    assert [event["type"] for event in events] == ["order.placed"] + ["order.status_changed"] * 4
    assert promise(order) != promise(shown)
    assert {name: events[-1][name] for name in promise(shown)} == promise(shown)
    assert_shape(EventPageSerializer, ask(alice).json)


def test_a_correction_is_an_event_too(alice, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    advance(order, "cooking", "ready")
    advance(order, "cooking", reason="wrong button")

    assert told(alice)[2:] == [("status_changed", "ready"), ("status_changed", "cooking")]


def test_a_cancelled_order_owes_nothing_any_more(alice, soup):
    order = place(alice, soup, total=1200)
    assert alice.cancel(order["id"]).status == 200

    events, _cursor = follow(alice)

    assert told(alice) == [("placed", "processing"), ("status_changed", "cancelled")]
    assert (events[-1]["owed"], events[-1]["payment_state"]) == (euro(0), "cancelled")


def test_an_adjustment_is_an_event_with_what_is_owed_now(alice, soup):
    order = place(alice, item(soup, 3), total=3200)
    remove(order, 2, reason="Frau Alice rang")
    goodwill(order, 50)

    placed, *events = follow(alice)[0]

    assert placed["owed"] == euro(3200)
    assert [(event["type"], event["owed"], event["status"]) for event in events] == [
        ("order.adjusted", euro(1200), None),
        ("order.adjusted", euro(1150), None),
    ]
    assert "rang" not in str(events)  # why, says the order


def test_an_item_that_cost_nothing_any_more_is_removed_all_the_same(alice, soup):
    order = place(alice, soup, total=1200)
    goodwill(order, 1200)
    remove(order)

    assert told(alice) == [("placed", "processing"), ("adjusted", None), ("adjusted", None)]


def test_money_at_the_door_is_an_event(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "ready", "in_delivery")
    record_door_payment(order_id=UUID(order["id"]), method="cash", recorded_by="sam")

    *_others, paid = follow(alice)[0]

    assert (paid["type"], paid["payment_state"], paid["status"]) == ("order.payment_changed", "paid", None)


def test_a_payment_that_stands_as_before_is_none(alice, soup):
    order = row(place(alice, soup, total=1200, payment_method="card"))
    show_payment(order, "authorised")
    show_payment(order, "authorised")

    assert told(alice) == [("placed", "waiting_for_payment"), ("payment_changed", None)]


def test_a_delay_is_an_event_with_the_new_promise(alice, soup):
    order = place(alice, soup, total=1200)
    delay_order(order_id=UUID(order["id"]), minutes=20)

    *_others, delayed = follow(alice)[0]

    shown = alice.get(f"orders/{order['id']}").json
    assert (delayed["type"], delayed["status"], delayed["at"]) == ("order.estimate_changed", None, at())
    assert {name: delayed[name] for name in promise(shown)} == promise(shown) != promise(order)


def test_what_happened_to_several_orders_is_one_sequence(alice, soup):
    first, second = place(alice, soup, total=1200), place(alice, soup, total=1200)
    advance(second, "cooking")
    advance(first, "cooking")

    events, _cursor = follow(alice)

    assert [event["order_id"] for event in events] == [first["id"], second["id"], second["id"], first["id"]]


def test_bob_sees_nothing_of_it(alice, bob, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")
    his = place(bob, soup, total=1200)

    assert [event["order_id"] for event in follow(bob)[0]] == [his["id"]]
    assert {event["order_id"] for event in follow(alice)[0]} == {order["id"]}


def test_what_was_refused_is_no_event(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")
    before = told(alice)
    assert alice.cancel(order["id"]).code == "order_not_cancellable"

    assert told(alice) == before
