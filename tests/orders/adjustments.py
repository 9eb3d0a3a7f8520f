"""Lowering what an order owes, as staff would, and looking at what came of it."""

from typing import Any
from uuid import UUID

from django.db.models import Sum

from orders.adjusting import give_goodwill, remove_item
from orders.models import Order
from tests.orders.steps import CHEF


def remove(order: dict[str, Any], quantity: int = 1, *, line: int = 0, **more: Any) -> Order:
    """Take so many of a line (counted from 0) out of the order."""
    known = {"actor": CHEF, "reason": "dropped", "line_id": UUID(order["items"][line]["id"]), **more}
    return remove_item(order_id=UUID(order["id"]), quantity=quantity, **known)


def goodwill(order: dict[str, Any], amount: int, **more: Any) -> Order:
    """Let the customer off so much."""
    return give_goodwill(order_id=UUID(order["id"]), amount=amount, **{"actor": CHEF, "reason": "cold", **more})


def noted(order: dict[str, Any]) -> list[tuple[str, int]]:
    """Kind and amount of every adjustment, oldest first."""
    return list(Order.objects.get(id=order["id"]).adjustments.values_list("kind", "amount"))


def adds_up(order: dict[str, Any]) -> bool:
    """Whether 0 <= owed = total + Σ adjustments."""
    found = Order.objects.get(id=order["id"])
    adjusted = found.adjustments.order_by().aggregate(sum=Sum("amount"))["sum"] or 0
    return 0 <= found.owed == found.total + adjusted
