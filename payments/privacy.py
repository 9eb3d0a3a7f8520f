"""What payments hold about a person: nothing that tells of them. Sums and methods are the company's books."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from customerbackend.errors import Refusal
from customerbackend.money import money
from customerbackend.times import rfc3339
from payments.models import Payment


def export(customer_id: UUID) -> dict[str, Any]:
    """Every payment of the customer's orders, oldest first."""
    payments = Payment.objects.filter(order__customer_id=customer_id).order_by("created_at", "id")
    return {
        "payments": [
            {
                "id": str(payment.id),
                "order_id": str(payment.order_id),
                "method": payment.method,
                "state": payment.state,
                "amount": money(payment.amount),
                "at": rfc3339(payment.created_at),
            }
            for payment in payments
        ]
    }


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """Nothing here stands against erasing."""
    return ()


def erase(customer_id: UUID) -> None:
    """There is nothing to erase."""
