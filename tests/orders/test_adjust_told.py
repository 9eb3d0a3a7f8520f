"""Who is told that less is owed: the customer always, the kitchen of what it has to cook, the courier of the money."""

import pytest

from customerbackend.errors import Refusal
from notifications.models import Message
from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_customer, make_options, make_product, put_in_stock
from tests.orders.adjustments import goodwill, remove
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, courier, euro, item, place

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def told(db):
    """What has been told since the last call, as (recipient, kind)."""
    seen: set[object] = set()

    def news():
        new = [message for message in Message.objects.order_by("created_at", "id") if message.id not in seen]
        seen.update(message.id for message in new)
        return [(message.recipient_kind, message.kind) for message in new]

    return news


def last_told(recipient):
    return Message.objects.filter(recipient_kind=recipient, kind="order_adjusted").order_by("id").last()


@pytest.mark.parametrize("status", ["accepted", "restocking", "picking", "cooking", "ready"])
def test_customer_and_kitchen_learn_that_an_item_was_removed(alice, soup, told, status):
    order = place(alice, item(soup, 2), total=2200)
    advance(order, *WAYS[status])
    told()

    remove(order)

    brings = [("courier", "order_adjusted")] if status in ("cooking", "ready") else []
    assert told() == [("customer", "order_adjusted"), *brings, ("kitchen", "order_adjusted")]


@pytest.mark.parametrize("status", ["in_delivery", "delivered", "undelivered"])
def test_what_has_left_the_kitchen_is_not_told_there(alice, soup, told, status):
    order = place(alice, item(soup, 2), total=2200)
    advance(order, *WAYS[status])
    told()

    remove(order)

    brings = [("courier", "order_adjusted")] if status == "in_delivery" else []
    assert told() == [("customer", "order_adjusted"), *brings]


def test_a_kitchen_that_does_not_know_the_order_yet_is_not_told(alice, bob, soup, told, settings):
    settings.PAYMENT_METHODS = ["cash", "card"]
    unpaid = place(alice, item(soup, 2), total=2200, payment_method="card")
    later = place(bob, item(soup, 2), total=2200, delivery=courier(requested_at=at(days=1)))
    told()

    remove(unpaid)
    remove(later)

    assert told() == [("customer", "order_adjusted")] * 2


@pytest.mark.parametrize("status", [status for status in WAYS if status != "cancelled"])
def test_goodwill_concerns_the_customer_and_who_takes_their_money(alice, soup, told, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])
    told()

    goodwill(order, 100)

    is_to_be_brought = status in ("cooking", "ready", "in_delivery")
    assert told() == [("customer", "order_adjusted"), *[("courier", "order_adjusted")] * is_to_be_brought]


def test_the_courier_learns_what_is_still_to_be_taken_at_the_door(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")
    about = {"order_id": order["id"], "number": order["number"]}
    goodwill(order, 200)
    assert last_told("courier").data == {**about, "to_collect": euro(1000)}
    goodwill(order, 1000)
    assert last_told("courier").data == {**about, "to_collect": None}


def test_a_courier_who_takes_no_money_is_not_told_of_it(alice, bob, soup, told, settings):
    settings.PAYMENT_METHODS = ["cash", "card"]
    fetched = place(alice, soup, total=1000, delivery=PICKUP)
    advance(fetched, "cooking")
    online = place(bob, soup, total=1200, payment_method="card")
    Order.objects.filter(id=online["id"]).update(status="cooking")
    told()

    goodwill(fetched, 100)
    goodwill(online, 100)

    assert told() == [("customer", "order_adjusted")] * 2


def test_the_customer_learns_how_much_less_is_owed_and_why(soup):
    ivan = signed_in(make_customer("ivan", language="ru"))
    order = place(ivan, item(soup, 2), total=2200)
    about = {"order_id": order["id"], "number": order["number"]}

    remove(order)
    message = last_told("customer")
    assert (message.recipient_id, message.language, message.created_at) == (ivan.customer.id, "ru", NOON)
    assert str(message.subject_id) == order["id"]
    assert message.data == {**about, "kind": "item_removed", "amount": euro(-1000), "owed": euro(1200)}

    goodwill(order, 250)
    message = last_told("customer")
    assert message.data == {**about, "kind": "goodwill", "amount": euro(-250), "owed": euro(950)}


def test_the_kitchen_learns_what_is_still_to_be_cooked(alice, branch):
    extras = make_options("extras", {"cream": 50, "bacon": 100}, max=2)
    stew, cake = make_product("stew", groups=(extras,)), make_product("cake")
    put_in_stock(branch, stew=9, cake=9)
    options = [str(option.id) for option in extras.options.all()]
    order = place(alice, item(stew, 3, option_ids=options, note="hot"), item(cake, 2), total=5650)
    nothing: dict[str, list[str]] = {"contains": [], "may_contain": []}
    cakes = {"name": "Cake", "quantity": 2, "options": [], "note": "", "allergens": nothing}
    stews = {"name": "Stew", "quantity": 1, "options": ["Cream", "Bacon"], "note": "hot", "allergens": nothing}

    remove(order, 2)
    message = last_told("kitchen")
    assert (message.recipient_id, str(message.subject_id)) == (branch.id, order["id"])
    assert message.data == {"order_id": order["id"], "number": order["number"], "lines": [stews, cakes]}

    remove(order)
    assert last_told("kitchen").data["lines"] == [cakes]

    remove(order, 2, line=1)
    assert last_told("kitchen").data["lines"] == []


def test_what_is_refused_is_told_to_nobody(alice, soup, told):
    order = place(alice, soup, total=1200)
    told()

    for refused in (lambda: remove(order, 2), lambda: goodwill(order, 1201), lambda: goodwill(order, 1, reason="")):
        with pytest.raises(Refusal):
            refused()

    assert told() == []
