"""How many statements reading what can be bought takes, and moving stock. Counted by PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Product
from tests.catalog.books import consume, count, receive, release, set_aside
from tests.clients import Api, signed_in
from tests.factories import make_branch, make_customer, make_options, make_product, put_in_stock
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)

READS = [
    "branches",
    "branches/serving?postal_code=10115",
    "menu",
    "categories",
    "products?limit=100",
    "products/{soup}",
]


def statements(request: Callable[[], Any]) -> list[str]:
    """The first word of each statement, of the second of two alike."""
    request()
    with statements_sent() as sent:
        request()
    return [text.split()[0] for text in sent]


def make_company(size: int, prefix: str = "") -> str:
    """So many branches, and so many products with options; the id of the first product."""
    branches = [make_branch(f"Branch {number}") for number in range(size)]
    extras = make_options(f"{prefix}extras", {f"{prefix}extra{number}": 100 for number in range(size)})
    soups = [make_product(f"{prefix}soup{number}", groups=(extras,)) for number in range(size)]
    put_in_stock(branches[0], **{f"{prefix}soup{number}": 10 for number in range(size)})
    return str(soups[0].id)


@pytest.fixture(params=["anybody", "alice"])
def client(request) -> Api:
    return Api() if request.param == "anybody" else signed_in(make_customer("alice"))


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("size", [1, 12])
def test_a_read_is_one_statement_whatever_there_is_with_or_without_a_token(client, path, size):
    path = path.format(soup=make_company(size))

    assert client.get(path).status == 200
    assert statements(lambda: client.get(path)) == ["EXECUTE"]


def test_the_menu_of_a_named_branch_is_one_statement_too(client):
    make_company(2)
    last = client.get("branches").json["data"][-1]["id"]

    assert statements(lambda: client.get(f"menu?branch_id={last}")) == ["EXECUTE"]


def test_a_menu_that_has_not_changed_is_one_statement_too(client):
    make_company(2)
    tag = client.get("menu").headers["ETag"]

    assert client.get("menu", if_none_match=tag).status == 304
    assert statements(lambda: client.get("menu", if_none_match=tag)) == ["EXECUTE"]


def test_loading_a_new_version_takes_as_many_statements_for_one_branch_as_for_twelve():
    taken = []
    for prefix, size in (("a", 1), ("b", 12)):
        make_company(size, prefix)
        Api().get("menu")  # statements are prepared
        Product.objects.update(price=size)
        with statements_sent() as sent:
            assert Api().get("menu").status == 200
        taken.append(len(sent))

    assert taken[0] == taken[1]


def some_of(size: int) -> dict[str, int]:
    return {f"part{number}": 100 for number in range(size)}


@pytest.mark.parametrize("close", [release, consume])
def test_releasing_and_cooking_take_as_many_statements_for_one_ingredient_as_for_twelve(close):
    branch = make_branch()
    put_in_stock(branch, **some_of(12))

    taken = []
    for size in (1, 12):
        close(set_aside(branch, **some_of(size)))
        holder_id = set_aside(branch, **some_of(size))
        with statements_sent() as sent:
            close(holder_id)
        taken.append([text.split()[0] for text in sent])

    assert taken[0] == taken[1]
    assert len(taken[0]) <= 6


@pytest.mark.parametrize("book", [receive, count])
def test_booking_takes_as_many_statements_for_one_ingredient_as_for_twelve(book):
    branch = make_branch()
    put_in_stock(branch, **some_of(12))

    taken = []
    for size in (1, 12):
        with statements_sent() as sent:
            book(branch, **some_of(size))
        taken.append([text.split()[0] for text in sent if "catalog_ingredient" not in text])

    assert taken[0] == taken[1]
