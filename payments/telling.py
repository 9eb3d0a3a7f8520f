"""What is told about money."""

from typing import Any

from django.utils import timezone

from customerbackend.money import money
from notifications.messages import compose_message, write_messages
from orders.models import Order
from payments.models import Payment, Refund


def tell_customer(order: Order, kind: str, **data: Any) -> None:
    """A message to the customer about the order's money, in the current transaction."""
    write_messages(
        compose_message(
            kind=kind, recipient_kind="customer", recipient_id=order.customer_id, subject_id=order.id,
            language=order.customer.language, at=timezone.now(),
            data={"order_id": str(order.id), "number": order.number, **data},
        )
    )  # fmt: skip


def tell_staff(order: Order, kind: str, **data: Any) -> None:
    """A message to the branch's staff about the order's money, in the current transaction."""
    write_messages(
        compose_message(
            kind=kind, recipient_kind="staff", recipient_id=order.branch_id, subject_id=order.id, at=timezone.now(),
            data={"order_id": str(order.id), "number": order.number, **data},
        )
    )  # fmt: skip


def tell_payment_failed(payment: Payment) -> None:
    """The customer may try again."""
    tell_customer(payment.order, "payment_failed", payment_id=str(payment.id), failure=payment.failure_code)


def tell_refunded(order: Order, refund: Refund) -> None:
    """Money has gone back."""
    tell_customer(order, "refund_succeeded", refund_id=str(refund.id), amount=money(refund.amount))


def tell_refund_failed(order: Order, refund: Refund) -> None:
    """Staff may have to help: the customer is owed this still."""
    tell_staff(order, "refund_failed", refund_id=str(refund.id), amount=money(refund.amount))
