"""Events of transactions that run side by side: whoever follows them gets each one once, and misses no late one."""

import threading
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from orders.models import OrderEvent
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.adjustments import goodwill
from tests.orders.following import ask, follow, told
from tests.orders.steps import advance, place
from tests.servers import another_connection
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, ROUNDS = 8, 10


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def soup():
    branch = make_branch()
    product = make_product("soup")
    put_in_stock(branch, soup=1000)
    return product


def test_an_event_that_is_committed_late_comes_after_those_that_were_seen_meanwhile(alice, soup):
    slow, quick = place(alice, soup, total=1200), place(alice, soup, total=1200)
    _placed, cursor = follow(alice)
    written, seen = threading.Event(), threading.Event()

    def adjust_slowly() -> None:
        with transaction.atomic():
            goodwill(slow, 100)
            written.set()
            assert seen.wait(20)

    def move_quickly_and_look():
        assert written.wait(20)
        advance(quick, "cooking")
        try:
            return follow(alice, cursor)
        finally:
            seen.set()

    _nothing, (events, after) = run_together(adjust_slowly, move_quickly_and_look)

    assert [event["order_id"] for event in events] == [quick["id"]]
    late, _cursor = follow(alice, after)
    assert [event["order_id"] for event in late] == [slow["id"]]
    # By id or by moment it would stand before the one that was seen, and a reader who went on from that would miss it.
    assert late[0]["id"] < events[0]["id"] and late[0]["at"] < events[0]["at"]
    assert follow(alice)[0][2:] == events + late


def test_who_is_still_at_work_keeps_nobody_waiting_and_what_is_rolled_back_leaves_no_gap(alice, soup):
    stuck, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_orderevent (id, customer_id, order_id, type, at)"
            " SELECT gen_random_uuid(), customer_id, id, 'order.adjusted', now() FROM orders_order WHERE id = %s",
            [stuck["id"]],
        )
        advance(other, "cooking")
        assert told(alice)[2:] == [("status_changed", "cooking")]
    advance(other, "ready")

    assert told(alice)[2:] == [("status_changed", "cooking"), ("status_changed", "ready")]
    assert list(OrderEvent.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_placing_at_once_numbers_each_order(alice, soup):
    orders = run_together(*[partial(place, alice, soup, total=1200)] * 8)

    events, _cursor = follow(alice)

    assert sorted(event["order_id"] for event in events) == sorted(order["id"] for order in orders)
    assert {event["type"] for event in events} == {"order.placed"}


def test_eight_who_write_at_once_are_followed_without_a_gap_and_without_a_repeat(alice, soup):
    """In every round all eight have written before the first of them commits."""
    orders = [place(alice, soup, total=1200) for _ in range(WRITERS)]
    _placed, start = follow(alice)
    all_have_written = threading.Barrier(WRITERS, timeout=20)
    over = []

    def write(order) -> None:
        try:
            for _ in range(ROUNDS):
                with transaction.atomic():
                    goodwill(order, 1)
                    all_have_written.wait()
        except Exception:
            all_have_written.abort()
            raise
        finally:
            over.append(order)

    def read():
        found: list[Any] = []
        cursor = start
        while True:
            was_over = len(over) == WRITERS
            page = ask(alice, cursor, limit=7).json
            found, cursor = found + page["data"], page["next_cursor"]
            if was_over and not page["data"]:
                return found

    *results, read_once, read_too = run_together(*[partial(write, order) for order in orders], read, read)

    assert results == [None] * WRITERS
    everything = OrderEvent.objects.filter(type="order.adjusted").order_by("number")
    assert [event["id"] for event in read_once] == [str(event.id) for event in everything]
    assert read_too == read_once
    assert len(read_once) == WRITERS * ROUNDS
    numbers = list(OrderEvent.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS * (ROUNDS + 1) + 1))
    for order in orders:
        owed = [event["owed"]["amount"] for event in read_once if event["order_id"] == order["id"]]
        assert owed == list(range(1199, 1199 - ROUNDS, -1))
    # They have not simply come one after the other: by their ids they would stand otherwise.
    assert [event["id"] for event in read_once] != sorted(event["id"] for event in read_once)


def test_other_customers_are_not_waited_for(alice, soup):
    bob = signed_in(make_customer("bob"))
    order, his = place(alice, soup, total=1200), place(bob, soup, total=1200)
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute("INSERT INTO orders_orderevent (id, customer_id, order_id, type, at)"
                       " SELECT gen_random_uuid(), customer_id, id, 'order.adjusted', now()"
                       " FROM orders_order WHERE id = %s", [order["id"]])  # fmt: skip
        cursor.execute("SET CONSTRAINTS orders_number_event IMMEDIATE")  # numbered, and not committed

        with connection.cursor() as own:
            own.execute("SET lock_timeout = '20s'")
        advance(his, "cooking")

    assert told(bob) == [("placed", "processing"), ("status_changed", "cooking")]
    assert UUID(order["id"]) not in {UUID(event["order_id"]) for event in follow(bob)[0]}
