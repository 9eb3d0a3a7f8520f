"""Many customers want the last portions at the same moment."""

import threading
from collections import Counter
from typing import Any

import pytest

from catalog.models import Branch, Stock
from catalog.stock import find_contradictions
from customerbackend.statements import Statement
from orders import preprocessing
from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = 50
PORTIONS = 10


@pytest.fixture
def rush() -> list[Any]:
    """Fifty customers, each about to order one of ten portions."""
    branch = make_branch()
    soup = make_product("soup")
    put_in_stock(branch, soup=PORTIONS)
    clients = [signed_in(make_customer(f"customer{number}")) for number in range(CUSTOMERS)]
    clients[0].get("menu")
    return [lambda client=client: client.place(order_body(soup, total=1200)) for client in clients]


def free_soup() -> int:
    row = Stock.objects.get(branch=Branch.objects.get())
    return row.on_hand - row.reserved


def test_fifty_customers_get_exactly_the_ten_portions_that_are_there(rush):
    answers = run_together(*rush)

    assert Counter((answer.status, answer.code) for answer in answers) == {
        (201, None): PORTIONS,
        (409, "not_enough_stock"): CUSTOMERS - PORTIONS,
    }
    assert Order.objects.count() == PORTIONS
    assert free_soup() == 0
    assert find_contradictions() == []


def test_without_the_lock_more_is_sold_than_is_there(rush, monkeypatch):
    """The race is real: the same rush, with nothing but the row lock taken out of the statement."""
    unlocked = preprocessing.LOCK_STOCK.sql.replace("FOR UPDATE", "")
    assert unlocked != preprocessing.LOCK_STOCK.sql
    everybody_has_looked = threading.Barrier(CUSTOMERS)

    class LookWithoutLock(Statement):
        def row(self, *values: Any) -> Any:
            found = super().row(*values)
            everybody_has_looked.wait(timeout=60)
            return found

    statement = LookWithoutLock("look_without_lock", "uuid, uuid[], timestamptz", unlocked)
    monkeypatch.setattr(preprocessing, "LOCK_STOCK", statement)

    answers = run_together(*rush)

    assert [answer.status for answer in answers] == [201] * CUSTOMERS
    assert free_soup() == (PORTIONS - CUSTOMERS) * 1000
