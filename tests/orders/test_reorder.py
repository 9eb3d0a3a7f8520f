"""POST /orders/{id}/reorder: where nothing has changed, all is as it was, and can be sent as it is."""

from uuid import uuid4

import pytest

from orders.reorder_serializers import ReorderSerializer
from tests.factories import make_branch, make_options, make_product, put_in_stock
from tests.orders.adjustments import remove
from tests.orders.again import again, ask_again
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, courier, euro, item, nothing_written, place
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

PLACE = {
    "city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115", "apartment": "3", "entrance": None, "floor": None,
    "door_code": None, "leave_at_door": True, "comment": "Ring twice", "latitude": None, "longitude": None,
}  # fmt: skip
CONTACT = {"name": "Carol", "phone": "+493023125007"}


@pytest.fixture
def cheese(branch):
    return make_options("extras", {"cheese": 150, "olives": 100}, max=2).options.get(key="cheese")


@pytest.fixture
def pizza(branch, cheese):
    product = make_product("pizza", price=900, groups=(cheese.group,))
    put_in_stock(branch, pizza=50)
    return product


def test_all_as_it_was(alice, branch, soup, pizza, cheese):
    lines = [item(soup, 2), item(pizza, 1, option_ids=[str(cheese.id)], note="well done")]
    order = place(alice, *lines, total=3250, delivery=courier(place=PLACE, contact=CONTACT))

    found = again(alice, order)

    assert_shape(ReorderSerializer, found)
    assert found == {
        "branch_id": str(branch.id),
        "items": [
            {"product_id": str(soup.id), "quantity": 2, "option_ids": [], "note": None},
            {"product_id": str(pizza.id), "quantity": 1, "option_ids": [str(cheese.id)], "note": "well done"},
        ],
        "delivery": {
            "method": "courier", "branch_id": str(branch.id), "place": PLACE, "contact": CONTACT, "requested_at": None,
        },
        "totals": order["totals"],
        "estimates": found["estimates"],
        "differences": [],
        "problems": [],
    }  # fmt: skip


def test_it_can_be_quoted_and_placed_as_it_is(alice, soup, pizza, cheese):
    lines = [item(pizza, 3, option_ids=[str(cheese.id)], note="hot"), item(soup)]
    order = place(alice, *lines, total=4350, delivery=courier(place=PLACE, contact=CONTACT))
    found = again(alice, order)
    basket = {name: found[name] for name in ("items", "delivery")}

    quoted = alice.post("orders/quote", basket).json
    assert (quoted["totals"], quoted["estimates"], quoted["problems"]) == (found["totals"], found["estimates"], [])

    body = {**basket, "payment_method": "cash", "quote": quoted["quote"]}
    placed = alice.place(body)
    assert placed.status == 201, placed.text
    same = ("totals", "delivery")
    assert {name: placed.json[name] for name in same} == {name: order[name] for name in same}
    assert [{**line, "id": None} for line in placed.json["items"]] == [{**line, "id": None} for line in order["items"]]


def test_a_pickup_is_one_again_at_the_same_branch(alice, soup):
    other = make_branch("Wedding")
    put_in_stock(other, soup=9)
    order = place(alice, soup, total=1000, delivery={"method": "pickup", "branch_id": str(other.id)})

    found = again(alice, order)

    assert found["branch_id"] == found["delivery"]["branch_id"] == str(other.id)
    assert (found["delivery"]["method"], found["delivery"]["place"]) == ("pickup", None)
    assert (found["totals"]["total"], found["differences"]) == (euro(1000), [])


def test_an_order_for_later_is_wanted_now(alice, soup):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=6)})

    found = again(alice, order)

    assert (found["delivery"]["requested_at"], found["problems"]) == (None, [])
    assert found["estimates"]["delivered_at"] < at(hours=6)


def test_a_contact_that_cannot_be_reached_is_left_to_the_default(alice, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    alice.customer.phone = None
    alice.customer.save()
    without = place(alice, soup, total=1000, delivery=PICKUP)

    assert again(alice, order)["delivery"]["contact"] == {"name": "Alice", "phone": "+493023125001"}
    assert without["delivery"]["contact"] == {"name": "Alice", "phone": None}
    assert again(alice, without)["delivery"]["contact"] is None


@pytest.mark.parametrize("status", WAYS)
def test_an_order_in_any_status_can_be_ordered_again(alice, soup, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])

    assert again(alice, order)["totals"] == order["totals"]


def test_what_staff_had_to_take_out_is_wanted_again(alice, soup):
    order = place(alice, item(soup, 3), total=3200)
    remove(order, 2)

    found = again(alice, order)

    assert (found["items"][0]["quantity"], found["totals"]["total"], found["differences"]) == (3, euro(3200), [])


def test_nothing_is_stored(alice, soup):
    order = place(alice, soup, total=1200)

    with nothing_written():
        again(alice, order)


@pytest.mark.parametrize("body", [{}, {"items": []}])
def test_bob_is_told_what_he_is_told_of_what_never_was(alice, bob, soup, body):
    order = place(alice, soup, total=1200)

    assert_problem(ask_again(bob, order, body), 404, "not_found")
    assert_problem(ask_again(bob, {"id": str(uuid4())}, body), 404, "not_found")


def test_what_it_does_not_take_is_refused(alice, anybody, soup):
    order = place(alice, soup, total=1200)

    assert_invalid(ask_again(alice, order, {"items": []}), ("/items", "unknown_field"))
    assert_invalid(alice.post(f"orders/{order['id']}/reorder?branch_id=1", {}), ("?branch_id", "unknown_parameter"))
    assert_problem(ask_again(anybody, order, {"items": []}), 401, "token_missing")
    alice.post("auth/sign-out")
    assert_problem(ask_again(alice, order), 401, "token_invalid")
