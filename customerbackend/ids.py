"""Ids: UUIDv7, so that what is created later sorts later and an index grows at its end."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562), made here and not by the database: `uuidv7()` needs PostgreSQL 18."""
    return uuid7()
