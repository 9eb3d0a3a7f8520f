"""What notifications hold about a person: what they were told, on which devices, and what they want to be told."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from customerbackend.errors import Refusal
from customerbackend.times import rfc3339, rfc3339_or_none
from notifications.devices import export_devices, forget_devices
from notifications.messages import blank
from notifications.models import Channel, Delivery, Message, Preferences, Recipient


def of_customer(customer_id: UUID) -> Any:
    """The messages to a customer."""
    return Message.objects.filter(recipient_kind=Recipient.CUSTOMER, recipient_id=customer_id)


def export(customer_id: UUID) -> dict[str, Any]:
    """What the customer has been told and the devices that are pushed to, oldest first. What they want to be told is a
    part of the account.
    """
    told = of_customer(customer_id)
    waiting = Delivery.objects.filter(message__in=told, channel=Channel.EMAIL, state=Delivery.State.PENDING)
    mailed_to = dict(waiting.values_list("message_id", "address"))
    messages = [
        {
            "id": str(message.id),
            "kind": message.kind,
            "subject_id": str(message.subject_id) if message.subject_id else None,
            "address": message.address or mailed_to.get(message.id),
            "data": message.data,
            "at": rfc3339(message.created_at),
            "read_at": rfc3339_or_none(message.read_at),
        }
        for message in told.order_by("created_at", "id")
    ]
    return {"messages": messages, "devices": export_devices(customer_id)}


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """Nothing here stands against erasing."""
    return ()


def erase(customer_id: UUID) -> None:
    """Of what the customer was told only the kind and the moment stay; what still waits is not told any more. Devices
    and preferences go.
    """
    blank(of_customer(customer_id))
    forget_devices(customer_id)
    Preferences.objects.filter(recipient_id=customer_id).delete()
