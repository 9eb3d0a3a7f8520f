"""What follows when the money of an order is secured: it is estimated anew, and those who work on it hear of it."""

import pytest

from catalog.models import BranchState, Reservation, StockMovement
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.models import Estimate
from tests.clients import signed_in
from tests.factories import make_branch, make_ingredient, make_product, put_in_stock
from tests.orders.adjustments import remove
from tests.orders.steps import NOON, at, euro, item, place
from tests.payments.shop import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

LATER = NOON.timestamp() + 300
STAFF = ("warehouse", "kitchen", "staff")


def pay(shop, order):
    """Alice pays; the order as she sees it then."""
    assert shop.pay(order).state == "succeeded"
    return shop.look(order)


@pytest.fixture
def in_five_minutes(time_machine):
    return lambda: time_machine.move_to(LATER, tick=False)


def told(*recipients):
    return list(Message.objects.filter(recipient_kind__in=recipients).order_by("id"))


def test_warehouse_and_kitchen_are_told_once_of_all_that_was_ordered(shop, in_five_minutes):
    order = place(shop.alice, item(shop.soup, 2, note="hot"), total=2200, payment_method="card", comment="Ring twice")
    assert told(*STAFF) == []
    in_five_minutes()
    pay(shop, order)

    bring, cook = told(*STAFF)
    assert (bring.kind, bring.data["after_restock"]) == ("warehouse_to_kitchen", False)
    assert bring.data["ingredients"] == [
        {"ingredient_id": str(make_ingredient("soup").id), "name": "Soup", "unit": "piece", "thousandths": 2000}
    ]
    assert (cook.kind, cook.recipient_kind, cook.data["comment"]) == ("order_accepted", "kitchen", "Ring twice")
    assert [(line["name"], line["quantity"], line["note"]) for line in cook.data["lines"]] == [("Soup", 2, "hot")]
    assert cook.data["promised_until"] == at(minutes=5, seconds=1590 + 600)
    assert [message.data["status"] for message in told("customer")] == ["waiting_for_payment", "processing"]


def test_however_often_it_is_told_that_it_is_paid_they_are_told_once(shop, in_five_minutes):
    order = shop.order()
    in_five_minutes()
    pay(shop, order)
    before = shop.look(order)

    assert set(shop.send(shop.stripe.events())) == {204}
    shop.stripe.books.tell("payment_intent.succeeded", shop.stripe.books.all("payment_intent")[0])
    assert shop.deliver() == [204]

    assert [message.kind for message in told(*STAFF)] == ["warehouse_to_kitchen", "order_accepted"]
    assert shop.look(order) == before
    assert Estimate.objects.count() == 2


def test_what_was_promised_first_is_promised_when_it_is_paid(shop, in_five_minutes):
    order = shop.order()
    BranchState.objects.update(busy_minutes=20)
    in_five_minutes()
    shown = pay(shop, order)

    assert (shown["times"]["placed_at"], shown["times"]["accepted_at"]) == (at(), at(minutes=5))
    assert (shown["times"]["paid_at"], shown["status_changed_at"]) == (at(minutes=5), at(minutes=5))
    estimates = shown["estimates"]
    assert estimates["delivered_at"] == at(minutes=25, seconds=1500)
    assert estimates["wait_seconds"] == 1200
    assert estimates["first_cooked_at"] == estimates["cooked_at"] == at(minutes=25, seconds=600)
    assert estimates["first_delivered_to"] == estimates["delivered_to"] == at(minutes=35, seconds=1500)
    first, second = Estimate.objects.order_by("made_at")
    assert (first.why, second.why, second.busy_seconds) == ("placed", "paid", 1200)
    assert (second.made_at.timestamp(), second.delivered_to.timestamp()) == (LATER, NOON.timestamp() + 3600)


def test_the_estimate_knows_who_was_accepted_meanwhile(shop, bob, in_five_minutes):
    order = shop.order()
    place(bob, shop.soup, total=1200)
    in_five_minutes()
    assert pay(shop, order)["estimates"]["wait_seconds"] == 600 / 2


def test_its_stock_is_not_set_aside_again(shop, in_five_minutes):
    order = shop.order()
    in_five_minutes()
    pay(shop, order)

    held = Reservation.objects.get()
    assert (held.wanted, held.reserved, held.created_at) == (1000, 1000, NOON)
    assert StockMovement.objects.filter(kind="reserve").count() == 1
    assert find_contradictions() == []


def test_what_was_lacking_is_asked_of_the_store_only_when_it_is_paid(stripe, alice, in_five_minutes):
    branch = make_branch(restock_minutes=20)
    stew = make_product("stew", recipe={"beans": 2})
    put_in_stock(branch, beans=3)
    shop = Shop(stripe, alice, stew)
    order = place(alice, item(stew, 2), total=2200, payment_method="card")
    assert order["estimates"]["wait_seconds"] == 1200
    assert told(*STAFF) == []
    in_five_minutes()
    shown = pay(shop, order)

    fetch, bring, cook = told(*STAFF)
    assert (fetch.kind, fetch.recipient_kind) == ("store_to_warehouse", "warehouse")
    assert fetch.data["ingredients"] == [
        {"ingredient_id": str(make_ingredient("beans").id), "name": "Beans", "unit": "piece", "thousandths": 1000}
    ]
    assert (bring.kind, bring.data["after_restock"]) == ("warehouse_to_kitchen", True)
    assert bring.data["ingredients"][0]["thousandths"] == 4000
    assert cook.kind == "order_accepted"
    assert shown["estimates"]["wait_seconds"] == 1200
    assert Reservation.objects.values_list("wanted", "reserved").get() == (4000, 3000)


def test_goods_that_came_while_it_waited_need_not_be_fetched(stripe, alice, in_five_minutes):
    branch = make_branch(restock_minutes=20)
    stew = make_product("stew")
    shop = Shop(stripe, alice, stew)
    order = place(alice, stew, total=1200, payment_method="card")
    put_in_stock(branch, stew=5)
    in_five_minutes()
    shown = pay(shop, order)

    assert [message.kind for message in told(*STAFF)] == ["warehouse_to_kitchen", "order_accepted"]
    assert shown["estimates"]["wait_seconds"] == 0


def test_what_was_removed_while_it_waited_is_neither_brought_nor_cooked(shop, in_five_minutes):
    order = place(shop.alice, item(shop.soup, 3), total=3200, payment_method="card")
    remove(order, 2)
    in_five_minutes()
    shown = pay(shop, order)

    bring, cook = told(*STAFF)
    assert bring.data["ingredients"][0]["thousandths"] == 1000
    assert [line["quantity"] for line in cook.data["lines"]] == [1]
    assert shown["payment"]["paid"] == shown["totals"]["owed"] == euro(1200)


def test_at_a_branch_that_was_closed_down_it_is_made_nevertheless(shop, branch, in_five_minutes):
    order = shop.order()
    type(branch).objects.update(is_active=False)
    in_five_minutes()
    assert pay(shop, order)["status"] == "processing"
    assert [message.kind for message in told(*STAFF)] == ["warehouse_to_kitchen", "order_accepted"]


def test_who_has_signed_in_anew_sees_the_same(shop, in_five_minutes):
    order = shop.order()
    in_five_minutes()
    shown = pay(shop, order)
    assert signed_in(shop.alice.customer).get(f"orders/{order['id']}").json == shown
