"""Keyset pagination: a cursor names the last row of a page by what the list is sorted by, never by its position."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail

from customerbackend.errors import InvalidParameter

# What comes before every row of a list that is sorted by a moment and an id, newest first.
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
LAST_ID = UUID(int=2**128 - 1)


def encode_cursor(*key: Any) -> str:
    """An opaque cursor for the row with this sort key (texts, numbers, ids, moments)."""
    parts = [part.isoformat() if isinstance(part, datetime) else str(part) for part in key]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type[datetime] | type[UUID] | type[int]) -> tuple[Any, ...]:
    """The sort key in a cursor, its parts read as `kinds`. Raises InvalidParameter for what is not such a cursor."""
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if len(parts) != len(kinds) or not all(isinstance(part, str) and len(part) < 64 for part in parts):
            raise ValueError(cursor)
        key = tuple(
            utc_moment(part) if kind is datetime else kind(part)  # type: ignore[call-arg]
            for part, kind in zip(parts, kinds, strict=True)
        )
        if any(isinstance(part, int) and abs(part) >= 2**63 for part in key):
            raise ValueError(cursor)
    except (ValueError, TypeError, OverflowError, RecursionError) as fault:
        raise InvalidParameter(
            {"cursor": [ErrorDetail(str(_("This is not a cursor of this list.")), "invalid")]}
        ) from fault
    return key


def utc_moment(text: str) -> datetime:
    """An ISO 8601 moment in UTC: PostgreSQL knows fewer offsets than Python. Raises ValueError, OverflowError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)
