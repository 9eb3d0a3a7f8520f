"""Whom a new order is told to, and in what words."""

import pytest

from notifications.models import Message
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_ingredient, make_options, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, at, item, place

pytestmark = pytest.mark.time_machine(NOON, tick=False)


def told(recipient_kind):
    return list(Message.objects.filter(recipient_kind=recipient_kind).order_by("id"))


@pytest.fixture
def pizza(branch):
    make_ingredient("dough", unit="gram", contains=["gluten"])
    make_ingredient("cheese", unit="gram", contains=["milk"])
    extras = make_options("extras", {"mozzarella": 150}, recipes={"mozzarella": {"cheese": 50}})
    put_in_stock(branch, dough=10_000, cheese=1000)
    return make_product("pizza", price=900, recipe={"dough": 250, "cheese": 100}, groups=(extras,))


def test_the_warehouse_is_told_what_the_kitchen_needs(alice, branch, pizza):
    option = str(pizza.option_groups.get().options.get().id)
    order = place(alice, item(pizza, 2), item(pizza, 1, option_ids=[option]), total=3 * 900 + 150 + 200)

    (message,) = told("warehouse")
    assert (message.kind, message.recipient_id, str(message.subject_id)) == (
        "warehouse_to_kitchen", branch.id, order["id"],
    )  # fmt: skip
    assert message.data == {
        "order_id": order["id"],
        "number": order["number"],
        "ingredients": [
            {
                "ingredient_id": str(make_ingredient("cheese").id),
                "name": "Cheese",
                "unit": "gram",
                "thousandths": 350_000,
            },
            {
                "ingredient_id": str(make_ingredient("dough").id),
                "name": "Dough",
                "unit": "gram",
                "thousandths": 750_000,
            },
        ],
        "after_restock": False,
    }


def test_the_kitchen_is_told_lines_notes_and_what_the_customer_cannot_eat(alice, branch, pizza):
    alice.call("PATCH", "account", {"allergens": ["nuts", "celery"]})
    option = str(pizza.option_groups.get().options.get().id)
    order = place(
        alice,
        item(pizza, 2, option_ids=[option], note="No onions"),
        total=2300,
        comment="Nut allergy",
    )

    (message,) = told("kitchen")
    assert (message.kind, message.recipient_id, str(message.subject_id)) == ("order_accepted", branch.id, order["id"])
    assert message.data == {
        "order_id": order["id"],
        "number": order["number"],
        "lines": [
            {
                "name": "Pizza",
                "quantity": 2,
                "options": ["Mozzarella"],
                "note": "No onions",
                "allergens": {"contains": ["gluten", "milk"], "may_contain": []},
            }
        ],
        "comment": "Nut allergy",
        "allergies": ["nuts", "celery"],
        "delivery_method": "courier",
        "cook_until": order["estimates"]["cooked_at"],
        "promised_until": order["estimates"]["delivered_to"],
    }


def test_the_customer_is_told_in_their_language(pizza):
    ivan = signed_in(make_customer("ivan", language="ru"))
    order = place(ivan, pizza, total=1100)

    (message,) = told("customer")
    assert (message.kind, message.recipient_id, message.language) == ("order_status", ivan.customer.id, "ru")
    assert message.data == {
        "order_id": order["id"], "number": order["number"], "status": "processing", "delivery_method": "courier",
    }  # fmt: skip


def test_nobody_else_is_told(alice, pizza):
    place(alice, pizza, total=1100)

    assert sorted(Message.objects.values_list("recipient_kind", "kind")) == [
        ("customer", "order_status"),
        ("kitchen", "order_accepted"),
        ("warehouse", "warehouse_to_kitchen"),
    ]
    assert {message.created_at for message in Message.objects.all()} == {NOON}


def test_only_what_lacks_is_fetched_from_the_store_first(alice):
    branch = make_branch(restock_minutes=20)
    stew = make_product("stew", price=900, recipe={"beans": 2, "salt": 1})
    put_in_stock(branch, beans=3, salt=50)

    order = place(alice, item(stew, 2), total=2000)

    fetch, bring = told("warehouse")
    assert (fetch.kind, fetch.recipient_id, str(fetch.subject_id)) == ("store_to_warehouse", branch.id, order["id"])
    assert fetch.data == {
        "order_id": order["id"],
        "number": order["number"],
        "ingredients": [
            {"ingredient_id": str(make_ingredient("beans").id), "name": "Beans", "unit": "piece", "thousandths": 1000}
        ],
    }
    assert bring.kind == "warehouse_to_kitchen"
    assert bring.data["after_restock"] is True
    assert [(goods["name"], goods["thousandths"]) for goods in bring.data["ingredients"]] == [
        ("Beans", 4000),
        ("Salt", 2000),
    ]


def test_a_branch_that_restocks_fetches_nothing_when_nothing_lacks(alice):
    branch = make_branch(restock_minutes=20)
    stew = make_product("stew", price=900)
    put_in_stock(branch, stew=1)

    place(alice, stew, total=1100)

    assert [message.kind for message in told("warehouse")] == ["warehouse_to_kitchen"]


def test_the_kitchen_knows_that_it_is_fetched(alice, soup):
    place(alice, soup, total=1000, delivery=PICKUP)

    (message,) = told("kitchen")
    assert message.data["delivery_method"] == "pickup"
    assert (message.data["cook_until"], message.data["promised_until"]) == (at(minutes=10), at(minutes=20))


def test_an_order_for_later_is_told_to_the_customer_only(alice, soup):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=5)})

    (message,) = Message.objects.all()
    assert (message.recipient_kind, message.kind) == ("customer", "order_status")
    assert message.data == {
        "order_id": order["id"], "number": order["number"], "status": "scheduled", "delivery_method": "pickup",
    }  # fmt: skip
