"""What messages hold about a person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from customerbackend.errors import Refusal
from customerbackend.times import rfc3339
from notifications.messages import blank
from notifications.models import Message, Recipient


def of_customer(customer_id: UUID) -> Any:
    """The messages to a customer."""
    return Message.objects.filter(recipient_kind=Recipient.CUSTOMER, recipient_id=customer_id)


def export(customer_id: UUID) -> dict[str, Any]:
    """What the customer has been told, oldest first."""
    messages = [
        {
            "id": str(message.id),
            "kind": message.kind,
            "subject_id": str(message.subject_id) if message.subject_id else None,
            "address": message.address or None,
            "data": message.data,
            "at": rfc3339(message.created_at),
        }
        for message in of_customer(customer_id).order_by("created_at", "id")
    ]
    return {"messages": messages}


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """Nothing here stands against erasing."""
    return ()


def erase(customer_id: UUID) -> None:
    """Of what the customer was told only the kind and the moment stay; what still waits is not told any more."""
    blank(of_customer(customer_id))
