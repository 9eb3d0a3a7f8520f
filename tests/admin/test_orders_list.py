"""The list of orders finds what staff look for, and stays cheap however many orders there are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product
from orders.models import Order
from tests.admin.conftest import place
from tests.admin.pages import list_of, move, queries_of, text_of
from tests.clients import Api

LIST = "/admin/orders/order/"


def numbers(client: Client, query: str = "") -> list[str]:
    """Numbers of the orders on the first page, as they come."""
    return [order.number for order in client.get(LIST + query).context["cl"].result_list]


def test_it_shows_each_order_newest_first(sam: Client, alice: Api, bob: Api, soup: Product) -> None:
    first, second = place(alice, soup), place(bob, soup, payment_method="terminal")
    assert numbers(sam) == [second.number, first.number]
    page = text_of(sam, LIST)
    for text in ("Mitte", "alice", "bob", "accepted", "12.00 EUR", "cash at the door", "card terminal at the door"):
        assert text in page, text


@pytest.mark.parametrize("term", ["alice", "ALI", "alice@example.com"])
def test_it_is_searched_by_customer(sam: Client, alice: Api, bob: Api, soup: Product, term: str) -> None:
    hers, _his = place(alice, soup), place(bob, soup)
    assert numbers(sam, f"?q={term}") == [hers.number]


def test_it_is_searched_by_number(sam: Client, alice: Api, soup: Product) -> None:
    wanted, _other = place(alice, soup), place(alice, soup)
    assert numbers(sam, f"?q={wanted.number}") == [wanted.number]
    assert numbers(sam, "?q=nothing-like-it") == []


def test_it_is_filtered_by_status(sam: Client, alice: Api, soup: Product) -> None:
    cooking, cancelled = place(alice, soup), place(alice, soup)
    move(sam, "cooking", cooking)
    move(sam, "cancelled", cancelled, reason="x")
    assert numbers(sam, "?status=cooking") == [cooking.number]
    assert numbers(sam, "?status=open") == [cooking.number]
    assert numbers(sam, "?status=ready") == []


def test_it_is_filtered_by_business_date(sam: Client, alice: Api, soup: Product) -> None:
    today, yesterday, long_ago = (place(alice, soup) for _ in range(3))
    for order, days in ((yesterday, 1), (long_ago, 100)):
        Order.objects.filter(id=order.id).update(business_date=order.business_date - timedelta(days=days))
    assert numbers(sam, "?day=today") == [today.number]
    assert numbers(sam, "?day=yesterday") == [yesterday.number]
    assert numbers(sam, "?day=week") == [yesterday.number, today.number]


def test_it_is_filtered_by_branch_and_delivery(sam: Client, alice: Api, soup: Product) -> None:
    order = place(alice, soup)
    pickup = place(alice, soup, delivery={"method": "pickup", "branch_id": str(order.branch_id)})
    assert numbers(sam, "?delivery_method__exact=pickup") == [pickup.number]
    assert numbers(sam, f"?branch__id__exact={order.branch_id}") == [pickup.number, order.number]


def test_an_order_past_its_promise_is_red(sam: Client, order: Order) -> None:
    assert "text-red-600" not in text_of(sam, LIST)
    Order.objects.update(estimated_delivered_to=timezone.now() - timedelta(minutes=1))
    assert "text-red-600" in text_of(sam, LIST)
    move(sam, "cancelled", order, reason="x")
    sam.get(LIST)  # the message of the move has been read
    assert "text-red-600" not in text_of(sam, LIST)


def test_more_orders_take_no_more_statements(sam: Client, alice: Api, bob: Api, soup: Product) -> None:
    place(alice, soup)
    queries_of(sam, LIST)
    few = queries_of(sam, LIST)
    for api in (alice, bob, bob):
        place(api, soup)
    assert queries_of(sam, LIST) == few <= 8


def test_it_neither_counts_the_orders_nor_reads_their_documents(sam: Client, order: Order) -> None:
    with CaptureQueriesContext(connection) as captured:
        sam.get(list_of("orders.order"))
    of_orders = [query["sql"] for query in captured if 'FROM "orders_order"' in query["sql"]]
    assert len(of_orders) == 1
    assert "COUNT(" not in of_orders[0]
    assert '"orders_order"."items"' not in of_orders[0]
    assert 'ORDER BY "orders_order"."id" DESC LIMIT 50' in of_orders[0]
