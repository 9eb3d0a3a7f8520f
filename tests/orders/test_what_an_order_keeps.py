"""An order keeps copies: what it was, what it cost and who sold it stay as they were when it was placed."""

import pytest

from catalog.models import BranchProduct, Option, Product, TaxClass
from orders.models import OrderCharge, OrderLine
from tests.clients import signed_in
from tests.factories import (
    make_branch,
    make_customer,
    make_ingredient,
    make_options,
    make_product,
    put_in_stock,
)
from tests.orders.steps import PICKUP, courier, euro, item, place

PLACE = {
    "city": "Berlin",
    "line": "Ackerstr. 1",
    "postal_code": "10115",
    "apartment": "12",
    "entrance": "B",
    "floor": "3",
    "door_code": "1234#",
    "leave_at_door": True,
    "comment": "Ring twice",
    "latitude": 52.5321,
    "longitude": 13.3849,
}
NO_PLACE = dict.fromkeys(PLACE) | {"leave_at_door": False}


@pytest.fixture
def pizza(branch):
    make_ingredient("dough", contains=["gluten"], may_contain=["soybeans"])
    make_ingredient("cheese", contains=["milk"], may_contain=["gluten"])
    make_ingredient("mystery", contains=None, may_contain=None)
    extras = make_options(
        "extras",
        {"mozzarella": 150, "surprise": 50},
        max=2,
        recipes={"mozzarella": {"cheese": 1}, "surprise": {"mystery": 1}},
    )
    put_in_stock(branch, dough=100, cheese=100, mystery=100)
    return make_product("pizza", name="Пицца <b>", price=900, recipe={"dough": 1}, groups=(extras,))


def option(key):
    return str(Option.objects.get(key=key).id)


def test_options_and_notes_stand_on_the_line(alice, pizza):
    order = place(
        alice,
        item(pizza, 2, option_ids=[option("surprise"), option("mozzarella")], note="Ohne Zwiebeln, bitte! 🧅"),
        item(pizza, 1, note=""),
        total=3300,
        comment="Allergisch gegen Nüsse",
    )

    first, second = order["items"]
    assert first["product_id"] == str(pizza.id)
    assert first["name"] == "Пицца <b>"
    assert first["options"] == [
        {"name": "Mozzarella", "price": euro(150)},
        {"name": "Surprise", "price": euro(50)},
    ]
    assert first["note"] == "Ohne Zwiebeln, bitte! 🧅"
    assert (first["quantity"], first["quantity_removed"]) == (2, 0)
    assert (second["options"], second["note"]) == ([], None)
    assert order["comment"] == "Allergisch gegen Nüsse"


def test_lines_keep_the_allergens_of_product_and_options(alice, pizza):
    lines = place(alice, item(pizza), item(pizza, option_ids=[option("mozzarella")]), total=900 + 1050 + 200)["items"]

    assert lines[0]["allergens"] == {"contains": ["gluten"], "may_contain": ["soybeans"]}
    # What is certainly in it is not listed once more as possibly in it.
    assert lines[1]["allergens"] == {"contains": ["gluten", "milk"], "may_contain": ["soybeans"]}


def test_undeclared_allergens_are_null_and_never_empty(alice, pizza):
    lines = place(alice, item(pizza, option_ids=[option("surprise")]), total=1150)["items"]

    assert lines[0]["allergens"] is None
    assert OrderLine.objects.get().allergens is None


def test_the_contact_is_the_customer_unless_named(alice, soup):
    by_default = place(alice, soup, total=1200)
    named = place(alice, soup, total=1200, delivery=courier(contact={"name": "Carla", "phone": "030 23125007"}))

    assert by_default["delivery"]["contact"] == {"name": "Alice", "phone": "+493023125001"}
    assert named["delivery"]["contact"] == {"name": "Carla", "phone": "+493023125007"}


def test_a_customer_without_name_and_phone_leaves_no_contact(soup):
    carla = signed_in(make_customer("carla", name="", phone=None))
    dora = signed_in(make_customer("dora", name="Dora", phone=None))

    assert place(carla, soup, total=1200)["delivery"]["contact"] is None
    assert place(dora, soup, total=1200)["delivery"]["contact"] == {"name": "Dora", "phone": None}


def test_a_place_keeps_every_key(alice, soup):
    whole = place(alice, soup, total=1200, delivery=courier(place=PLACE))
    short = place(alice, soup, total=1200)

    assert whole["delivery"]["place"] == PLACE
    assert short["delivery"]["place"] == {
        **NO_PLACE, "city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115",
    }  # fmt: skip


def test_pickup_has_no_place(alice, soup, branch):
    delivery = place(alice, soup, total=1000, delivery=PICKUP)["delivery"]

    assert delivery == {
        "method": "pickup",
        "branch_id": str(branch.id),
        "place": None,
        "contact": {"name": "Alice", "phone": "+493023125001"},
        "requested_at": None,
    }


def test_the_note_that_will_be_handed_over_is_kept(alice, soup):
    order = place(alice, soup, total=1200, change_from=euro(5000))

    assert order["payment"] == {
        "method": "cash",
        "state": "due_on_delivery",
        "due_at": None,
        "paid": euro(0),
        "refunded": euro(0),
        "change_from": euro(5000),
    }
    assert place(alice, soup, total=1200, change_from=euro(1200))["payment"]["change_from"] == euro(1200)
    assert place(alice, soup, total=1200, payment_method="terminal")["payment"]["method"] == "terminal"


def test_nothing_changes_when_the_catalog_does(alice, soup, branch):
    placed = alice.get(f"orders/{place(alice, soup, total=1200)['id']}")

    Product.objects.update(name="Gazpacho", price=1500, is_active=False)
    TaxClass.objects.update(courier_bps=0)
    BranchProduct.objects.create(branch=branch, product=soup, price=1)
    branch.zones.update(fee=999)
    type(branch).objects.update(seller_name="Other GmbH", seller_tax_id="DE0", seller_address="Elsewhere")
    soup.recipe.all().delete()

    assert alice.get(f"orders/{placed.json['id']}").text == placed.text
    assert placed.json["seller"] == {
        "name": "Kitchen GmbH",
        "tax_id": "DE123456789",
        "address": "Invalidenstr. 1, 10115 Berlin",
    }


def test_rows_say_the_same_as_the_answer(alice, pizza):
    order = place(alice, item(pizza, 3, option_ids=[option("mozzarella")], note="hot"), total=3350)

    line, charge = OrderLine.objects.get(), OrderCharge.objects.get()
    assert str(line.id) == order["items"][0]["id"]
    assert (line.position, line.name, line.unit_price, line.quantity) == (0, "Пицца <b>", 1050, 3)
    assert (line.total, line.tax_rate_bps, line.tax, line.note) == (3150, 700, 206, "hot")
    assert line.options == [{"id": option("mozzarella"), "name": "Mozzarella", "price": 150}]
    assert line.allergens == {"contains": ["gluten", "milk"], "may_contain": ["soybeans"]}
    assert (charge.kind, charge.amount, charge.tax_rate_bps, charge.tax) == ("delivery", 200, 1900, 32)
    assert {str(line.order_id), str(charge.order_id)} == {order["id"]}


def test_the_seller_is_the_one_of_the_branch(alice, soup):
    other = make_branch("Pankow", seller_name="Pankow KG", seller_tax_id="DE9", seller_address="Pankow 1")
    put_in_stock(other, soup=1)

    order = place(alice, soup, total=1000, delivery={"method": "pickup", "branch_id": str(other.id)})

    assert order["seller"] == {"name": "Pankow KG", "tax_id": "DE9", "address": "Pankow 1"}
