"""What a move brings with it: the log, money owed, the version, and who is told."""

import pytest

from notifications.models import Message
from orders.lifecycle import Actor, ActorKind
from orders.models import OrderAdjustment, StatusLogEntry
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_ingredient, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, euro, item, place, row

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def told(db):
    """What has been told since the last call: (recipient, kind, the status or reason in it)."""
    seen: set[object] = set()

    def news():
        new = [message for message in Message.objects.order_by("created_at", "id") if message.id not in seen]
        seen.update(message.id for message in new)
        return [
            (message.recipient_kind, message.kind, message.data.get("status", message.data.get("reason")))
            for message in new
        ]

    return news


def test_the_log_says_who_why_and_when(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "picking", actor=Actor(ActorKind.SERVICE, "warehouse-api"))
    advance(order, "cancelled", reason="out of gas")

    entries = StatusLogEntry.objects.values_list(
        "status", "is_visible", "actor_kind", "actor", "reason", "happened_at", "recorded_at"
    )
    assert list(entries) == [
        ("accepted", True, "customer", str(alice.customer.id), "", NOON, NOON),
        ("picking", False, "service", "warehouse-api", "", NOON, NOON),
        ("cancelled", True, "staff", "chef", "out of gas", NOON, NOON),
    ]


def test_every_move_raises_the_version_by_one(alice, soup):
    order = place(alice, soup, total=1200)

    for version, status in enumerate(("restocking", "picking", "cooking", "ready", "in_delivery", "delivered"), 2):
        advance(order, status)
        assert alice.get(f"orders/{order['id']}").json["version"] == version == row(order).version


def test_the_customer_is_told_of_what_they_see_and_nothing_else(alice, soup, told):
    order = place(alice, soup, total=1200)
    told()

    for status, heard in (
        ("restocking", None),
        ("picking", None),
        ("cooking", "cooking"),
        ("ready", "ready"),
        ("in_delivery", "in_delivery"),
        ("delivered", "delivered"),
    ):
        advance(order, status)
        to_customer = [news for news in told() if news[0] == "customer"]
        asked = [("customer", "rate_order", None)] if status == "delivered" else []
        assert to_customer == ([("customer", "order_status", heard)] if heard else []) + asked


def test_a_message_to_the_customer_is_complete(soup):
    ivan = signed_in(make_customer("ivan", language="ru"))
    order = place(ivan, soup, total=1200)
    advance(order, "cooking")

    message = Message.objects.get(data__status="cooking")
    assert (message.recipient_kind, message.recipient_id, message.language) == ("customer", ivan.customer.id, "ru")
    assert str(message.subject_id) == order["id"]
    assert message.data == {
        "order_id": order["id"], "number": order["number"], "status": "cooking", "delivery_method": "courier",
    }  # fmt: skip


@pytest.mark.parametrize("status", ["accepted", "restocking", "picking"])
def test_cancelling_is_told_to_all_who_work_on_it(alice, soup, branch, told, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])
    told()

    advance(order, "cancelled", reason="fire alarm")

    assert told() == [
        ("customer", "order_status", "cancelled"),
        ("warehouse", "order_cancelled", "fire alarm"),
        ("kitchen", "order_cancelled", "fire alarm"),
        ("staff", "order_cancelled", "fire alarm"),
    ]
    message = Message.objects.get(kind="order_cancelled", recipient_kind="kitchen")
    assert (message.recipient_id, str(message.subject_id)) == (branch.id, order["id"])
    assert message.data == {"order_id": order["id"], "number": order["number"], "reason": "fire alarm"}


def test_cancelling_leaves_nothing_owed(alice, soup):
    order = place(alice, soup, total=1200)

    advance(order, "cancelled", reason="no gas")

    adjustment = OrderAdjustment.objects.get()
    assert (adjustment.kind, adjustment.amount, adjustment.reason, adjustment.at) == (
        "cancelled",
        -1200,
        "no gas",
        NOON,
    )
    assert (adjustment.actor_kind, adjustment.actor) == ("staff", "chef")
    seen = alice.get(f"orders/{order['id']}").json
    assert (seen["totals"]["total"], seen["totals"]["owed"]) == (euro(1200), euro(0))
    assert seen["adjustments"] == [{"kind": "cancelled", "amount": euro(-1200), "reason": "no gas", "at": at()}]
    assert seen["payment"]["state"] == "cancelled"


def test_cancelling_what_costs_nothing_adjusts_nothing(alice, branch):
    water = make_product("water", price=0)
    put_in_stock(branch, water=1)
    order = place(alice, water, total=0, delivery=PICKUP)

    advance(order, "cancelled")

    assert OrderAdjustment.objects.count() == 0
    assert alice.get(f"orders/{order['id']}").json["payment"]["state"] == "cancelled"


@pytest.mark.parametrize("status", [status for status in WAYS if status != "cancelled"])
def test_no_other_move_touches_money(alice, soup, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])

    seen = alice.get(f"orders/{order['id']}").json
    assert (seen["totals"], seen["payment"], seen["adjustments"]) == (order["totals"], order["payment"], [])


def test_staff_learn_that_cooking_took_what_was_set_aside_for_others(alice, bob, told):
    branch = make_branch(restock_minutes=20)
    cake = make_product("cake")
    put_in_stock(branch, cake=1)
    first = place(bob, cake, total=1200)
    second = place(alice, item(cake), total=1200)
    put_in_stock(branch, cake=0)
    told()

    advance(first, "cooking")
    assert ("staff", "stock_short", None) not in told()
    assert second["status"] == "processing"


def test_staff_learn_what_is_overdrawn(alice, bob, branch, told):
    """Two hold two of three; one is lost, and then the first two are cooked: the third has nothing left."""
    cake = make_product("cake")
    put_in_stock(branch, cake=3)
    first = place(alice, item(cake, 2), total=2200)
    place(bob, cake, total=1200)
    put_in_stock(branch, cake=2)
    told()

    advance(first, "cooking")

    assert told()[:2] == [("staff", "stock_short", None), ("customer", "order_status", "cooking")]
    message = Message.objects.get(kind="stock_short")
    assert message.recipient_id == branch.id
    assert message.data == {"order_id": first["id"], "ingredient_ids": [str(make_ingredient("cake").id)]}
