"""An order that several move at the same moment goes one way."""

import threading
from collections import Counter
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from catalog.models import Stock
from catalog.stock import find_contradictions
from orders import lifecycle
from orders.lifecycle import Actor, ActorKind, MoveNotAllowed, move_order
from orders.models import Order
from orders.statuses import Status
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = Actor(ActorKind.STAFF, "cook")


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def soup():
    branch = make_branch()
    product = make_product("soup")
    put_in_stock(branch, soup=1000)
    return product


def place(alice, soup) -> UUID:
    return UUID(alice.place(order_body(soup, total=1200)).json["id"])


def test_of_cancelling_and_cooking_exactly_one_wins(alice, soup):
    outcomes: Counter[str] = Counter()
    for _ in range(20):
        order_id = place(alice, soup)

        cancelled, cooked = run_together(
            partial(alice.cancel, str(order_id)), partial(move_order, order_id=order_id, to=Status.COOKING, actor=STAFF)
        )

        status = Order.objects.get(id=order_id).status
        outcomes[status] += 1
        if status == Status.CANCELLED:
            assert cancelled.status == 200
            assert isinstance(cooked, MoveNotAllowed)
        else:
            assert status == Status.COOKING
            assert isinstance(cooked, Order)
            assert (cancelled.status, cancelled.code) == (409, "order_not_cancellable")
            assert (cancelled.json["order_status"], cancelled.json["reason"]) == ("cooking", "in_preparation")
    row = Stock.objects.get()
    assert row.on_hand == (1000 - outcomes[Status.COOKING]) * 1000
    assert row.reserved == 0
    assert find_contradictions() == []


def test_cancelling_waits_for_the_cook_who_has_the_order_and_then_finds_it_cooking(alice, soup):
    order_id = place(alice, soup)
    has_lock = threading.Event()

    def cook() -> None:
        with transaction.atomic():
            order = lifecycle.lock_order(order_id)
            has_lock.set()
            lifecycle.move_locked(order, to=Status.COOKING, actor=STAFF)

    def cancel():
        has_lock.wait()
        return alice.cancel(str(order_id))

    _, answer = run_together(cook, cancel)

    assert answer.code == "order_not_cancellable"
    assert Order.objects.get().owed == 1200


def test_two_members_of_staff_move_an_order_once(alice, soup):
    for _ in range(10):
        order_id = place(alice, soup)

        results = run_together(*[partial(move_order, order_id=order_id, to=Status.COOKING, actor=STAFF)] * 4)

        assert sum(isinstance(result, Order) for result in results) == 1
        assert sum(isinstance(result, MoveNotAllowed) for result in results) == 3
        order = Order.objects.get(id=order_id)
        assert order.version == 2
        assert list(order.log.values_list("status", flat=True)) == ["accepted", "cooking"]
    assert find_contradictions() == []
