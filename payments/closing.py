"""What becomes of open payments when their order goes on, ends, or was not paid in time. Commands carry it out.

Each function works through what is due, one at a time; what fails is logged and tried again with the next turn.
"""

import logging
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from customerbackend.statements import in_transaction, is_connection_dead
from orders.lifecycle import SYSTEM, lock_order, move_locked
from orders.models import Order
from orders.statuses import Status
from payments.asking import cancel, capture
from payments.models import OPEN, Payment
from payments.providers.base import ProviderError

logger = logging.getLogger("customerbackend.payments")

NOT_PAID_IN_TIME = "not_paid_in_time"


def cancel_stray_payments() -> int:
    """Cancel the open payments of orders that no longer wait for money; how many were dealt with.

    What is authorised for an order that goes on is no stray: it is taken when cooking starts.
    """
    stray = Q(state__in=(Payment.State.WAITING, Payment.State.FAILED)) & ~Q(order__status=Status.WAITING_FOR_PAYMENT)
    void = Q(state=Payment.State.AUTHORISED, order__status=Status.CANCELLED)
    return sum(try_each(of_orders(stray | void), cancel))


def capture_due_payments() -> int:
    """Take what is authorised for orders of which cooking has started; how many were dealt with."""
    due = Q(state=Payment.State.AUTHORISED, order__cooking_started_at__isnull=False)
    return sum(try_each(of_orders(due & ~Q(order__status=Status.CANCELLED)), capture))


def of_orders(condition: Q) -> "QuerySet[Payment]":
    """Open payments with their orders, the oldest first."""
    found = Payment.objects.select_related("order", "card").filter(condition, state__in=OPEN)
    return found.order_by("created_at", "id")


def try_each(payments: "QuerySet[Payment]", act: Callable[[Payment], Payment | None]) -> Iterator[bool]:
    """Act on each payment; whether it went."""
    for payment in list(payments):
        try:
            yield act(payment) is not None
        except ProviderError as fault:
            logger.warning("provider: %s", fault, extra={"payment_id": str(payment.id)})
            yield False
        except Exception as fault:
            logger.error("payment not dealt with", exc_info=fault, extra={"payment_id": str(payment.id)})
            if is_connection_dead():
                raise
            yield False


def expire_unpaid_orders() -> Iterator[Order]:
    """Cancel every order that was not paid in time; those that were cancelled.

    At the provider first, then here: one that turns out to be paid goes on instead.
    """
    due = Order.objects.filter(status=Status.WAITING_FOR_PAYMENT, payment_due_at__lte=timezone.now())
    for order_id in list(due.order_by("payment_due_at", "id").values_list("id", flat=True)):
        if not all(try_each(of_orders(Q(order_id=order_id)), cancel)):
            continue
        try:
            order = expire_order(order_id=order_id)
        except Exception as fault:
            logger.error("order not expired", exc_info=fault, extra={"order_id": str(order_id)})
            if is_connection_dead():
                raise
            continue
        if order is not None:
            yield order


@in_transaction
def expire_order(*, order_id: UUID) -> Order | None:
    """Cancel an order that was not paid in time, and release its stock; None where it has been paid, has ended, or can
    still be paid. Locks the order, then stock rows in id order.
    """
    order = lock_order(order_id)
    if order.status != Status.WAITING_FOR_PAYMENT or order.payment_due_at is None:
        return None
    if order.payment_due_at > timezone.now() or order.payments.filter(state__in=OPEN).exists():
        return None
    return move_locked(order, to=Status.CANCELLED, actor=SYSTEM, reason=NOT_PAID_IN_TIME)
