"""The inbox: what a customer has been told, to read again. A push that is lost loses nothing: it stands here.

It shows each message from the moment that it is due, in words made when it is read, so that they are in the reader's
language. One statement each, the session check inside it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from customerbackend.callers import Caller, TokenInvalid, sessions
from customerbackend.errors import Refusal
from customerbackend.languages import wanted_language
from customerbackend.pagination import END_OF_TIME, LAST_ID, decode_cursor, encode_cursor
from customerbackend.statements import Statement
from customerbackend.times import rfc3339, rfc3339_or_none
from notifications.contacts import contacts
from notifications.kinds import KINDS, SECURITY
from notifications.wording import word_message


class NotificationUnknown(Refusal):
    """`up_to_id` is no message of the customer's."""

    status_code = 422
    default_code = "notification_unknown"
    title = _("This message is not there")
    default_detail = _("None of your messages has this id.")

    def __init__(self) -> None:
        fault = {"pointer": "/up_to_id", "code": self.default_code, "detail": str(self.default_detail)}
        super().__init__(errors=[fault])


OF_SECURITY = ", ".join(f"'{name}'" for name, kind in KINDS.items() if kind.preference == SECURITY)

CALLER = f"caller AS ({sessions().live_session('$1', '$2')})"
# When a message came into the inbox; an index holds this very expression.
SHOWN_AT = "COALESCE(mine.due_at, mine.created_at)"
# `$2` is now. What says nothing any more has been emptied; messages about security may have nothing to say.
SHOWN = f"""
    mine.recipient_kind = 'customer' AND mine.recipient_id = (SELECT customer_id FROM caller)
    AND {SHOWN_AT} <= $2 AND (mine.data <> '{{}}' OR mine.kind IN ({OF_SECURITY}))"""

# `$3` and `$4` where to go on, `$5` limit, `$6` whether only what is unread.
READ_INBOX = Statement(
    "read_inbox",
    "uuid, timestamptz, timestamptz, uuid, integer, boolean",
    f"""
    WITH {CALLER},
    found AS MATERIALIZED (
        SELECT mine.id, mine.kind, mine.data::json AS data, {SHOWN_AT} AS shown_at, mine.read_at
        FROM notifications_message AS mine
        WHERE {SHOWN} AND ({SHOWN_AT}, mine.id) < ($3, $4) AND (NOT $6 OR mine.read_at IS NULL)
        ORDER BY {SHOWN_AT} DESC, mine.id DESC LIMIT $5 + 1
    )
    SELECT {contacts().sql_language("caller.customer_id")},
        (SELECT count(*) FROM notifications_message AS mine WHERE {SHOWN} AND mine.read_at IS NULL), found.*
    FROM caller LEFT JOIN found ON true
    ORDER BY found.shown_at DESC, found.id DESC""",
)
FIND_MESSAGE = Statement(
    "find_message",
    "uuid, timestamptz, uuid",
    f"""
    WITH {CALLER}
    SELECT EXISTS (SELECT FROM notifications_message AS mine WHERE mine.id = $3 AND {SHOWN}) FROM caller""",
)
MARK_READ = Statement(
    "mark_read",
    "uuid, timestamptz, uuid",
    f"""
    WITH {CALLER},
    marked AS (
        UPDATE notifications_message AS mine SET read_at = $2 WHERE mine.id = $3 AND {SHOWN} AND mine.read_at IS NULL
    )
    SELECT EXISTS (SELECT FROM notifications_message AS mine WHERE mine.id = $3 AND {SHOWN}) FROM caller""",
)
# `$3` is the newest to be marked, or NULL.
MARK_ALL_READ = Statement(
    "mark_all_read",
    "uuid, timestamptz, uuid",
    f"""
    WITH {CALLER},
    newest AS (
        SELECT {SHOWN_AT} AS shown_at, mine.id FROM notifications_message AS mine WHERE mine.id = $3 AND {SHOWN}
    ),
    marked AS (
        UPDATE notifications_message AS mine SET read_at = $2
        WHERE {SHOWN} AND mine.read_at IS NULL
            AND ($3 IS NULL OR ({SHOWN_AT}, mine.id) <= (SELECT shown_at, id FROM newest))
    )
    SELECT $3 IS NULL OR EXISTS (SELECT FROM newest) FROM caller""",
)


def read_inbox(
    *, caller: Caller, limit: int, cursor: str | None, only_unread: bool, accept_language: str
) -> dict[str, Any]:
    """A page of the caller's messages, newest first, and how many there are unread in all.

    In the language that the header asks for, else the customer's. Raises TokenInvalid, InvalidParameter. One statement.
    """
    after = decode_cursor(cursor, datetime, UUID) if cursor else (END_OF_TIME, LAST_ID)
    rows = READ_INBOX.rows(caller.session_id, timezone.now(), *after, limit, only_unread)
    if not rows:
        raise TokenInvalid()
    language, unread_count = rows[0][:2]
    language = wanted_language(accept_language) or language
    found = [row[2:] for row in rows if row[2] is not None]
    shown = found[:limit]
    return {
        "data": [describe_message(*row, language=language) for row in shown],
        "next_cursor": encode_cursor(shown[-1][3], shown[-1][0]) if len(found) > limit else None,
        "unread_count": unread_count,
    }


def describe_message(
    id: UUID, kind: str, data: dict[str, Any], shown_at: datetime, read_at: datetime | None, *, language: str
) -> dict[str, Any]:
    """The message as the API gives it. Of its data only which order it is about, and its visible status then."""
    wording = word_message(kind, data, language)
    return {
        "id": str(id),
        "kind": kind,
        "title": wording.title,
        "text": wording.text,
        "order_id": data.get("order_id"),
        "status": data.get("status"),
        "at": rfc3339(shown_at),
        "read_at": rfc3339_or_none(read_at),
    }


def find_message(*, caller: Caller, message_id: UUID) -> None:
    """Raise TokenInvalid, NotFound; for requests that are refused before they get to the message."""
    check_found(FIND_MESSAGE.row(caller.session_id, timezone.now(), message_id), NotFound())


def mark_read(*, caller: Caller, message_id: UUID) -> None:
    """Note that the caller has read the message; the first time counts. Raises TokenInvalid, NotFound.

    One statement.
    """
    check_found(MARK_READ.row(caller.session_id, timezone.now(), message_id), NotFound())


def mark_all_read(*, caller: Caller, up_to_id: UUID | None = None) -> None:
    """The same for all of the caller's messages, or for one and all before it: what came meanwhile stays unread.

    Raises TokenInvalid, NotificationUnknown. One statement.
    """
    check_found(MARK_ALL_READ.row(caller.session_id, timezone.now(), up_to_id), NotificationUnknown())


def check_found(row: tuple[Any, ...] | None, refusal: Exception) -> None:
    """Raise TokenInvalid where there is no row, the refusal where it says that nothing was found."""
    if row is None:
        raise TokenInvalid()
    if not row[0]:
        raise refusal
