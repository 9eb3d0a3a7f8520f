"""Reading orders: history, current ones, one, its status. One statement each, the session check inside it.

Each statement compares what the client has (If-None-Match) with the versions of what it would answer before it renders
anything, and then renders nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone
from rest_framework.exceptions import NotFound

from accounts.sessions import live_session
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.pagination import END_OF_TIME, LAST_ID, decode_cursor, encode_cursor
from customerbackend.sqljson import json_array
from customerbackend.statements import Row, Statement
from orders.representation import EDITION, json_order, json_status, sql_list
from orders.statuses import CURRENT, Status, statuses_seen_as

CURRENT_LIMIT = 100
BEGINNING_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def sql_holds(tag: str, tags: str) -> str:
    """SQL expression: whether what the client has is current; `*` stands for whatever there is (RFC 9110, 13.1.2)."""
    return f"({tag} = ANY ({tags}) OR '*' = ANY ({tags}))"


def one_order_sql(representation: str) -> str:
    """One order of the caller: `$1` session, `$2` now, `$3` order, `$4` the client's tags.

    A row means that the session lives; its first column is null where the customer has no such order.
    """
    tag = f"'{EDITION}-' || o.version"
    return f"""
    SELECT o.id, {tag}, CASE WHEN {sql_holds(tag, "$4")} THEN NULL ELSE {representation} END
    FROM ({live_session("$1", "$2")}) AS caller
    LEFT JOIN orders_order AS o ON o.id = $3 AND o.customer_id = caller.customer_id"""


READ_ORDER = Statement("read_order", "uuid, timestamptz, uuid, text[]", one_order_sql(json_order("o")))
READ_STATUS = Statement("read_status", "uuid, timestamptz, uuid, text[]", one_order_sql(json_status("o")))


def list_sql(page: str, limit: str, query: str) -> str:
    """A page of orders: `page` is SQL that selects order rows of the customer in `caller`, newest first, one more than
    `limit`, so that it shows whether more follow. `$1` session, `$2` now, `$3` the client's tags.

    `page` compares with the one value from `caller` and does not join it: only then does PostgreSQL know that the index
    gives the orders sorted, and stops at the limit.

    A row means that the session lives: the page's tag, its orders as a JSON array (null where the client's tag holds),
    and where to go on (`placed_at` and id of the last one, null at the end). The tag is made of every id and version.
    """
    return f"""
    WITH caller AS ({live_session("$1", "$2")}),
    found AS MATERIALIZED ({page}),
    shown AS (SELECT * FROM found ORDER BY placed_at DESC, id DESC LIMIT {limit}),
    facts AS (
        SELECT '{EDITION}-' || md5(
            {query} || (SELECT count(*) FROM found)
            || COALESCE((SELECT string_agg(o.id::text || '.' || o.version, ',' ORDER BY placed_at DESC, id DESC)
                FROM shown AS o), '')
        ) AS tag
    ),
    last AS (
        SELECT o.placed_at, o.id FROM shown AS o
        WHERE (SELECT count(*) FROM found) > {limit} ORDER BY placed_at, id LIMIT 1
    )
    SELECT facts.tag,
        CASE WHEN {sql_holds("facts.tag", "$3")} THEN NULL ELSE (
            SELECT {json_array(json_order("o"), order_by="o.placed_at DESC, o.id DESC")}
            FROM shown AS o
        ) END,
        last.placed_at, last.id
    FROM caller CROSS JOIN facts LEFT JOIN last ON true"""


READ_CURRENT = Statement(
    "read_current",
    "uuid, timestamptz, text[]",
    list_sql(
        f"""
        SELECT o.* FROM orders_order AS o
        WHERE o.customer_id = (SELECT customer_id FROM caller) AND o.status IN ({sql_list(CURRENT)})
        ORDER BY o.placed_at DESC, o.id DESC LIMIT {CURRENT_LIMIT}""",
        limit=str(CURRENT_LIMIT),
        query="''",
    ),
)
READ_HISTORY = Statement(
    "read_history",
    "uuid, timestamptz, text[], text, text[], timestamptz, timestamptz, timestamptz, uuid, integer",
    list_sql(
        """
        SELECT o.* FROM orders_order AS o
        WHERE o.customer_id = (SELECT customer_id FROM caller)
            AND o.status = ANY ($5) AND o.placed_at >= $6 AND o.placed_at < $7 AND (o.placed_at, o.id) < ($8, $9)
        ORDER BY o.placed_at DESC, o.id DESC LIMIT $10 + 1""",
        limit="$10",
        query="$4",
    ),
)


@dataclass(frozen=True)
class HistoryQuery:
    """Which part of the history; `status` is a visible one, times are of placing, `placed_to` excluded."""

    limit: int = 20
    cursor: str | None = None
    status: str | None = None
    placed_from: datetime = BEGINNING_OF_TIME
    placed_to: datetime = END_OF_TIME

    @property
    def statuses(self) -> list[str]:
        return statuses_seen_as(self.status) if self.status else list(Status.values)


def read_order(*, caller: Caller, order_id: UUID, tags: list[str]) -> tuple[str, str | None]:
    """ETag and JSON of one order; None in place of the JSON where one of the client's tags holds.

    Raises TokenInvalid, NotFound. One statement.
    """
    return one_of(READ_ORDER.row(caller.session_id, timezone.now(), order_id, tags))


def read_status(*, caller: Caller, order_id: UUID, tags: list[str]) -> tuple[str, str | None]:
    """The same of what a client polls."""
    return one_of(READ_STATUS.row(caller.session_id, timezone.now(), order_id, tags))


def one_of(row: Row | None) -> tuple[str, str | None]:
    """What `one_order_sql` selected. Raises TokenInvalid, NotFound."""
    found, tag, order = signed_in(row)
    if found is None:
        raise NotFound()
    return tag, order


def read_history(*, caller: Caller, query: HistoryQuery, tags: list[str]) -> tuple[str, str | None]:
    """ETag and JSON of a page of the customer's orders, newest first. Raises TokenInvalid, InvalidParameter."""
    placed_at, last_id = decode_cursor(query.cursor, datetime, UUID) if query.cursor else (END_OF_TIME, LAST_ID)
    return page_of(
        READ_HISTORY.row(
            caller.session_id,
            timezone.now(),
            tags,
            repr(query),
            query.statuses,
            query.placed_from,
            query.placed_to,
            placed_at,
            last_id,
            query.limit,
        )
    )


def read_current(*, caller: Caller, tags: list[str]) -> tuple[str, str | None]:
    """ETag and JSON of the orders that the customer waits for. Raises TokenInvalid. One statement."""
    tag, orders, _placed_at, _id = signed_in(READ_CURRENT.row(caller.session_id, timezone.now(), tags))
    return tag, None if orders is None else f'{{"data":{orders}}}'


def signed_in(row: Row | None) -> Row:
    """The row of a statement with the session check inside. Raises TokenInvalid where there is none."""
    if row is None:
        raise TokenInvalid()
    return row


def page_of(row: Row | None) -> tuple[str, str | None]:
    """What `list_sql` selected, as a page. Raises TokenInvalid."""
    tag, orders, last_placed_at, last_id = signed_in(row)
    if orders is None:
        return tag, None
    cursor = f'"{encode_cursor(last_placed_at, last_id)}"' if last_id else "null"
    return tag, f'{{"data":{orders},"next_cursor":{cursor}}}'


def order_exists(*, caller: Caller, order_id: UUID) -> None:
    """Raise TokenInvalid or NotFound; for requests that are refused before they get to the order."""
    read_status(caller=caller, order_id=order_id, tags=[])
