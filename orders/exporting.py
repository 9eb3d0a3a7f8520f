"""History as CSV, a page of it at a time: however many orders there are, no more than one page is in memory.

The text is what spreadsheets open without asking: UTF-8 with a byte order mark, commas, CRLF (RFC 4180), and a dot
before decimals. What somebody has written into an order is never a formula to them.
"""

import csv
import io
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sessions import live_session
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.money import PaymentMethod, exponent
from customerbackend.pagination import END_OF_TIME, LAST_ID
from customerbackend.statements import Row, Statement
from customerbackend.throttling import Throttled
from orders.history import HistoryQuery
from orders.models import DeliveryMethod
from orders.statistics import sql_zone
from orders.statuses import VisibleStatus, sql_visible

logger = logging.getLogger("customerbackend.exporting")

PAGE = 500
# A client that reads slowly keeps a thread of the server for as long as that takes; so many may, in each process.
EXPORTS_AT_ONCE = 2
# A cell that begins with one of these is a formula to some spreadsheet; the last four are wide forms of the first.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"

HEADER: tuple[str | Promise, ...] = (
    _("Number"), _("Placed"), _("Offset from UTC"), _("Time zone"), _("Status"), _("Items"), _("What"), _("Total"),
    _("Owed"), _("Paid"), _("Refunded"), _("Currency"), _("Payment"), _("Delivery"), _("Place"), _("Wanted for"),
    _("Delivered"), _("Cancelled"), _("Id"),
)  # fmt: skip
CODES = (VisibleStatus, PaymentMethod, DeliveryMethod)
BROKEN_OFF = _("The export broke off here, there are more orders. Please ask for it again.")


places = threading.BoundedSemaphore(EXPORTS_AT_ONCE)


def sql_local(moment: str) -> str:
    """SQL expression: the moment as the customer's clock shows it."""
    return f"{moment} AT TIME ZONE caller.zone"


# `$1` session, `$2` now, `$3` statuses, `$4` and `$5` placed from and to, `$6` and `$7` where to go on, `$8` how many,
# and one more, which shows that more follow. A row means that the session lives; without an order, there are none.
READ_PAGE = Statement(
    "read_export_page",
    "uuid, timestamptz, text[], timestamptz, timestamptz, timestamptz, uuid, integer",
    f"""
    WITH caller AS MATERIALIZED (
        SELECT customer.id, customer.language, customer.time_zone, {sql_zone("customer.time_zone")} AS zone
        FROM ({live_session("$1", "$2")}) AS session
        JOIN accounts_customer AS customer ON customer.id = session.customer_id
    ),
    page AS MATERIALIZED (
        SELECT o.id, o.placed_at, o.number, o.status, o.items, o.total, o.owed, o.amount_paid, o.amount_refunded,
            o.payment_method, o.delivery_method, o.place, o.branch_id, o.requested_at, o.delivered_at, o.cancelled_at
        FROM orders_order AS o
        WHERE o.customer_id = (SELECT id FROM caller) AND o.status = ANY ($3)
            AND o.placed_at >= $4 AND o.placed_at < $5 AND (o.placed_at, o.id) < ($6, $7)
        ORDER BY o.placed_at DESC, o.id DESC LIMIT $8 + 1
    )
    SELECT caller.language, caller.time_zone, {sql_local("$2")}, page.placed_at, page.id, page.number,
        {sql_local("page.placed_at")}, {sql_visible("page.status")}, page.items,
        page.total, page.owed, page.amount_paid, page.amount_refunded,
        page.payment_method, page.delivery_method, page.place, branch.name,
        {sql_local("page.requested_at")}, {sql_local("page.delivered_at")}, {sql_local("page.cancelled_at")}
    FROM caller LEFT JOIN page ON true LEFT JOIN catalog_branch AS branch ON branch.id = page.branch_id
    ORDER BY page.placed_at DESC, page.id DESC""",
)


@dataclass(frozen=True)
class Words:
    """What the file says in the customer's language; `codes` are statuses, ways of paying and of delivery."""

    header: list[str]
    codes: dict[str, str]
    broken_off: str


