"""Following events page by page: the cursor goes on for ever, and asking again costs next to nothing."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from customerbackend.pagination import encode_cursor
from orders.events import READ_EVENTS
from orders.models import OrderEvent
from tests.clients import signed_in
from tests.factories import make_customer
from tests.orders.following import ask, follow
from tests.orders.steps import advance, place
from tests.problems import assert_invalid, assert_problem
from tests.statements import statements_sent

MORE = """
INSERT INTO orders_orderevent (id, customer_id, number, order_id, type, at)
SELECT gen_random_uuid(), o.customer_id, n, o.id, 'order.adjusted', now()
FROM orders_order AS o, generate_series(%s, %s) AS n"""


@pytest.fixture
def order(alice, soup):
    """One order of Alice with five events."""
    placed = place(alice, soup, total=1200)
    advance(placed, "cooking", "ready", "in_delivery", "delivered")
    return placed


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_a_walk_finds_each_event_once_in_order_and_ends_where_it_goes_on(alice, order, limit):
    every = ask(alice).json["data"]
    assert len(every) == 5

    found, cursor = follow(alice, limit=limit)

    assert found == every
    assert ask(alice, cursor).json == {"data": [], "next_cursor": cursor}
    advance(order, "in_delivery", reason="wrong button")
    [event] = ask(alice, cursor).json["data"]
    assert event["status"] == "in_delivery"


def test_twenty_come_at_a_time_unless_asked_otherwise(alice, order):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_orderevent")
        cursor.execute(MORE, [1, 120])

    assert len(ask(alice).json["data"]) == 20
    assert len(ask(alice, limit=100).json["data"]) == 100


def test_an_empty_page_keeps_the_cursor_from_the_very_beginning_on(alice, soup):
    cursor = ask(alice).json["next_cursor"]
    assert ask(alice, cursor).json == {"data": [], "next_cursor": cursor}

    place(alice, soup, total=1200)

    assert [event["type"] for event in ask(alice, cursor).json["data"]] == ["order.placed"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("after=x", "invalid"), ("after=bm8", "invalid"), ("after=" + encode_cursor(-1), "invalid"),
        ("after=" + encode_cursor(2**63 - 1), "invalid"), ("after=" + encode_cursor(2**63), "invalid"),
        ("after=" + encode_cursor("1", "2"), "invalid"), ("after=" + "x" * 501, "max_length"), ("after=", "blank"),
        ("limit=0", "min_value"), ("limit=101", "max_value"), ("limit=" + "9" * 30, "max_value"),
        ("cursor=x", "unknown_parameter"), ("after=x&after=x", "repeated"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_is_named(alice, query, code):
    assert_invalid(alice.get(f"orders/events?{query}"), (f"?{query.partition('=')[0]}", code))


def test_a_cursor_ahead_of_all_that_happened_is_refused_and_does_not_pass_over_what_will(alice, bob, order):
    _events, hers = follow(alice)

    for tag in ("", "*"):
        assert_invalid(ask(bob, hers, if_none_match=tag), ("?after", "invalid"))


def test_who_is_not_signed_in_is_told_so_first(anybody, alice, order):
    assert_problem(anybody.get("orders/events"), 401, "token_missing")
    assert_problem(anybody.get("orders/events?after=x", if_none_match="*"), 401, "token_missing")


def test_what_the_client_has_is_not_sent_again_until_there_is_more(alice, bob, order, soup):
    _events, cursor = follow(alice)
    for after in (None, cursor):
        answer = ask(alice, after)
        again = ask(alice, after, if_none_match=answer.headers["ETag"])
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", answer.headers["ETag"])
        assert ask(alice, after, if_none_match='"another"').text == answer.text
    tag = ask(alice, cursor).headers["ETag"]
    place(bob, soup, total=1200)
    assert ask(alice, cursor, if_none_match=tag).status == 304

    advance(order, "in_delivery", reason="wrong button")

    answer = ask(alice, cursor, if_none_match=tag)
    assert (answer.status, len(answer.json["data"])) == (200, 1)


def test_a_full_page_stays_as_it_is_and_so_does_its_tag(alice, order):
    tag = ask(alice, limit=2).headers["ETag"]

    advance(order, "in_delivery", reason="wrong button")

    assert ask(alice, limit=2, if_none_match=tag).status == 304
    assert ask(alice, limit=3, if_none_match=tag).status == 200


def test_bobs_tag_is_not_alices_with_as_many_events(alice, bob, soup):
    place(alice, soup, total=1200)
    place(bob, soup, total=1200)

    assert ask(bob, if_none_match=ask(alice).headers["ETag"]).status == 200


@pytest.mark.django_db(transaction=True)
def test_a_page_and_a_304_are_one_statement_each_however_much_there_is(soup):
    alice = signed_in(make_customer("alice"))
    place(alice, soup, total=1200)
    for count in (2, 300):
        tag = ask(alice).headers["ETag"]
        for headers in ({}, {"if_none_match": tag}):
            ask(alice, **headers)
            with statements_sent() as sent:
                ask(alice, **headers)
            assert [text.split()[0] for text in sent] == ["EXECUTE"]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM orders_orderevent WHERE number > 1")
            cursor.execute(MORE, [2, count])


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


@pytest.mark.django_db(transaction=True)
def test_a_page_of_many_events_reads_no_more_rows_than_it_shows_and_a_304_one(soup):
    alice = signed_in(make_customer("alice"))
    place(alice, soup, total=1200)
    with connection.cursor() as cursor:
        cursor.execute(MORE, [2, 5000])
        cursor.execute("ANALYZE orders_orderevent")
    tag = ask(alice, encode_cursor(2500)).headers["ETag"].strip('"')
    session = alice.customer.sessions.get().id

    def rows_read(known: str) -> float:
        values = (session, OrderEvent.objects.earliest("number").at, [known], 2500, 20)
        with transaction.atomic(), connection.cursor() as cursor:
            assert READ_EVENTS.row(*values) is not None
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {READ_EVENTS.execute}", values)
            plan = cursor.fetchone()[0][0]["Plan"]
        of_events = [node for node in nodes(plan) if node.get("Relation Name") == "orders_orderevent"]
        return sum(node["Actual Rows"] * node["Actual Loops"] for node in of_events)

    assert rows_read(str(uuid4())) == 21
    assert rows_read(tag) == 1
