"""What a test does with an order again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from customerbackend.statements import Statement
from orders.lifecycle import Actor, ActorKind, move_order
from orders.models import Order
from orders.scheduling import release_order
from orders.statuses import Status
from tests.clients import Api
from tests.factories import order_body
from tests.tables import our_tables

# A Monday; noon in Berlin.
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
CHEF = Actor(ActorKind.STAFF, "chef")

PICKUP = {"method": "pickup"}

# How an order that is payable at the door comes into each status, from where it begins: accepted, or scheduled.
WAYS: dict[str, tuple[str, ...]] = {
    "accepted": (),
    "restocking": ("restocking",),
    "picking": ("restocking", "picking"),
    "cooking": ("picking", "cooking"),
    "ready": ("cooking", "ready"),
    "in_delivery": ("cooking", "ready", "in_delivery"),
    "delivered": ("cooking", "ready", "in_delivery", "delivered"),
    "undelivered": ("cooking", "ready", "in_delivery", "undelivered"),
    "cancelled": ("cancelled",),
}


def euro(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def at(**later: float) -> str:
    """A moment so much after NOON, as the API writes it."""
    return (NOON + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def courier(**changes: Any) -> dict[str, Any]:
    """Delivery by courier to 10115."""
    return {**order_body(total=0)["delivery"], **changes}


def item(product: Any, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"product_id": str(product.id), "quantity": quantity, **more}


def place(api: Api, *items: Any, total: int, **changes: Any) -> dict[str, Any]:
    """Place an order that must be taken; the order as the API gives it."""
    answer = api.place(order_body(*items, total=total, **changes))
    assert answer.status == 201, answer.text
    return answer.json


def advance(order: dict[str, Any], *statuses: str, reason: str = "", actor: Actor = CHEF) -> Order:
    """Move an order through the statuses, as staff would unless said otherwise."""
    moved = row(order)
    for status in statuses:
        why = reason or ("refused" if status == "undelivered" else "")
        if status == "accepted":
            moved = release_order(order_id=moved.id, actor=actor) or moved
        else:
            moved = move_order(order_id=moved.id, to=Status(status), actor=actor, reason=why)
    return moved


def row(order: dict[str, Any]) -> Order:
    return Order.objects.get(id=order["id"])


def contents() -> dict[str, str]:
    """How many rows each table has, and a hash of all that is in them."""
    return dict(read_contents().rows())


@cache
def read_contents() -> Statement:
    """Prepared once a connection: to plan it takes longer than to read tables that are mostly empty."""
    sql = " UNION ALL ".join(
        f"SELECT '{table}', count(*) || COALESCE(md5(string_agg(r::text, ',' ORDER BY r::text)), '') FROM {table} r"
        for table in our_tables()
        if table != "customerbackend_throttle"  # what is refused has been tried all the same
    )
    return Statement("contents", "", sql)


@contextmanager
def nothing_written(*but: str) -> Iterator[None]:
    """No table, but for these, has one row more, one less, or another content at the end than at the beginning."""
    before = contents()
    yield
    after = contents()
    assert {**after, **dict.fromkeys(but, "")} == {**before, **dict.fromkeys(but, "")}
