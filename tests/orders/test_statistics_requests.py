"""Asking for statistics: who may, what is refused, and what it costs the database."""

import pytest
from django.db import connection

from accounts.models import Session
from orders.statistics import READ_STATISTICS
from tests.clients import Api, signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.past import delivered, statistics, utc
from tests.orders.steps import NOON, place
from tests.plans import rows_read as statement_rows
from tests.problems import assert_invalid, assert_problem
from tests.statements import statements_sent

PATHS = ["orders/statistics", "orders/statistics.html"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["", "?period=fortnight"])
def test_who_is_not_signed_in_is_told_so_first(alice, anybody, path, query):
    assert_problem(anybody.get(path + query), 401, "token_missing")
    assert_problem(Api("nonsense").get(path + query), 401, "token_invalid")
    Session.objects.filter(customer=alice.customer).update(ended_at=NOON)
    assert_problem(alice.get(path + query), 401, "token_invalid")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("period=fortnight", "period", "invalid_choice"),
        ("period=", "period", "invalid_choice"),
        ("period=Day", "period", "invalid_choice"),
        ("from=yesterday", "from", "invalid"),
        ("from=2026-03-02", "from", "naive"),
        ("to=2026-03-02T11:00:00", "to", "naive"),
        ("to=10000-01-01T00:00:00Z", "to", "invalid"),
        ("from=1969-01-01T00:00:00Z", "from", "invalid"),
        ("placed_from=2026-03-02T11:00:00Z", "placed_from", "unknown_parameter"),
        ("period=day&period=week", "period", "repeated"),
        ("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from", "too_many_buckets"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(alice, path, query, parameter, code):
    answer = alice.get(f"{path}?{query}")

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [(error["parameter"], error["code"]) for error in answer.json["errors"]] == [(parameter, code)]


def test_the_same_moment_may_be_said_with_another_offset(alice, soup):
    delivered(place(alice, soup, total=1200), utc("2026-04-01 10:00"))
    query = "from={}&to={}".format

    asked = [
        query("2026-04-01T10:00:00Z", "2026-04-01T10:00:00.000001Z"),
        query("2026-04-01T15:45:00%2B05:45", "2026-04-01T15:45:00.000001%2B05:45"),
    ]

    assert [statistics(alice, each)["totals"]["orders"] for each in asked] == [1, 1]


def test_nothing_of_it_is_kept_on_the_way(alice):
    for path in PATHS:
        assert alice.get(path).headers["Cache-Control"] == "private, no-store"


def test_it_is_the_same_without_prepared_statements(alice, soup, settings):
    delivered(place(alice, soup, total=1200), utc("2026-04-01 10:00"))
    query = "period=week&from=2026-03-01T00:00:00Z&to=2026-05-01T00:00:00Z"
    prepared = statistics(alice, query)
    settings.DATABASE_PREPARE = False

    assert statistics(alice, query) == prepared


# --- What it costs --------------------------------------------------------------------------------------------------


@pytest.fixture
def order(transactional_db):
    branch = make_branch()
    soup = make_product("soup")
    put_in_stock(branch, soup=9)
    alice = signed_in(make_customer("alice"))
    return alice, place(alice, soup, total=1200)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("number", [0, 5, 500])
def test_it_is_one_statement_however_many_orders_there_are(order, path, number):
    alice, placed = order
    delivered(placed, *[utc("2026-04-01 10:00")] * number)
    query = f"{path}?period=month&from=2026-01-01T00:00:00Z&to=2026-05-01T00:00:00Z"
    assert alice.get(query).status == 200

    with statements_sent() as sent:
        assert alice.get(query).status == 200

    assert [text.split()[:2] for text in sent] == [["EXECUTE", "read_statistics"]]


def test_what_is_too_much_does_not_look_at_the_orders(order):
    alice, placed = order
    delivered(placed, *[utc("2026-04-01 10:00")] * 50)

    assert rows_read(alice, "2020-01-01T00:00:00Z", "2026-05-01T00:00:00Z") == 0
    assert_invalid(alice.get("orders/statistics?from=2020-01-01T00:00:00Z"), ("?from", "too_many_buckets"))


def test_it_reads_the_orders_of_its_time_once_and_no_others(order):
    alice, placed = order
    bob = make_customer("bob")
    delivered(placed, *[utc("2026-04-01 10:00")] * 300, *[utc("2025-04-01 10:00")] * 300)
    delivered(placed, *[utc("2026-04-01 10:00")] * 300, customer_id=bob.id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_order")

    assert rows_read(alice, "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z") == 300


def rows_read(api, since, until):
    """Rows that the statement reads from the table of orders, as PostgreSQL counts them."""
    session = Session.objects.get(customer=api.customer)
    values = (session.id, NOON, "day", "day", since, until, 30)
    return statement_rows(READ_STATISTICS, values)
