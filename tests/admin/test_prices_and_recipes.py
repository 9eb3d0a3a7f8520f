"""Prices are read and written as decimals of the currency, quantities in whole units; both are stored as integers."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import Branch, BranchProduct, Option, Product, ProductIngredient
from tests.admin.conftest import SignIn
from tests.admin.pages import form_of, list_of, page_of, queries_of, text_of
from tests.factories import make_ingredient, make_options, make_product


def save(client: Client, row: Any, **changes: Any) -> Any:
    url = page_of(row)
    return client.post(url, {**form_of(client, url), **changes})


def test_the_list_shows_the_price_as_money(sam: Client, soup: Product) -> None:
    assert "10.00 EUR" in text_of(sam, list_of("catalog.product"))


def test_the_form_shows_decimals(sam: Client, soup: Product) -> None:
    Product.objects.update(price=1290)
    ProductIngredient.objects.update(quantity=1250)
    sent = form_of(sam, page_of(soup))
    assert (sent["price"], sent["recipe-0-quantity"]) == ("12.90", "1.25")
    assert 'value="12.90"' in text_of(sam, page_of(soup))


@pytest.mark.parametrize(
    "text, price", [("12.90", 1290), ("12,90", 1290), ("12", 1200), ("0.05", 5), (" 7.5 ", 750), ("0", 0)]
)
def test_a_price_is_stored_in_minor_units(sam: Client, soup: Product, text: str, price: int) -> None:
    response = save(sam, soup, price=text)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Product.objects.get(id=soup.id).price == price


@pytest.mark.parametrize("text", ["", "12.901", "-1", "1e3", "NaN", "Infinity", "1,290.00", "12 EUR", "99999999999"])
def test_what_is_no_price_is_refused(sam: Client, soup: Product, text: str) -> None:
    response = save(sam, soup, price=text)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["price"]
    assert Product.objects.get(id=soup.id).price == 1000


@pytest.mark.parametrize("text, thousandths", [("250", 250_000), ("0.5", 500), ("1,125", 1125), ("0.001", 1)])
def test_a_quantity_is_stored_in_thousandths(sam: Client, soup: Product, text: str, thousandths: int) -> None:
    response = save(sam, soup, **{"recipe-0-quantity": text})
    assert response.status_code == 302
    assert soup.recipe.get().quantity == thousandths


@pytest.mark.parametrize("text", ["0", "0.0001", "-1", "much", ""])
def test_what_is_no_quantity_is_refused(sam: Client, soup: Product, text: str) -> None:
    assert save(sam, soup, **{"recipe-0-quantity": text}).status_code == 200
    assert soup.recipe.get().quantity == 1000


def test_saving_without_a_change_changes_nothing(sam: Client, soup: Product) -> None:
    before = Product.objects.values().get(id=soup.id)
    assert save(sam, soup).status_code == 302
    assert Product.objects.values().get(id=soup.id) == before
    assert soup.recipe.get().quantity == 1000


def test_an_ingredient_is_added_to_the_recipe(sam: Client, soup: Product) -> None:
    salt = make_ingredient("salt")
    added = {"recipe-TOTAL_FORMS": 2, "recipe-1-ingredient": salt.id, "recipe-1-quantity": "2.5",
             "recipe-1-product": soup.id}  # fmt: skip
    assert save(sam, soup, **added).status_code == 302
    assert soup.recipe.get(ingredient=salt).quantity == 2500


def test_options_have_prices_and_recipes_too(sam: Client, db: None) -> None:
    group = make_options("extras", {"cream": 50}, recipes={"cream": {"cream": 2}})
    option = Option.objects.get()
    assert "0.50 EUR" in text_of(sam, list_of("catalog.option"))
    sent = {"price": "1.20", "recipe-0-quantity": "0.75"}
    assert save(sam, option, **sent).status_code == 302
    assert Option.objects.get().price == 120
    assert option.recipe.get().quantity == 750
    assert save(sam, group, **{"options-0-price": "0.90"}).status_code == 302
    assert Option.objects.get().price == 90


def test_a_branch_may_have_no_price_of_its_own(sam: Client, branch: Branch, soup: Product) -> None:
    own = BranchProduct.objects.create(branch=branch, product=soup, price=1100)
    zone = branch.zones.get()
    sent = {"zones-0-fee": "2.50", "zones-0-minimum": "10", "own_products-0-price": ""}
    assert save(sam, branch, **sent).status_code == 302
    own.refresh_from_db()
    zone.refresh_from_db()
    assert own.price is None
    assert (zone.fee, zone.minimum) == (250, 1000)


def test_who_may_only_look_sees_money_and_units_too(staff_who_may: SignIn, soup: Product) -> None:
    viewer = staff_who_may("view_product", "view_productingredient")
    page = text_of(viewer, page_of(soup))
    assert "10.00 EUR" in page
    assert 'name="price"' not in page and 'name="recipe-0-quantity"' not in page
    assert viewer.post(page_of(soup), {"price": "1"}).status_code == 403


def test_the_recipes_statements_do_not_grow_with_it(sam: Client, db: None) -> None:
    short, long = make_product("short"), make_product("long", recipe={f"part-{n}": 1 for n in range(8)})
    assert len(form_of(sam, page_of(short))) < len(form_of(sam, page_of(long)))
    assert queries_of(sam, page_of(short)) == queries_of(sam, page_of(long)) <= 25
