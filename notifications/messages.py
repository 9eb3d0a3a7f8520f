"""Telling somebody: a row, inserted in the transaction of what happened, delivered after."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from customerbackend.ids import new_id
from customerbackend.statements import Statement
from customerbackend.times import rfc3339, rfc3339_or_none
from notifications.kinds import KINDS
from notifications.models import Delivery, Message, Recipient


def compose_message(
    *,
    kind: str,
    recipient_kind: str,
    recipient_id: UUID,
    subject_id: UUID,
    at: datetime,
    data: dict[str, Any],
    language: str = "",
    address: str = "",
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    is_once: bool = False,
) -> dict[str, Any]:
    """A message as `insert_messages_sql` takes it. `data` holds only what JSON can.

    `address` is where it is mailed to, by default the recipient's own. It is told at `due_at`, by default at once; a
    customer is not pushed or mailed it after `expires_at`, by default as its kind says. One that is told once
    (`is_once`) is not written again for the same kind, recipient and subject.
    """
    if expires_at is None and recipient_kind == Recipient.CUSTOMER and KINDS[kind].for_seconds is not None:
        expires_at = (due_at or at) + timedelta(seconds=KINDS[kind].for_seconds or 0)
    return {
        "id": str(new_id()),
        "kind": kind,
        "recipient_kind": recipient_kind,
        "recipient_id": str(recipient_id),
        "subject_id": str(subject_id),
        "language": language,
        "address": address,
        "data": data,
        "is_once": is_once,
        "due_at": rfc3339_or_none(due_at),
        "expires_at": rfc3339_or_none(expires_at),
        "created_at": rfc3339(at),
    }


COLUMNS = (
    "id, kind, recipient_kind, recipient_id, subject_id, language, address, data, is_once, due_at, expires_at, "
    "created_at"
)


def insert_messages_sql(messages: str) -> str:
    """SQL that inserts composed messages from a JSON array (the argument is SQL, such as `$3` or an expression), in its
    order; one that is told once and has been written before is left out.
    """
    return f"""
    INSERT INTO notifications_message ({COLUMNS})
    SELECT {COLUMNS}
    FROM json_to_recordset({messages}) AS message (
        id uuid, kind text, recipient_kind text, recipient_id uuid, subject_id uuid, language text, address text,
        data jsonb, is_once boolean, due_at timestamptz, expires_at timestamptz, created_at timestamptz)
    ON CONFLICT DO NOTHING"""


INSERT_MESSAGES = Statement("insert_messages", "json", insert_messages_sql("$1"))


def write_messages(*messages: dict[str, Any]) -> None:
    """Insert composed messages in the current transaction. One statement, none for no messages."""
    if messages:
        INSERT_MESSAGES.run(json.dumps(messages))


# One that is not addressed has no deliveries yet.
WITHDRAW_MESSAGES = Statement(
    "withdraw_messages",
    "text, uuid",
    """
    DELETE FROM notifications_message
    WHERE kind = $1 AND subject_id = $2 AND addressed_at IS NULL AND due_at IS NOT NULL""",
)


def withdraw_messages(*, kind: str, subject_id: UUID) -> None:
    """Take back messages of this kind that waited to become due, in the current transaction: their reason is gone. One
    statement.
    """
    WITHDRAW_MESSAGES.run(kind, subject_id)


def blank_messages(subject_ids: Collection[UUID]) -> None:
    """Empty what was told to anybody about these subjects: only kind and moment stay. What of it still waits is not
    told any more.
    """
    blank(Message.objects.filter(subject_id__in=subject_ids))


def blank(messages: Any) -> None:
    """The same for a query of messages."""
    now = Now()
    # First of all: a worker that is just addressing them leaves them alone, or has done it by then.
    messages.filter(addressed_at=None).update(addressed_at=now)
    waiting = Delivery.objects.filter(message__in=messages, state=Delivery.State.PENDING)
    waiting.update(state=Delivery.State.DROPPED, note="erased", address="", finished_at=now)
    messages.update(data={}, address="")
