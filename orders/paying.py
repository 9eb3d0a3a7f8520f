"""What an order shows of its money, and its going on when that is secured.

`payments` knows where money came from; these columns are the order's. Every function expects the order's row to be
locked by the caller.
"""

from datetime import datetime

from django.utils import timezone

from orders.accepting import accept_paid
from orders.events import write_event
from orders.models import Order, OrderEvent, PaymentState
from orders.statuses import Status


def add_paid(order: Order, *, amount: int, at: datetime) -> None:
    """The company has got `amount` (minor units) for the order."""
    order.amount_paid += amount
    order.paid_at = order.paid_at or at
    write_money(order)


def add_refunded(order: Order, *, amount: int) -> None:
    """`amount` (minor units) has arrived back at the customer; below zero where it turns out not to have."""
    order.amount_refunded += amount
    write_money(order)


def take_back_paid(order: Order, *, amount: int) -> None:
    """The company has not got `amount` (minor units) at the door after all, although it was recorded."""
    order.amount_paid -= amount
    if not order.amount_paid:
        order.paid_at = None
    write_money(order)


def show_payment(order: Order, state: PaymentState) -> None:
    """How far a payment has come of which nothing has been taken; what was taken, or is closed, speaks for itself."""
    if order.payment_state == state or order.amount_paid or order.status == Status.CANCELLED:
        return
    order.payment_state = state
    order.version += 1
    order.save(update_fields=["payment_state", "version"])
    write_event(order.id, OrderEvent.Type.PAYMENT_CHANGED, at=timezone.now())


def go_on(order: Order) -> Order:
    """Its money is secured: an order that waited for that is accepted, or waits for its time. Locks no stock row."""
    return accept_paid(order) if order.status == Status.WAITING_FOR_PAYMENT else order


def write_money(order: Order) -> None:
    """Write both sums and the state that follows from them."""
    order.payment_state = state_of_money(order)
    order.version += 1
    order.save(update_fields=["amount_paid", "amount_refunded", "paid_at", "payment_state", "version"])
    write_event(order.id, OrderEvent.Type.PAYMENT_CHANGED, at=timezone.now())


def state_of_money(order: Order) -> PaymentState:
    """What the sums say. Where nothing is paid any more, a record at the door was taken back."""
    if not order.amount_paid:
        return PaymentState.CANCELLED if order.status == Status.CANCELLED else PaymentState.DUE_ON_DELIVERY
    if not order.amount_refunded:
        return PaymentState.PAID
    return PaymentState.PARTLY_REFUNDED if order.amount_refunded < order.amount_paid else PaymentState.REFUNDED
