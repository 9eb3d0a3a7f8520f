"""Reading what belongs to the caller: one statement, the session check inside it, JSON made by PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.exceptions import NotFound

from customerbackend.callers import Caller, TokenInvalid, sessions
from customerbackend.pagination import END_OF_TIME, LAST_ID, decode_cursor, encode_cursor
from customerbackend.sqljson import json_array
from customerbackend.statements import Statement

THEIRS = "mine.customer_id = {customer}"


def page_statement(
    name: str, *, table: str, item: str, condition: str = "true", owner: str = THEIRS, types: str = ""
) -> Statement:
    """A page of the caller's rows of a table, newest first; `item`, `condition` and `owner` (whether a row is that
    `{customer}`'s) are SQL about the alias `mine`.

    `$1` session, `$2` now, `$3` and `$4` where to go on, `$5` limit; what else they take is of `types`.
    """
    return Statement(
        name,
        ", ".join(filter(None, ["uuid, timestamptz, timestamptz, uuid, integer", types])),
        f"""
        WITH caller AS ({sessions().live_session("$1", "$2")}),
        found AS MATERIALIZED (
            SELECT mine.* FROM {table} AS mine
            WHERE {owner.format(customer="(SELECT customer_id FROM caller)")} AND {condition}
                AND (mine.created_at, mine.id) < ($3, $4)
            ORDER BY mine.created_at DESC, mine.id DESC LIMIT $5 + 1
        ),
        shown AS (SELECT * FROM found ORDER BY created_at DESC, id DESC LIMIT $5),
        last AS (
            SELECT created_at, id FROM shown WHERE (SELECT count(*) FROM found) > $5 ORDER BY created_at, id LIMIT 1
        )
        SELECT (SELECT {json_array(item, order_by="mine.created_at DESC, mine.id DESC")} FROM shown AS mine),
            last.created_at, last.id
        FROM caller LEFT JOIN last ON true""",
    )


def read_page(statement: Statement, *values: Any, caller: Caller, limit: int, cursor: str | None) -> str:
    """The page as JSON; `values` are for condition and item. Raises TokenInvalid, InvalidParameter."""
    after = decode_cursor(cursor, datetime, UUID) if cursor else (END_OF_TIME, LAST_ID)
    row = statement.row(caller.session_id, timezone.now(), *after, limit, *values)
    if row is None:
        raise TokenInvalid()
    items, *last = row
    next_cursor = f'"{encode_cursor(*last)}"' if last[0] else "null"
    return f'{{"data":{items},"next_cursor":{next_cursor}}}'


def one_statement(name: str, *, table: str, item: str, owner: str = THEIRS, types: str = "") -> Statement:
    """One of the caller's rows of a table: `$1` session, `$2` now, `$3` id; what `item` takes beyond is of `types`."""
    return Statement(
        name,
        ", ".join(filter(None, ["uuid, timestamptz, uuid", types])),
        f"""
        SELECT CASE WHEN mine.id IS NULL THEN NULL ELSE {item} END
        FROM ({sessions().live_session("$1", "$2")}) AS caller
        LEFT JOIN {table} AS mine ON mine.id = $3 AND {owner.format(customer="caller.customer_id")}""",
    )


def read_one(statement: Statement, *values: Any, caller: Caller, row_id: UUID) -> str:
    """The row as JSON; `values` are for the item. Raises TokenInvalid, NotFound."""
    row = statement.row(caller.session_id, timezone.now(), row_id, *values)
    if row is None:
        raise TokenInvalid()
    if row[0] is None:
        raise NotFound()
    return str(row[0])
