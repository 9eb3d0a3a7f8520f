"""What the customer sees when less is owed: why, how much, and what was removed, under a new version."""

import json

import pytest

from orders.serializers import OrderSerializer
from tests.factories import make_ingredient, make_product, put_in_stock
from tests.orders.adjustments import goodwill, remove
from tests.orders.steps import NOON, advance, at, euro, item, place
from tests.shapes import assert_shape

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def order(alice, branch):
    make_ingredient("dough", contains=["gluten"])
    pizza = make_product("pizza", name="Пицца 🍕 <b>", recipe={"dough": 1})
    put_in_stock(branch, dough=9, soup=9)
    return place(alice, item(pizza, 3, note="Ohne Zwiebeln 🧅"), make_product("soup"), total=4200)


def test_the_order_says_what_was_removed_why_and_what_is_owed(alice, order):
    remove(order, 2, reason="Ausverkauft")
    goodwill(order, 250, reason="spilt")

    seen = alice.get(f"orders/{order['id']}").json

    pizza, soup = order["items"]
    assert seen == {
        **order,
        "version": 3,
        "items": [{**pizza, "quantity_removed": 2}, soup],
        "totals": {**order["totals"], "owed": euro(1950)},
        "adjustments": [
            {"kind": "item_removed", "amount": euro(-2000), "reason": "Ausverkauft", "at": at()},
            {"kind": "goodwill", "amount": euro(-250), "reason": "spilt", "at": at()},
        ],
    }
    assert_shape(OrderSerializer, seen)


def test_history_and_current_orders_say_the_same(alice, order):
    remove(order)

    seen = alice.get(f"orders/{order['id']}").json
    assert alice.get("orders").json["data"] == alice.get("orders/current").json["data"] == [seen]


@pytest.mark.parametrize("path", ["orders/{id}", "orders/{id}/status", "orders", "orders/current"])
@pytest.mark.parametrize("adjust", [remove, lambda order: goodwill(order, 1)])
def test_what_the_client_has_is_old(alice, order, path, adjust):
    path = path.format(id=order["id"])
    tag = alice.get(path).headers["ETag"]

    adjust(order)

    answer = alice.get(path, if_none_match=tag)
    assert answer.status == 200
    assert answer.headers["ETag"] != tag
    assert alice.get(path, if_none_match=answer.headers["ETag"]).status == 304


def test_what_was_adjusted_before_stays_when_the_order_is_cancelled(alice, order):
    goodwill(order, 250)
    advance(order, "cancelled", reason="no gas")

    seen = alice.get(f"orders/{order['id']}").json

    assert [(one["kind"], one["amount"]) for one in seen["adjustments"]] == [
        ("goodwill", euro(-250)),
        ("cancelled", euro(-3950)),
    ]
    assert seen["totals"]["owed"] == euro(0)


def test_the_export_holds_it_too(alice, order):
    remove(order, reason="sold out")

    exported = json.loads(alice.get("account/export").text)

    assert [adjustment["reason"] for adjustment in exported["orders"][0]["adjustments"]] == ["sold out"]
