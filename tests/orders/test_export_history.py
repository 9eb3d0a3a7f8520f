"""Which orders an export has: those of the history, whose they are, in its order."""

from datetime import timedelta

import pytest

from accounts.models import Session
from orders.models import Order
from tests.clients import Api
from tests.orders.exports import export, make_history
from tests.orders.past import delivered, said, utc
from tests.orders.steps import NOON, place
from tests.problems import assert_invalid, assert_problem


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


def history(api, query=""):
    """The ids of the history, all pages of it."""
    cursor: str | None = ""
    found = []
    while cursor is not None:
        page = api.get(f"orders?limit=100&{query}" + (f"&cursor={cursor}" if cursor else "")).json
        found += [order["id"] for order in page["data"]]
        cursor = page["next_cursor"]
    return found


def test_no_orders_are_a_header(alice):
    assert export(alice) == []


@pytest.mark.parametrize("orders", [500, 501])
def test_every_order_is_there_once_as_in_the_history(alice, order, orders):
    make_history(orders)

    found = [row["Id"] for row in export(alice)]

    assert len(found) == orders
    assert found == [str(id) for id in Order.objects.order_by("-placed_at", "-id").values_list("id", flat=True)]


@pytest.mark.parametrize(
    "query", ["status=delivered", "placed_from={2}", "placed_to={2}", "status=delivered&placed_from={1}&placed_to={3}"]
)
def test_its_parts_are_those_of_the_history(alice, order, query):
    moments = [utc("2026-04-01 10:00") + timedelta(hours=hour) for hour in range(5)]
    delivered(order, *moments)
    delivered(order, *moments, status="cancelled")
    query = query.format(*map(said, moments))

    found = [row["Id"] for row in export(alice, query)]

    assert found == history(alice, query)
    assert 0 < len(found) < Order.objects.count()


def test_bobs_orders_are_bobs(alice, bob, order, soup):
    his = place(bob, soup, total=1200)

    assert [row["Id"] for row in export(alice)] == [order["id"]]
    assert [row["Id"] for row in export(bob)] == [his["id"]]


@pytest.mark.parametrize("query", ["", "?status=lost"])
def test_who_is_not_signed_in_is_told_so_first(alice, anybody, order, query):
    assert_problem(anybody.get(f"orders/export.csv{query}"), 401, "token_missing")
    assert_problem(Api("nonsense").get(f"orders/export.csv{query}"), 401, "token_invalid")
    Session.objects.filter(customer=alice.customer).update(ended_at=NOON)
    assert_problem(alice.get(f"orders/export.csv{query}"), 401, "token_invalid")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("status=lost", "status", "invalid_choice"),
        ("status=accepted", "status", "invalid_choice"),
        ("placed_from=yesterday", "placed_from", "invalid"),
        ("placed_to=2026-03-02", "placed_to", "naive"),
        ("limit=5", "limit", "unknown_parameter"),
        ("cursor=x", "cursor", "unknown_parameter"),
        ("status=delivered&status=cancelled", "status", "repeated"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(alice, query, parameter, code):
    assert_invalid(alice.get(f"orders/export.csv?{query}"), (f"?{parameter}", code))
