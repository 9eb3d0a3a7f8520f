"""Telling somebody something, and delivering it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.messages import compose_message, write_messages


def tell(
    *,
    kind: str = "order_accepted",
    recipient_kind: str = "kitchen",
    recipient_id: UUID | None = None,
    subject_id: UUID | None = None,
    at: datetime | None = None,
    data: dict[str, Any] | None = None,
    **more: Any,
) -> str:
    """Write a message, by default to the kitchen; its id."""
    message = compose_message(
        kind=kind,
        recipient_kind=recipient_kind,
        recipient_id=recipient_id or new_id(),
        subject_id=subject_id or new_id(),
        at=at or timezone.now(),
        data=data or {"number": "4711"},
        **more,
    )
    write_messages(message)
    return str(message["id"])


def deliver() -> None:
    """What the worker does: everything that is due, each tried once."""
    call_command("deliver_messages", "--once")


def tell_of_many(*, messages: int, orders: int) -> dict[str, list[str]]:
    """So many messages to the kitchen about so many orders, taking turns; their ids by order."""
    subjects = [new_id() for _ in range(orders)]
    composed = [
        compose_message(
            kind="order_accepted",
            recipient_kind="kitchen",
            recipient_id=new_id(),
            subject_id=subjects[number % orders],
            at=timezone.now(),
            data={"number": str(number)},
        )
        for number in range(messages)
    ]
    write_messages(*composed)
    by_order: dict[str, list[str]] = {str(subject): [] for subject in subjects}
    for message in composed:
        by_order[message["subject_id"]].append(message["id"])
    return by_order
