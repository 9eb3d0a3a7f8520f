"""Ratings in the admin: found by stars and branch, read, and changed by nobody."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import Product
from orders.models import Rating
from tests.admin.conftest import SignIn
from tests.admin.pages import list_of, page_of, text_of
from tests.clients import Api
from tests.factories import make_branch, put_in_stock
from tests.orders.opinions import eaten, rate

LIST = "/admin/orders/rating/"


def orders_on(client: Client, query: str = "") -> list[str]:
    """Numbers of the rated orders on the first page, as they come."""
    return [rating.order.number for rating in client.get(LIST + query).context["cl"].result_list]


@pytest.fixture
def rated(alice: Api, soup: Product) -> list[dict[str, Any]]:
    """Three orders: all well, a cold one, and one whose delivery was bad."""
    orders = [eaten(alice, soup, total=1200) for _ in range(3)]
    rate(alice, orders[0], 5)
    rate(alice, orders[1], 1, tags=["cold", "rude_courier"], comment="Cold <b>and</b> late.")
    rate(alice, orders[2], 4, delivery=2)
    return orders


def test_all_that_was_said_is_listed_newest_first(sam: Client, rated: list[dict[str, Any]]) -> None:
    assert orders_on(sam) == [order["number"] for order in reversed(rated)]
    page = text_of(sam, LIST)
    for text in ("Mitte", "cold, rude courier", "Cold &lt;b&gt;and&lt;/b&gt; late.", "★★★★★"):
        assert text in page, text


@pytest.mark.parametrize(
    ("query", "found"),
    [("?stars=low", [2, 1]), ("?stars=5", [0]), ("?stars=1", [1]), ("?stars=3", []), ("?stars=nonsense", [2, 1, 0])],
)
def test_it_is_filtered_by_stars(sam: Client, rated: list[dict[str, Any]], query: str, found: list[int]) -> None:
    assert orders_on(sam, query) == [rated[index]["number"] for index in found]


def test_it_is_filtered_by_branch(sam: Client, alice: Api, rated: list[dict[str, Any]], soup: Product) -> None:
    wedding = make_branch("Wedding")
    put_in_stock(wedding, soup=5)
    there = eaten(alice, soup, total=1000, delivery={"method": "pickup", "branch_id": str(wedding.id)})
    rate(alice, there, 3)

    assert orders_on(sam, f"?branch__id__exact={wedding.id}") == [there["number"]]


def test_it_is_searched_by_the_number_of_the_order(sam: Client, rated: list[dict[str, Any]]) -> None:
    assert orders_on(sam, f"?q={rated[1]['number']}") == [rated[1]["number"]]
    assert orders_on(sam, "?q=nothing-like-it") == []


def test_a_page_shows_it_and_leads_to_the_order(sam: Client, rated: list[dict[str, Any]]) -> None:
    page = text_of(sam, page_of(Rating.objects.get(food=1)))
    assert f"/admin/orders/order/{rated[1]['id']}/change/" in page
    assert "Cold &lt;b&gt;and&lt;/b&gt; late." in page


def test_nobody_changes_one(sam: Client, rated: list[dict[str, Any]]) -> None:
    rating = Rating.objects.get(food=1)
    assert 'name="_save"' not in text_of(sam, page_of(rating))
    assert sam.post(page_of(rating), {"food": 5}).status_code == 403
    assert sam.get(f"{LIST}add/").status_code == 403
    assert sam.post(page_of(rating).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert Rating.objects.get(id=rating.id).food == 1


def test_without_the_permission_there_is_no_page(staff_who_may: SignIn, rated: list[dict[str, Any]]) -> None:
    assert staff_who_may("view_order").get(list_of("orders.rating")).status_code == 403
    assert staff_who_may("view_rating", username="rita").get(list_of("orders.rating")).status_code == 200
