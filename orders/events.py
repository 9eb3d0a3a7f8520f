"""Events: what happened to a customer's orders, in an order that a client can go on from and never miss one.

Transactions that run side by side commit in another order than they began. A reader that goes on from the highest id or
moment it has seen would pass over what is committed later with a lower one. So events are numbered by customer, 1, 2, 3
without gaps, when their transaction commits: a deferred trigger (migration 0007) locks the customer's events and gives
the next number. The lock ends only when everybody sees the numbered rows, so whoever sees a number sees all that are
lower, and none below it appears later. It is the last lock of its transaction, whatever that has locked before and in
which order; and nobody waits for a transaction that is still at work, since it has no number yet.

The other way, to show only rows of transactions older than every running one (`pg_snapshot_xmin`), takes no lock. But
any long transaction anywhere in the database would hold back everybody's events, and a database restored from a dump
counts its transactions anew, below those that the rows name.

A passage through an internal status is no event, and what it changes of the promise is told with the next event. What
an event says of the order is how it stood after it.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail

from accounts.sessions import live_session
from customerbackend.callers import Caller
from customerbackend.errors import InvalidParameter
from customerbackend.ids import new_id
from customerbackend.pagination import decode_cursor, encode_cursor
from customerbackend.sqljson import json_array, json_money, json_object, json_time, json_word
from customerbackend.statements import Statement
from orders.history import signed_in, sql_holds
from orders.models import OrderEvent
from orders.representation import sql_list
from orders.statuses import sql_visible

Type = OrderEvent.Type
OF_STATUS = (Type.PLACED, Type.STATUS_CHANGED)


def insert_event_sql(order: str, *, id: str, type: str, at: str) -> str:
    """SQL that inserts an event of an order as its row stands now; `order` is a table or query of order rows, as `o`.

    The arguments are SQL.
    """
    return f"""
    INSERT INTO orders_orderevent
        (id, customer_id, order_id, type, at, status, payment_state, owed, delivered_from, delivered_to)
    SELECT {id}, o.customer_id, o.id, {type}, {at},
        CASE WHEN {type} IN ({sql_list(OF_STATUS)}) THEN {sql_visible("o.status")} END,
        o.payment_state, o.owed, o.estimated_delivered_from, o.estimated_delivered_to
    FROM {order}"""


WRITE_EVENT = Statement(
    "write_event",
    "uuid, uuid, text, timestamptz",
    insert_event_sql("orders_order AS o WHERE o.id = $1", id="$2", type="$3", at="$4"),
)


def write_event(order_id: UUID, type: Type, *, at: datetime) -> None:
    """Note what has just happened to an order whose row has been written. `at` is when it happened.

    In the caller's transaction, which holds the order's lock. One statement.
    """
    WRITE_EVENT.run(order_id, new_id(), type.value, at)


def json_event(event: str) -> str:
    """JSON of an event, from its row under this alias."""
    return json_object(
        id=json_word(f"{event}.id"),
        type=json_word(f"{event}.type"),
        order_id=json_word(f"{event}.order_id"),
        at=json_time(f"{event}.at"),
        status=json_word(f"{event}.status"),
        payment_state=json_word(f"{event}.payment_state"),
        owed=json_money(f"{event}.owed"),
        delivered_from=json_time(f"{event}.delivered_from"),
        delivered_to=json_time(f"{event}.delivered_to"),
    )


# Part of every ETag: a release that shows events differently makes what clients kept old.
EDITION = hashlib.sha256(json_event("event").encode()).hexdigest()[:8]

# `$4` is the number to go on after. What a page shows is named by whose it is, where it begins and where it ends.
READ_EVENTS = Statement(
    "read_events",
    "uuid, timestamptz, text[], bigint, integer",
    f"""
    WITH caller AS ({live_session("$1", "$2")}),
    newest AS (
        SELECT COALESCE(max(number), 0) AS number FROM orders_orderevent
        WHERE customer_id = (SELECT customer_id FROM caller)
    ),
    reach AS (
        SELECT newest.number AS newest, shown.number AS number,
            '{EDITION}-' || md5(concat_ws(' ', caller.customer_id, $4, shown.number)) AS tag
        FROM caller CROSS JOIN newest CROSS JOIN LATERAL (SELECT $4 + LEAST(newest.number - $4, $5) AS number) AS shown
    )
    SELECT reach.newest, reach.number, reach.tag, CASE WHEN {sql_holds("reach.tag", "$3")} THEN NULL ELSE (
        SELECT {json_array(json_event("event"), order_by="event.number")}
        FROM orders_orderevent AS event
        WHERE event.customer_id = (SELECT customer_id FROM caller)
            AND event.number > $4 AND event.number <= reach.number
    ) END
    FROM reach""",
)


def read_events(*, caller: Caller, after: str | None, limit: int, tags: list[str]) -> tuple[str, str | None]:
    """ETag and JSON of the next events of the customer's orders, oldest first; None in place of the JSON where one of
    the client's tags holds. One statement.

    Raises TokenInvalid, and InvalidParameter for an `after` that is no cursor of theirs: one that is ahead of all there
    is (of another customer, or from before a backup was restored) would pass over what comes next.
    """
    begin = read_cursor(after) if after else 0
    newest, number, tag, events = signed_in(READ_EVENTS.row(caller.session_id, timezone.now(), tags, begin, limit))
    if begin > newest:
        raise not_a_cursor()
    return tag, None if events is None else f'{{"data":{events},"next_cursor":"{encode_cursor(number)}"}}'


def read_cursor(after: str) -> int:
    """The number of the last event that the client has. Raises InvalidParameter."""
    try:
        (number,) = decode_cursor(after, int)
    except InvalidParameter as fault:
        raise not_a_cursor() from fault
    if number < 0:
        raise not_a_cursor()
    return int(number)


def not_a_cursor() -> InvalidParameter:
    """400 about `after`."""
    return InvalidParameter({"after": [ErrorDetail(str(_("This is not a cursor of this list.")), "invalid")]})
