"""Time that a test sets while it runs, and a history that is there before it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker
from time_machine import TimeMachineFixture, travel

from tests.clients import Api, signed_in
from tests.factories import make_customer
from tests.orders.seeded import make_company, seed
from tests.orders.steps import NOON, PICKUP, advance, place


@pytest.fixture
def alice_at(db: None, time_machine: TimeMachineFixture) -> Callable[[str], Api]:
    """Alice, signed in at a moment at which the clock then stands still."""

    def sign_in_at(moment: str) -> Api:
        time_machine.move_to(moment, tick=False)
        return signed_in(make_customer("alice"))

    return sign_in_at


@pytest.fixture
def deliver(time_machine: TimeMachineFixture) -> Callable[..., dict[str, Any]]:
    """Places an order so many minutes after NOON and brings it through every step, at minutes that count from then. A
    step whose minute is None is left out.
    """

    def deliver_order(
        api: Api,
        *items: Any,
        total: int,
        placed: float = 0,
        cooking: float | None = 0,
        ready: float | None = 10,
        in_delivery: float | None = 15,
        delivered: float | None = 25,
        **changes: Any,
    ) -> dict[str, Any]:
        time_machine.move_to(NOON + timedelta(minutes=placed), tick=False)
        order = place(signed_in(api.customer), *items, total=total, **changes)
        is_fetched = changes.get("delivery", {}).get("method") == PICKUP["method"]
        steps = {"cooking": cooking, "ready": ready, "in_delivery": None if is_fetched else in_delivery}
        for status, minute in {**steps, "delivered": delivered}.items():
            if minute is not None:
                time_machine.move_to(NOON + timedelta(minutes=placed + minute), tick=False)
                advance(order, status)
        return order

    return deliver_order


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A company and its seeded history, written once for all tests of a module: what they write goes after each."""
    with django_db_blocker.unblock(), transaction.atomic():
        with travel(NOON, tick=False):
            make_company()
            seed()
        connection.check_constraints()
        yield
        transaction.set_rollback(True)
