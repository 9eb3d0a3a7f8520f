"""Saying what one thinks of an order."""

from typing import Any

from tests.clients import Answer, Api
from tests.orders.steps import WAYS, advance, place


def rate(api: Api, order: dict[str, Any], food: int = 5, **more: Any) -> Answer:
    """Rate the order, as the app would."""
    return api.call("PUT", f"orders/{order['id']}/rating", {"food": food, **more})


def eaten(api: Api, *items: Any, total: int, **changes: Any) -> dict[str, Any]:
    """An order that has been delivered."""
    order = place(api, *items, total=total, **changes)
    is_pickup = order["delivery"]["method"] == "pickup"
    advance(order, *(("cooking", "ready", "delivered") if is_pickup else WAYS["delivered"]))
    return order


def rating_of(api: Api, order: dict[str, Any]) -> Any:
    """The rating as the order shows it."""
    return api.get(f"orders/{order['id']}").json["rating"]
