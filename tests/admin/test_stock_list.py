"""The list of stock shows whole units and marks what is lacking."""

from typing import Any

from django.test import Client

from catalog.models import Branch, Product, Stock
from tests.admin.conftest import place
from tests.admin.pages import queries_of, text_of
from tests.clients import Api
from tests.factories import make_branch, make_product, put_in_stock

LIST = "/admin/catalog/stock/"


def keys(client: Client, query: str) -> list[str]:
    found: list[Any] = client.get(LIST + query).context["cl"].result_list
    return [row.ingredient.key for row in found]


def test_it_shows_what_is_there_set_aside_and_free(sam: Client, alice: Api, branch: Branch) -> None:
    stew = make_product("stew", recipe={"stew": 3})
    put_in_stock(branch, stew=8)
    place(alice, stew)
    Stock.objects.update(on_hand=7500)
    page = text_of(sam, LIST)
    for text in ("7.5 piece", ">3<", ">4.5<", "enough"):
        assert text in page, text


def test_backorders_are_marked_and_found(sam: Client, alice: Api) -> None:
    branch = make_branch(restock_minutes=30)
    stew, bread = make_product("stew"), make_product("bread")
    put_in_stock(branch, bread=5)
    place(alice, stew)
    place(alice, bread)
    assert "backorders" in text_of(sam, LIST)
    assert keys(sam, "?short=waiting") == ["stew"]
    assert keys(sam, "?short=any") == ["stew"]
    assert keys(sam, "?short=overdrawn") == []
    assert keys(sam, "") == ["bread", "stew"]


def test_what_is_overdrawn_is_found(sam: Client, alice: Api, branch: Branch, soup: Product) -> None:
    place(alice, soup)
    put_in_stock(branch, soup=0, salt=1)
    assert keys(sam, "?short=overdrawn") == ["soup"]
    assert "less there than set aside" in text_of(sam, LIST)


def test_it_is_filtered_by_branch_and_searched(sam: Client, branch: Branch, soup: Product) -> None:
    other = make_branch("Wedding")
    put_in_stock(other, salt=1)
    assert keys(sam, f"?branch__id__exact={branch.id}") == ["soup"]
    assert keys(sam, "?q=sal") == ["salt"]


def test_more_rows_take_no_more_statements(sam: Client, branch: Branch, soup: Product) -> None:
    queries_of(sam, LIST)
    few = queries_of(sam, LIST)
    put_in_stock(branch, **{f"thing_{number}": 1 for number in range(5)})
    put_in_stock(make_branch("Wedding"), soup=1)
    assert queries_of(sam, LIST) == few <= 9