class Export(Iterator[bytes]):
    """A file on its way, piece by piece. It has one of EXPORTS_AT_ONCE places until it is closed."""

    def __init__(self, *, name: str, language: str, pieces: Iterator[bytes]) -> None:
        self.name = name
        self.language = language
        self._pieces = pieces
        self._has_place = True

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Give the place back; more than once does no harm. Servers call it also when the client has gone."""
        if self._has_place:
            self._has_place = False
            places.release()

    __del__ = close  # an answer that never came to be sent is closed by nobody


def export_orders(*, caller: Caller, query: HistoryQuery) -> Export:
    """The caller's orders as CSV, newest first. `limit` and `cursor` of the query mean nothing here.

    Raises TokenInvalid; Throttled while EXPORTS_AT_ONCE others are being read. One statement a page of PAGE orders,
    with the session check inside; no transaction and no cursor is open between two of them.
    """
    rows = read_page(caller, query, END_OF_TIME, LAST_ID)
    language, _zone, now = rows[0][:3]
    words = translate(language)
    if not places.acquire(blocking=False):
        raise Throttled(wait=5)
    return Export(name=f"orders-{now:%Y-%m-%d}.csv", language=language, pieces=write_pages(caller, query, rows, words))


def read_page(caller: Caller, query: HistoryQuery, placed_at: datetime, last_id: UUID) -> list[Row]:
    """The rows after this one, at most PAGE and one more. Raises TokenInvalid."""
    bounds = (query.statuses, query.placed_from, query.placed_to)
    rows = READ_PAGE.rows(caller.session_id, timezone.now(), *bounds, placed_at, last_id, PAGE)
    if not rows:
        raise TokenInvalid()
    return rows


def translate(language: str) -> Words:
    """All at once: while the file is being sent, no language is active."""
    with translation.override(language):
        return Words(
            header=[str(title) for title in HEADER],
            codes={code: str(label) for kind in CODES for code, label in kind.choices},
            broken_off=str(BROKEN_OFF),
        )


def write_pages(caller: Caller, query: HistoryQuery, rows: list[Row], words: Words) -> Iterator[bytes]:
    """The header, and every page from this first one on. What fails on the way ends the file with a row that says so:
    the server would end it as if it were whole.
    """
    yield f"{BYTE_ORDER_MARK}{write_cells([words.header])}".encode()
    try:
        while True:
            yield write_cells(write_order(row, words) for row in rows[:PAGE] if row[4] is not None).encode()
            if len(rows) <= PAGE:
                return
            last = rows[PAGE - 1][3:5]
            rows = []  # this page goes before the next one comes
            rows = read_page(caller, query, *last)
    except Exception:
        logger.exception("export broke off")
        yield write_cells([[words.broken_off]]).encode()


def write_order(row: Row, words: Words) -> list[str]:
    """The cells of one order."""
    (_language, time_zone, _now, placed_at, order_id, number, placed, status, items,
     total, owed, paid, refunded, payment, method, place, branch, requested, delivered, cancelled) = row  # fmt: skip
    left = [(item, item["quantity"] - item["quantity_removed"]) for item in items]
    return [
        number,
        write_local(placed),
        write_offset(placed, placed_at),
        time_zone,
        words.codes[status],
        str(sum(quantity for _item, quantity in left)),
        "; ".join(write_item(item, quantity) for item, quantity in left if quantity),
        *(write_amount(amount) for amount in (total, owed, paid, refunded)),
        settings.CURRENCY,
        words.codes[payment],
        words.codes[method],
        branch if method == DeliveryMethod.PICKUP else write_place(place),
        *(write_local(moment) for moment in (requested, delivered, cancelled)),
        str(order_id),
    ]


def write_local(moment: datetime | None) -> str:
    """A local moment as spreadsheets know it, to the second; empty for none."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def write_offset(local: datetime, moment: datetime) -> str:
    """What the clock that shows `local` is ahead of UTC, such as `UTC+02:00`."""
    minutes = round((local - moment.astimezone(UTC).replace(tzinfo=None)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def write_item(item: dict[str, Any], quantity: int) -> str:
    """How many of what, with which options."""
    options = ", ".join(option["name"] for option in item["options"])
    return f"{quantity} × {item['name']}" + (f" ({options})" if options else "")


def write_place(place: dict[str, Any]) -> str:
    """The address on one line."""
    city = " ".join(filter(None, [place["postal_code"], place["city"]]))
    return ", ".join(filter(None, [place["line"], city]))


def write_amount(amount: int) -> str:
    """Minor units as a decimal number."""
    decimals = exponent(settings.CURRENCY)
    return f"{Decimal(amount).scaleb(-decimals):.{decimals}f}"


def write_cells(rows: Iterable[list[str]]) -> str:
    """Rows as CSV, no cell of which is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows
    )
    return text.getvalue()
