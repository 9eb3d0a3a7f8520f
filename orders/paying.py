"""What an order shows of its money. `payments` knows where it came from; only these columns are the order's."""

from datetime import datetime

from orders.models import Order, PaymentState


def add_paid(order: Order, *, amount: int, at: datetime) -> None:
    """The company has got `amount` (minor units) for the order, whose row the caller has locked."""
    order.amount_paid += amount
    order.paid_at = order.paid_at or at
    order.payment_state = PaymentState.PAID
    order.version += 1
    order.save(update_fields=["amount_paid", "paid_at", "payment_state", "version"])
