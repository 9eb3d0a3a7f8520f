"""Allergens and diets follow from ingredients: the union of what is declared, unknown as soon as one part is not."""

from typing import Any

import pytest

from catalog.models import Ingredient
from tests.factories import make_ingredient, make_options, make_product, order_body, put_in_stock


def shown(anybody, product) -> dict[str, Any]:
    return anybody.get(f"products/{product.id}").json


def test_a_product_contains_all_that_its_ingredients_contain(anybody, branch):
    make_ingredient("pasta", contains=["gluten", "eggs"], may_contain=["soybeans"])
    make_ingredient("pesto", contains=["milk", "nuts"], may_contain=["peanuts", "sesame"])

    pasta = make_product("dish", recipe={"pasta": 1, "pesto": 1})

    assert shown(anybody, pasta)["allergens"] == {
        "contains": ["eggs", "gluten", "milk", "nuts"],
        "may_contain": ["peanuts", "sesame", "soybeans"],
    }


def test_what_is_certainly_in_it_is_not_repeated_as_possible(anybody, branch):
    make_ingredient("bread", contains=["gluten"], may_contain=["milk"])
    make_ingredient("cheese", contains=["milk"], may_contain=["gluten", "nuts"])

    toast = make_product("toast", recipe={"bread": 1, "cheese": 1})

    assert shown(anybody, toast)["allergens"] == {"contains": ["gluten", "milk"], "may_contain": ["nuts"]}


def test_without_allergens_both_lists_are_empty_and_not_null(anybody, branch):
    make_ingredient("rice", contains=[], may_contain=[])

    assert shown(anybody, make_product("rice"))["allergens"] == {"contains": [], "may_contain": []}


@pytest.mark.parametrize(
    "undeclared", [{"contains": None}, {"may_contain": None}, {"contains": None, "may_contain": None}]
)
def test_one_ingredient_that_is_not_declared_makes_the_product_unknown(anybody, branch, undeclared):
    make_ingredient("bread", contains=["gluten"])
    make_ingredient("secret", **undeclared)

    assert shown(anybody, make_product("toast", recipe={"bread": 1, "secret": 1}))["allergens"] is None


def test_a_product_without_ingredients_is_not_declared(anybody, branch):
    assert shown(anybody, make_product("voucher", recipe={}))["allergens"] is None


def test_an_option_has_allergens_of_its_own_and_does_not_change_the_product_s(anybody, branch):
    make_ingredient("rice", contains=[])
    make_ingredient("peanut", contains=["peanuts"])
    make_ingredient("secret", contains=None)
    group = make_options(
        "extras", {"nutty": 0, "plain": 0, "hidden": 0}, recipes={"nutty": {"peanut": 1}, "hidden": {"secret": 1}}
    )

    bowl = shown(anybody, make_product("bowl", recipe={"rice": 1}, groups=(group,)))

    assert bowl["allergens"] == {"contains": [], "may_contain": []}
    assert {option["name"]: option["allergens"] for option in bowl["option_groups"][0]["options"]} == {
        "Nutty": {"contains": ["peanuts"], "may_contain": []},
        "Plain": {"contains": [], "may_contain": []},
        "Hidden": None,
    }


def test_a_product_fits_the_diets_that_all_its_ingredients_fit(anybody, branch):
    make_ingredient("rice", dietary=["vegan", "vegetarian", "gluten_free", "halal"])
    make_ingredient("cheese", dietary=["vegetarian", "gluten_free"])

    assert shown(anybody, make_product("rice"))["dietary"] == ["gluten_free", "halal", "vegan", "vegetarian"]
    assert shown(anybody, make_product("risotto", recipe={"rice": 1, "cheese": 1}))["dietary"] == [
        "gluten_free",
        "vegetarian",
    ]


def test_ingredients_without_a_diet_in_common_fit_none(anybody, branch):
    make_ingredient("bread", dietary=["vegan"])
    make_ingredient("beef", dietary=["halal", "gluten_free"])

    assert shown(anybody, make_product("burger", recipe={"bread": 1, "beef": 1}))["dietary"] == []
    assert shown(anybody, make_product("voucher", recipe={}))["dietary"] == []


def test_an_ordered_line_keeps_the_allergens_of_its_day(anybody, alice, branch):
    make_ingredient("soup", contains=["celery"])
    soup = make_product("soup")
    put_in_stock(branch, soup=10)
    order = alice.place(order_body(soup, total=1200)).json

    Ingredient.objects.filter(key="soup").update(contains=["celery", "milk"])

    assert shown(anybody, soup)["allergens"] == {"contains": ["celery", "milk"], "may_contain": []}
    (line,) = alice.get(f"orders/{order['id']}").json["items"]
    assert line["allergens"] == {"contains": ["celery"], "may_contain": []}
