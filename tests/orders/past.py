"""Orders of long ago: delivered copies of one that was really placed; and the statistics of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Customer
from customerbackend.ids import new_id
from orders.models import Order
from tests.clients import Api

_numbers = count(1)


def delivered(order: dict[str, Any], *moments: datetime, **changes: Any) -> list[Order]:
    """For each moment of placing an order like this one, delivered in time after half an hour unless changed."""
    return keep(remember(order, moment, **changes) for moment in moments)


def remember(order: dict[str, Any], moment: datetime, **changes: Any) -> Order:
    """One such order, not yet a row."""
    original = Order.objects.get(id=order["id"])
    columns = {field.attname: getattr(original, field.attname) for field in Order._meta.fields}
    times = {"placed_at": moment, "delivered_at": moment + timedelta(minutes=30)}
    promise = {"estimated_delivered_to": moment + timedelta(minutes=40)}
    own = {"id": new_id(), "number": f"past-{next(_numbers)}", "status": "delivered"}
    return Order(**{**columns, **own, **times, **promise, **changes})


def keep(orders: Iterable[Order]) -> list[Order]:
    return Order.objects.bulk_create(orders)


def line(
    name: str = "Soup", *, price: int = 1000, quantity: int = 1, removed: int = 0, product_id: Any = None, **more: Any
) -> dict[str, Any]:
    """One of an order's `items`."""
    return {
        "id": str(new_id()), "product_id": str(product_id or new_id()), "name": name,
        "unit_price": {"amount": price, "currency": "EUR"}, "quantity": quantity, "quantity_removed": removed,
        "options": [], "note": None, "total": {"amount": price * quantity, "currency": "EUR"}, "tax_rate_bps": 700,
        "allergens": None, **more,
    }  # fmt: skip


def live_in(api: Api, time_zone: str) -> None:
    """Move the customer into another time zone."""
    Customer.objects.filter(id=api.customer.id).update(time_zone=time_zone)


def statistics(api: Api, query: str = "") -> dict[str, Any]:
    """The statistics, which must be given."""
    answer = api.get(f"orders/statistics?{query}")
    assert answer.status == 200, answer.text
    return answer.json


def utc(text: str) -> datetime:
    """A moment such as `2026-03-02 11:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, time_zone: str, fold: int = 0) -> datetime:
    """A moment by the clock of a zone; with `fold`, when the clock shows it for the second time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone), fold=fold).astimezone(UTC)


def said(moment: datetime) -> str:
    """As the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def counts(found: dict[str, Any]) -> dict[str, int]:
    """How many orders each bucket has that is not empty, by its start without the zeros of the seconds."""
    return {bucket["start"][:16]: bucket["orders"] for bucket in found["buckets"] if bucket["orders"]}
