"""Reading what an order was promised, and when."""

from datetime import datetime
from typing import Any

from orders.models import Estimate
from tests.orders.steps import NOON


def minutes_of(moment: datetime) -> float:
    """Minutes after NOON."""
    return (moment - NOON).total_seconds() / 60


def promised(made: Estimate) -> dict[str, float]:
    """What an estimate promised, in minutes after NOON."""
    moments = {"cooked": made.cooked_at, "delivered": made.delivered_at}
    moments |= {"from": made.delivered_from, "to": made.delivered_to}
    return {name: minutes_of(moment) for name, moment in moments.items()}


def estimates_of(order: dict[str, Any]) -> list[Estimate]:
    """Every estimate of the order, in the order in which they were made."""
    return list(Estimate.objects.filter(order_id=order["id"]).order_by("made_at", "id"))


def last(order: dict[str, Any]) -> Estimate:
    """The one in force."""
    return estimates_of(order)[-1]


def reasons(order: dict[str, Any]) -> list[tuple[str, float]]:
    """Why and at which minute after NOON each one was made."""
    return [(made.why, minutes_of(made.made_at)) for made in estimates_of(order)]
