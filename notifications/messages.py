"""Telling somebody: a row, inserted in the transaction of what happened, delivered after."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from customerbackend.ids import new_id
from customerbackend.statements import Statement
from customerbackend.times import rfc3339, rfc3339_or_none
from notifications.models import Message


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
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """A message as `insert_messages_sql` takes it. `data` holds only what JSON can."""
    return {
        "id": str(new_id()),
        "kind": kind,
        "recipient_kind": recipient_kind,
        "recipient_id": str(recipient_id),
        "subject_id": str(subject_id),
        "language": language,
        "address": address,
        "data": data,
        "expires_at": rfc3339_or_none(expires_at),
        "created_at": rfc3339(at),
    }


def insert_messages_sql(messages: str) -> str:
    """SQL that inserts composed messages from a JSON array (the argument is SQL, such as `$3` or an expression)."""
    return f"""
    INSERT INTO notifications_message
        (id, kind, recipient_kind, recipient_id, subject_id, language, address, data, expires_at, created_at)
    SELECT id, kind, recipient_kind, recipient_id, subject_id, language, address, data, expires_at, created_at
    FROM json_to_recordset({messages}) AS message (
        id uuid, kind text, recipient_kind text, recipient_id uuid, subject_id uuid, language text, address text,
        data jsonb, expires_at timestamptz, created_at timestamptz)"""


INSERT_MESSAGES = Statement("insert_messages", "json", insert_messages_sql("$1"))


def write_messages(*messages: dict[str, Any]) -> None:
    """Insert composed messages in the current transaction. One statement, none for no messages."""
    if messages:
        INSERT_MESSAGES.run(json.dumps(messages))


def blank_messages(subject_ids: Collection[UUID]) -> None:
    """Empty what was told to anybody about these subjects: only kind and moment stay."""
    Message.objects.filter(subject_id__in=subject_ids).update(data={}, address="")
