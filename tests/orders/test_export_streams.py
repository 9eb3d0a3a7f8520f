"""An export is read a page at a time: however long, it takes no more memory, and nothing is held between two pages."""

import tracemalloc
from datetime import datetime, timedelta

import pytest
from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from accounts.models import Session
from customerbackend.callers import Caller
from orders.exporting import EXPORTS_AT_ONCE, PAGE, export_orders
from orders.history import HistoryQuery
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.exports import cells, make_history
from tests.orders.steps import NOON, place
from tests.problems import assert_problem
from tests.servers import kill, own_pid
from tests.statements import statements_sent

BROKEN_OFF = "The export broke off here, there are more orders. Please ask for it again."


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


def begin(api, **query):
    """An export that nobody has read of yet."""
    session = Session.objects.get(customer=api.customer)
    return export_orders(caller=Caller(session.id, api.customer.id, 0), query=HistoryQuery(**query))


def memory_for(api, **query):
    """The most that is taken while an export is read, in bytes; and how many lines each piece has."""
    tracemalloc.start()
    try:
        sizes = [piece.count(b"\r\n") for piece in begin(api, **query)]
        return tracemalloc.get_traced_memory()[1], sizes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pages", [4, pytest.param(40, marks=pytest.mark.soak)])
def test_many_pages_take_a_statement_each_and_the_memory_of_one(alice, order, pages):
    make_history(pages * PAGE)
    last = datetime.fromisoformat(order["times"]["placed_at"])
    begin(alice)  # what is prepared once
    of_one, sizes = memory_for(alice, placed_from=last - timedelta(minutes=PAGE // 7 - 1))
    assert sizes == [1, PAGE // 7 * 7]

    with statements_sent() as sent:
        of_all, sizes = memory_for(alice)

    assert sizes == [1] + [PAGE] * pages
    assert [text.split()[:2] for text in sent if "accounts_session" not in text] == [
        ["EXECUTE", "read_export_page"]
    ] * pages
    assert of_all < 1.5 * of_one


@pytest.mark.parametrize(("orders", "statements"), [(500, 1), (501, 2)])
def test_a_page_is_one_statement_with_the_session_check_inside(alice, order, orders, statements):
    make_history(orders)
    assert alice.get("orders/export.csv").status == 200

    with statements_sent() as sent:
        answer = alice.get("orders/export.csv")

    assert len(cells(answer.text)) == 1 + orders
    assert [text.split()[:2] for text in sent] == [["EXECUTE", "read_export_page"]] * statements


@pytest.fixture
def long_history(transactional_db):
    """Alice has two pages of orders, which are committed."""
    put_in_stock(make_branch(), soup=9)
    alice = signed_in(make_customer("alice"))
    place(alice, make_product("soup"), total=1200)
    make_history(PAGE + 1)
    return alice


def test_nothing_is_open_between_two_pages(long_history):
    for _piece in begin(long_history):
        assert connection.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE


def test_an_export_goes_on_when_the_database_has_been_away(long_history):
    export = begin(long_history)
    pieces = [next(export), next(export)]
    kill(own_pid())

    pieces += list(export)

    assert len(cells(b"".join(pieces).decode())) == 1 + PAGE + 1


def test_an_export_whose_session_ends_says_that_it_broke_off(alice, order):
    make_history(600)
    export = begin(alice)
    pieces = [next(export), next(export)]
    Session.objects.filter(customer=alice.customer).update(ended_at=NOON)

    pieces += list(export)

    found = cells(b"".join(pieces).decode())
    assert len(found) == 1 + PAGE + 1
    assert found[-1] == [BROKEN_OFF]
    assert_problem(alice.get("orders/export.csv"), 401, "token_invalid")


# --- How many at once -----------------------------------------------------------------------------------------------


def test_so_many_are_read_at_once_and_one_more_is_told_to_wait(alice, bob, order):
    exports = [begin(alice) for _ in range(EXPORTS_AT_ONCE)]

    answer = bob.get("orders/export.csv")
    assert_problem(answer, 429, "throttled")
    assert answer.headers["Retry-After"] == "5"

    exports[0].close()
    exports[0].close()
    assert bob.get("orders/export.csv").status == 200
    again = begin(alice)
    assert bob.get("orders/export.csv").status == 429
    for each in (*exports, again):
        each.close()


def test_whoever_is_not_signed_in_is_told_so_while_there_is_no_room(alice, order):
    exports = [begin(alice) for _ in range(EXPORTS_AT_ONCE)]
    Session.objects.filter(customer=alice.customer).update(ended_at=NOON)

    assert_problem(alice.get("orders/export.csv"), 401, "token_invalid")
    for each in exports:
        each.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_each_that_was_read_makes_room(alice, order, method):
    for _ in range(2 * EXPORTS_AT_ONCE):
        assert alice.call(method, "orders/export.csv").status == 200


def test_a_client_that_goes_away_makes_room(alice, order):
    make_history(600)
    for _ in range(2 * EXPORTS_AT_ONCE):
        response = alice.client.get("/api/v1/orders/export.csv", headers={"authorization": f"Bearer {alice.token}"})
        next(iter(response))
        response.close()


def test_an_answer_that_was_never_sent_makes_room(alice, order):
    for _ in range(2 * EXPORTS_AT_ONCE):
        begin(alice)
