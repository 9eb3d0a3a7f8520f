"""GET /products in pages: a walk sees every product once."""

import pytest

from catalog.models import Product
from tests.factories import make_product

COUNT = 23


@pytest.fixture
def dishes(branch) -> list[Product]:
    """In menu order; every third has a name of its own."""
    return [
        make_product(f"dish{n}", name=f"Special {n}" if n % 3 == 0 else f"Dish {n}", recipe={}) for n in range(COUNT)
    ]


def walk(anybody, query: str) -> list[list[str]]:
    """Page by page, the ids."""
    pages, cursor = [], ""
    while True:
        page = anybody.get(f"products?{query}{cursor}").json
        pages.append([product["id"] for product in page["data"]])
        if page["next_cursor"] is None:
            return pages
        assert len(pages) < 50
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize("limit", [1, 7, 22, 23, 24, 100])
def test_a_whole_walk_shows_every_product_once_in_menu_order(anybody, dishes, limit):
    pages = walk(anybody, f"limit={limit}")

    assert [each for page in pages for each in page] == [str(dish.id) for dish in dishes]
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]


def test_a_page_has_twenty_unless_asked_otherwise(anybody, dishes):
    assert [len(page) for page in walk(anybody, "")] == [20, 3]


def test_a_whole_walk_keeps_its_filter(anybody, dishes):
    pages = walk(anybody, "search=special&limit=3")

    assert [each for page in pages for each in page] == [str(dish.id) for dish in dishes[::3]]


def test_an_empty_list_is_one_empty_page(anybody, branch):
    assert anybody.get("products").json == {"data": [], "next_cursor": None}


def test_a_product_that_comes_in_during_the_walk_shifts_nothing(anybody, dishes):
    first = anybody.get("products?limit=10").json
    Product.objects.filter(pk=make_product("new", recipe={}).pk).update(position=0)

    second = anybody.get(f"products?limit=100&cursor={first['next_cursor']}").json

    assert [product["id"] for product in second["data"]] == [str(dish.id) for dish in dishes[10:]]


def test_a_product_that_goes_during_the_walk_leaves_no_gap(anybody, dishes):
    first = anybody.get("products?limit=10").json
    Product.objects.filter(pk=dishes[3].pk).update(is_active=False)

    second = anybody.get(f"products?limit=100&cursor={first['next_cursor']}").json

    assert [product["id"] for product in second["data"]] == [str(dish.id) for dish in dishes[10:]]


def test_where_the_last_product_shown_has_gone_the_list_begins_anew(anybody, dishes):
    first = anybody.get("products?limit=10").json
    Product.objects.filter(pk=dishes[9].pk).update(is_active=False)

    again = anybody.get(f"products?limit=10&cursor={first['next_cursor']}").json

    assert [p["id"] for p in again["data"]] == [str(dish.id) for dish in [*dishes[:9], dishes[10]]]
