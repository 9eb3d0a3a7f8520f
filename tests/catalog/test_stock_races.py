"""Several at once at the same stock rows: nothing is lost, nothing counts twice."""

import threading
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from catalog.models import Reservation, StockMovement
from catalog.stock import find_contradictions
from customerbackend.ids import new_id
from customerbackend.statements import Statement
from orders import preprocessing
from tests.catalog.books import consume, count, discard, receive, release, set_aside, shelf
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


@pytest.fixture
def branch():
    return make_branch(restock_minutes=30)


def outcomes(results: list) -> Counter:
    return Counter(type(result).__name__ if isinstance(result, Exception) else "done" for result in results)


def test_one_receipt_sent_many_times_at_once_counts_once(branch):
    receive(branch, flour=1)
    operation_id = new_id()

    results = run_together(*[partial(receive, branch, operation_id, flour=500)] * AT_ONCE)

    assert outcomes(results) == {"done": 1, IntegrityError.__name__: AT_ONCE - 1}
    assert shelf(branch) == {"flour": (501, 0)}
    assert StockMovement.objects.filter(operation_id=operation_id).count() == 1


def test_different_receipts_at_once_all_count(branch):
    receive(branch, flour=1)

    results = run_together(*[partial(receive, branch, flour=500)] * AT_ONCE)

    assert outcomes(results) == {"done": AT_ONCE}
    assert shelf(branch) == {"flour": (1 + 500 * AT_ONCE, 0)}
    assert find_contradictions() == []


def test_first_receipts_of_the_same_goods_at_once_open_one_row_for_each(branch):
    forth, back = {"flour": 5, "salt": 5, "rice": 5}, {"rice": 5, "salt": 5, "flour": 5}
    for key in forth:
        make_product(key)

    results = run_together(*[partial(receive, branch, **order) for order in [forth, back] * (AT_ONCE // 2)])

    assert outcomes(results) == {"done": AT_ONCE}
    assert shelf(branch) == dict.fromkeys(forth, (5 * AT_ONCE, 0))
    assert find_contradictions() == []


def test_goods_that_arrive_while_orders_are_placed_leave_nobody_waiting(branch):
    """Whoever comes first: what an order lacked is filled by the goods, or was there when it came."""
    soup = make_product("soup")
    customers = [signed_in(make_customer(f"customer{number}")) for number in range(AT_ONCE)]
    customers[0].get("menu")
    orders = [partial(customer.place, order_body(soup, total=1200)) for customer in customers]
    receipts = [partial(receive, branch, soup=2000)] * (AT_ONCE // 2)

    results = run_together(*orders, *receipts)

    assert [answer.status for answer in results[:AT_ONCE]] == [201] * AT_ONCE
    assert outcomes(results[AT_ONCE:]) == {"done": AT_ONCE // 2}
    assert shelf(branch) == {"soup": (1000 * AT_ONCE, 1000 * AT_ONCE)}
    assert set(Reservation.objects.values_list("wanted", "reserved")) == {(1000, 1000)}
    assert find_contradictions() == []


def test_goods_that_arrive_between_an_order_s_look_at_the_shelf_and_its_writing_wait_for_it(branch, monkeypatch):
    """Else they would find no backorder to fill, and the order would wait for goods that are there."""
    soup = make_product("soup")
    alice = signed_in(make_customer("alice"))
    receive(branch, soup=1)
    looked, arrived = threading.Event(), threading.Event()

    class LookSlowly(Statement):
        def row(self, *values: Any) -> Any:
            found = super().row(*values)
            looked.set()
            arrived.wait(0.5)
            return found

    look = preprocessing.LOCK_STOCK
    monkeypatch.setattr(preprocessing, "LOCK_STOCK", LookSlowly(look.name, ", ".join(look.types), look.sql))

    def arrive() -> None:
        assert looked.wait(30)
        receive(branch, soup=1000)
        arrived.set()

    answer, fault = run_together(lambda: alice.place(order_body(soup, total=1200)), arrive)

    assert (answer.status, fault) == (201, None)
    assert Reservation.objects.values_list("wanted", "reserved").get() == (1000, 1000)
    assert shelf(branch) == {"soup": (1001, 1000)}
    assert find_contradictions() == []


def test_releasing_cooking_receiving_counting_and_discarding_at_once_keep_the_books_right(branch):
    receive(branch, flour=1000, salt=1000)
    holders = [set_aside(branch, flour=100, salt=300) for _ in range(AT_ONCE)]

    results = run_together(
        *[partial(release, holder) for holder in holders[::2]],
        *[partial(consume, holder) for holder in holders[1::2]],
        partial(receive, branch, salt=700, flour=50),
        partial(discard, branch, flour=10),
        partial(count, branch, salt=500),
    )

    assert outcomes(results) == {"done": AT_ONCE + 3}
    assert shelf(branch)["flour"] == (1000 + 50 - 10 - 100 * (AT_ONCE // 2), 0)
    assert Reservation.objects.filter(closed_at=None).count() == 0
    assert find_contradictions() == []
