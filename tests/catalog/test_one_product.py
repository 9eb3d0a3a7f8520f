"""GET /products/{id}: one product, with what is left of it and what is in it."""

from uuid import uuid4

import pytest

from catalog.models import BranchProduct, StopListEntry
from catalog.serializers import WholeProductSerializer
from tests.factories import make_branch, make_ingredient, make_options, make_product, order_body, put_in_stock
from tests.shapes import assert_shape


def portions_left(anybody, product, branch=None) -> int | None:
    query = f"?branch_id={branch.id}" if branch else ""
    return anybody.get(f"products/{product.id}{query}").json["portions_left"]


def test_one_product_has_the_promised_shape(anybody, soup):
    answer = anybody.get(f"products/{soup.id}")

    assert answer.status == 200
    assert_shape(WholeProductSerializer, answer.json)


def test_one_product_is_as_on_the_menu_with_portions_and_ingredients(anybody, branch):
    make_ingredient("dough", name="Pizza dough")
    pizza = make_product("pizza", recipe={"dough": 2, "tomato": 1})
    put_in_stock(branch, dough=7, tomato=10)
    (on_menu,) = anybody.get("menu").json["categories"][0]["products"]

    shown = anybody.get(f"products/{pizza.id}").json

    assert shown == {**on_menu, "portions_left": 3, "ingredients": ["Pizza dough", "Tomato"], "rating": None}


def test_portions_left_count_what_is_set_aside_as_gone(anybody, alice, soup):
    assert portions_left(anybody, soup) == 100

    assert alice.place(order_body({"product_id": str(soup.id), "quantity": 30}, total=30_200)).status == 201

    assert portions_left(anybody, soup) == 70


def test_no_portion_is_left_of_what_was_never_counted(anybody, branch):
    soup = make_product("soup")

    shown = anybody.get(f"products/{soup.id}").json

    assert (shown["portions_left"], shown["available"]) == (0, False)


def test_portions_are_not_limited_where_the_branch_restocks(anybody, soup):
    restocking = make_branch("Restocking", restock_minutes=30)

    assert portions_left(anybody, soup) == 100
    assert portions_left(anybody, soup, restocking) is None


def test_portions_of_what_has_no_recipe_are_not_limited(anybody, branch):
    assert portions_left(anybody, make_product("voucher", recipe={})) is None


def test_no_portion_is_left_of_what_is_stopped(anybody, branch, soup):
    StopListEntry.objects.create(branch=branch, product=soup)

    assert portions_left(anybody, soup) == 0


def test_no_portion_is_left_where_a_required_option_is_lacking(anybody, branch):
    box = make_options("box", {"paper-box": 0}, min=1, recipes={"paper-box": {"paper": 1}})
    noodles = make_product("noodles", groups=(box,))
    put_in_stock(branch, noodles=5)

    assert portions_left(anybody, noodles) == 0


def test_ingredients_of_options_are_not_those_of_the_product(anybody, branch):
    extras = make_options("extras", {"olives-too": 100}, recipes={"olives-too": {"olives": 1}})
    pizza = make_product("pizza", groups=(extras,))

    assert anybody.get(f"products/{pizza.id}").json["ingredients"] == ["Pizza"]


@pytest.mark.parametrize("product", ["00000000-0000-7000-8000-000000000000", "soup"])
def test_an_unknown_product_is_not_found(anybody, soup, product):
    answer = anybody.get(f"products/{product}")

    assert (answer.status, answer.code) == (404, "not_found")


def test_whether_it_is_sold_anywhere_comes_before_what_is_wrong_with_the_request(anybody, branch, soup):
    elsewhere = make_branch("Elsewhere")
    BranchProduct.objects.create(branch=branch, product=soup, is_sold=False)

    assert anybody.get(f"products/{soup.id}?branch_id={elsewhere.id}&foo=1").code == "invalid_request"
    assert anybody.get(f"products/{uuid4()}?foo=1").code == "not_found"
