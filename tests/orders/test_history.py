"""All orders, newest first, a page at a time; and those that are waited for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.dateparse import parse_datetime

from orders.models import Order
from orders.serializers import CurrentOrdersSerializer, OrderPageSerializer, OrderSerializer, OrderStatusSerializer
from tests.orders.steps import NOON, advance, at, place
from tests.shapes import assert_shape

COPY = """
INSERT INTO orders_order SELECT (json_populate_record(o, json_build_object(
    'id', gen_random_uuid(), 'number', copy::text, 'placed_at', o.placed_at - (copy / 7) * interval '1 minute'
))).* FROM orders_order AS o, generate_series(1, %s) AS copy"""


@pytest.fixture
def long_history(alice, soup):
    """250 orders, seven at a time placed at one moment."""
    place(alice, soup, total=1200)
    with connection.cursor() as cursor:
        cursor.execute(COPY, [249])
    return alice


@pytest.mark.parametrize("limit", [1, 7, 20, 100])
def test_a_walk_through_the_pages_finds_each_order_once_newest_first(long_history, limit):
    found, cursor = [], None
    while True:
        page = long_history.get(f"orders?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json
        assert len(page["data"]) <= limit
        found += [(order["times"]["placed_at"], order["id"]) for order in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == sorted(found, reverse=True)
    assert len(found) == len(set(found)) == Order.objects.count() == 250


def test_an_order_placed_meanwhile_moves_no_page(long_history, soup):
    first = long_history.get("orders?limit=10").json
    following = long_history.get(f"orders?limit=10&cursor={first['next_cursor']}").text
    place(long_history, soup, total=1200)

    assert long_history.get(f"orders?limit=10&cursor={first['next_cursor']}").text == following


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=" + "9" * 30, "cursor=x", "cursor=bm8",
                                   "status=accepted", "placed_from=yesterday", "placed_from=2026-01-01T00:00:00",
                                   "page=2", "limit=1&limit=2"])  # fmt: skip
def test_a_parameter_that_is_wrong_is_named(alice, query):
    answer = alice.get(f"orders?{query}")

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [error["parameter"] for error in answer.json["errors"]] == [query.partition("=")[0]]


def test_the_time_of_placing_bounds_it_the_end_excluded(alice, soup):
    placed = [place(alice, soup, total=1200)["id"] for _ in range(4)]
    for hour, order_id in enumerate(placed):
        Order.objects.filter(id=order_id).update(placed_at=NOON + timedelta(hours=hour))

    found = alice.get(f"orders?placed_from={at(hours=1)}&placed_to={at(hours=3)}").json["data"]

    assert [order["id"] for order in found] == [placed[2], placed[1]]


def test_the_status_filters(alice, soup):
    cooking, delivered, cancelled, fresh = (place(alice, soup, total=1200) for _ in range(4))
    advance(cooking, "cooking")
    advance(delivered, "cooking", "ready", "in_delivery", "delivered")
    alice.cancel(cancelled["id"])

    found = {status: [order["id"] for order in alice.get(f"orders?status={status}").json["data"]]
             for status in ("processing", "cooking", "delivered", "cancelled", "ready")}  # fmt: skip
    assert found == {
        "processing": [fresh["id"]],
        "cooking": [cooking["id"]],
        "delivered": [delivered["id"]],
        "cancelled": [cancelled["id"]],
        "ready": [],
    }
    current = alice.get("orders/current").json["data"]
    assert [order["id"] for order in current] == [fresh["id"], cooking["id"]]


def test_every_answer_has_the_shape_that_the_schema_promises(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "cancelled", reason="oven broke")

    assert_shape(OrderSerializer, alice.get(f"orders/{order['id']}").json)
    assert_shape(OrderStatusSerializer, alice.get(f"orders/{order['id']}/status").json)
    assert_shape(OrderPageSerializer, alice.get("orders").json)
    place(alice, soup, total=1200)
    assert_shape(CurrentOrdersSerializer, alice.get("orders/current").json)


@pytest.mark.parametrize("path", ["orders", "orders/current", "orders/{id}", "orders/{id}/status"])
def test_a_tag_holds_until_the_order_changes(alice, bob, soup, path):
    order = place(alice, soup, total=1200)
    path = path.format(id=order["id"])
    tag = alice.get(path).headers["ETag"]
    place(bob, soup, total=1200)

    for sent in (tag, f"W/{tag}", f'"other", {tag}'):
        unchanged = alice.get(path, if_none_match=sent)
        assert (unchanged.status, unchanged.text, unchanged.headers["ETag"]) == (304, "", tag)
    advance(order, "picking")

    changed = alice.get(path, if_none_match=tag)
    assert changed.status == 200
    assert changed.headers["ETag"] not in ("", tag)


def test_the_moment_of_the_status_is_that_of_the_last_visible_change(alice, soup):
    order = place(alice, soup, total=1200)
    moved = advance(order, "cooking")

    seen = alice.get(f"orders/{order['id']}/status").json
    assert parse_datetime(seen["status_changed_at"]) == moved.cooking_started_at
