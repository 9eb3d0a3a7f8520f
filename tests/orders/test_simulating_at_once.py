"""Several simulators on the same orders: each step is taken once."""

import pytest

from catalog.stock import find_contradictions
from orders.models import StatusLogEntry
from orders.simulating import Simulator
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.steps import place
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


def test_several_simulators_take_each_step_once():
    put_in_stock(make_branch(restock_minutes=20), soup=3)
    alice, soup = signed_in(make_customer("alice")), make_product("soup")
    orders = [place(alice, soup, total=1200) for _ in range(6)]

    # Each of them looks again until it finds nothing to do.
    results = run_together(*[lambda: list(Simulator(speed=1e15, seed=1).play()) for _ in range(4)])

    assert [result for result in results if isinstance(result, Exception)] == []
    moved = [(order.id, order.version) for result in results for order in result]
    assert len(moved) == len(set(moved)) == StatusLogEntry.objects.count() - len(orders)
    for order in orders:
        way = StatusLogEntry.objects.filter(order_id=order["id"]).order_by("recorded_at", "id")
        statuses = list(way.values_list("status", flat=True))
        assert len(statuses) == len(set(statuses))
        assert statuses[-1] == "delivered"
    assert find_contradictions() == []
