"""Orders for later: the last place in a slot, and the release, at the same moment."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Reservation
from customerbackend.statements import Statement
from orders import slots
from orders.models import Order
from orders.scheduling import release_order
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.threads import run_together

CUSTOMERS = 12

pytestmark = pytest.mark.django_db(transaction=True)


def tomorrow() -> str:
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return noon.isoformat().replace("+00:00", "Z")


def body_for_later(product):
    body = order_body(product, total=1200)
    body["delivery"]["requested_at"] = tomorrow()
    return body


def rush(slot_capacity):
    branch = make_branch(slot_capacity=slot_capacity)
    soup = make_product("soup")
    put_in_stock(branch, soup=100)
    clients = [signed_in(make_customer(f"customer{number}")) for number in range(CUSTOMERS)]
    clients[0].get("menu")
    return [lambda client=client: client.place(body_for_later(soup)) for client in clients]


def test_a_slot_takes_as_many_orders_as_it_has_places():
    answers = run_together(*rush(slot_capacity=3))

    assert Counter((answer.status, answer.code) for answer in answers) == {
        (201, None): 3,
        (409, "slot_full"): CUSTOMERS - 3,
    }
    assert Order.objects.count() == 3


def test_without_the_lock_a_slot_takes_too_many(monkeypatch):
    """The race is real: the same rush, with nothing but the lock left out."""
    everybody_has_counted = threading.Barrier(CUSTOMERS)

    class CountTogether(Statement):
        def row(self, *values: Any) -> Any:
            found = super().row(*values)
            everybody_has_counted.wait(timeout=60)
            return found

    counting = slots.COUNT_SLOTS
    monkeypatch.setattr(slots, "LOCK_SLOTS", Statement("lock_nothing", "text", "SELECT $1"))
    monkeypatch.setattr(slots, "COUNT_SLOTS", CountTogether("count_together", ", ".join(counting.types), counting.sql))

    answers = run_together(*rush(slot_capacity=3))

    assert [answer.status for answer in answers] == [201] * CUSTOMERS


def test_an_order_is_released_once():
    branch = make_branch()
    soup = make_product("soup")
    put_in_stock(branch, soup=100)
    placed = signed_in(make_customer("alice")).place(body_for_later(soup)).json
    assert placed["status"] == "scheduled"
    Order.objects.update(release_at=timezone.now())

    results = run_together(*[lambda: release_order(order_id=placed["id"])] * 6)

    assert sum(isinstance(result, Order) for result in results) == 1
    assert sum(result is None for result in results) == 5
    order = Order.objects.get()
    assert list(order.log.values_list("status", flat=True)) == ["scheduled", "accepted"]
    assert Reservation.objects.count() == 1
