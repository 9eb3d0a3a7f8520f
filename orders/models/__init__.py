"""Orders and what belongs to them. Amounts are in minor units, durations in seconds, moments in UTC."""

from orders.models.events import OrderEvent
from orders.models.lines import OrderAdjustment, OrderCharge, OrderLine
from orders.models.log import Estimate, StatusLogEntry
from orders.models.order import AT_THE_DOOR, DeliveryMethod, JsonTextField, Order, PaymentState
from orders.models.ratings import Rating

__all__ = [
    "AT_THE_DOOR",
    "DeliveryMethod",
    "Estimate",
    "JsonTextField",
    "Order",
    "OrderAdjustment",
    "OrderCharge",
    "OrderEvent",
    "OrderLine",
    "PaymentState",
    "Rating",
    "StatusLogEntry",
]
