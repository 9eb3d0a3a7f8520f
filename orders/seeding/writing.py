"""The rows of orders, collected and copied into their tables: what placing and fulfilling would have written."""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count

from django.db import connection, transaction

from customerbackend.money import PaymentMethod
from orders.numbers import number_for
from orders.seeding.baskets import CHARGES, ESTIMATES, LINES, ORDERS, Basket, Promise
from orders.seeding.copying import (
    NULL,
    write_day,
    write_int2,
    write_int4,
    write_int8,
    write_moment,
    write_moment_or_null,
    write_text,
)
from orders.seeding.customers import SeededCustomer
from orders.seeding.ids import draw_tail, id_field, text_of
from orders.seeding.lives import Life
from orders.seeding.passages import ADJUSTED, ADJUSTMENTS, EVENTS, LOG

COMMENTS = [write_text(text) for text in ("Please ring twice", "Second courtyard", "Napkins, please")]
SHARE_WITH_COMMENT, SHARE_WITH_CHANGE = 0.05, 0.3
NO_COMMENT = write_text("")
CASH, TERMINAL = write_text(PaymentMethod.CASH.value), write_text(PaymentMethod.TERMINAL.value)
ROUND_SUM = 1000
NOT_REMOVED, REMOVED = write_int2(0), write_int2(1)
NO_WAIT = write_int4(0)
# The order's moments but for `placed_at`, in the order of its own columns.
MOMENTS = (
    "accepted_at", "restocking_started_at", "picking_started_at", "cooking_started_at", "cooked_at",
    "delivery_started_at", "delivered_at", "closed_at", "cancelled_at",
)  # fmt: skip

# A superuser alone may say so.
CHECK_REFERENCES = (
    "SELECT set_config('session_replication_role', %s, true) WHERE current_setting('is_superuser') = 'on'"
)

# A promise with the moment it was made at.
Made = tuple[int, Promise]


class Writer:
    """Collects the rows of orders until they are written. Ids of one order's rows have one tail and count on."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.events_of: defaultdict[bytes, int] = defaultdict(int)
        self.numbers: Iterator[int] = iter(())
        self.clear()

    def clear(self) -> None:
        """Forget what has been collected."""
        self.size = 0
        self.orders: list[bytes] = []
        self.lines: list[bytes] = []
        self.charges: list[bytes] = []
        self.log: list[bytes] = []
        self.estimates: list[bytes] = []
        self.adjustments: list[bytes] = []
        self.events: list[tuple[int, bytes, bytes, bytes]] = []

    def draw_numbers(self, orders: int) -> None:
        """Draw so many numbers from the sequence that every order has its number from. One statement."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('orders_number') FROM generate_series(1, %s)", [orders])
            self.numbers = iter([number for (number,) in cursor.fetchall()])

    def write(self) -> int:
        """Copy all that has been collected, in one transaction, and forget it; how many orders it was.

        It does not wait for the disk: what a crash takes with it are whole batches.
        """
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
            ORDERS.copy(self.orders)
            LINES.copy(self.lines)
            with trusted_references():
                CHARGES.copy(self.charges)
                LOG.copy(self.log)
                ESTIMATES.copy(self.estimates)
                ADJUSTMENTS.copy(self.adjustments)
                EVENTS.copy(self.number_events())
        size = self.size
        self.clear()
        return size

    def number_events(self) -> Iterator[bytes]:
        """The events, those that are written together as they happened, each with its place among its customer's."""
        for _at, customer_id, before, after in sorted(self.events):
            number = self.events_of[customer_id] = self.events_of[customer_id] + 1
            yield from (EVENTS.head, before, customer_id, write_int8(number), after)

    def add(self, customer: SeededCustomer, place: bytes, basket: Basket, life: Life, day: date) -> None:
        """One order with all that belongs to it."""
        self.size += 1
        tail, placed_at = draw_tail(self.chance), life.way[0][1]
        order_id, ids = id_field(placed_at, tail), count(tail + 1)
        items = self.add_lines(order_id, ids, basket, life, placed_at)
        for charge in basket.charges:
            self.charges += (CHARGES.head, id_field(placed_at, next(ids)), order_id, charge)
        first, last = self.add_estimates(order_id, ids, basket, life, placed_at)
        self.add_passages(order_id, ids, customer, basket.total, life, first, last)
        if life.lowered_by:
            self.add_adjustment(order_id, ids, customer, basket.total - life.lowered_by, life, last)
        self.add_order(order_id, customer, place, basket, life, items, first, last, day)

    def add_lines(self, order_id: bytes, ids: Iterator[int], basket: Basket, life: Life, placed_at: int) -> bytes:
        """The lines' rows; their copy for the order."""
        items = []
        for position, line in enumerate(basket.lines):
            line_id, is_removed = id_field(placed_at, next(ids)), position == life.removed_line
            self.lines += (LINES.head, line_id, order_id, REMOVED if is_removed else NOT_REMOVED, line.common)
            items.append(line.head + text_of(line_id) + line.tails[is_removed])
        return write_text(f"[{', '.join(items)}]")

    def add_estimates(
        self, order_id: bytes, ids: Iterator[int], basket: Basket, life: Life, placed_at: int
    ) -> tuple[Made, Made]:
        """The rows of the estimates when it was placed and when cooking began; the first one and the one in force."""
        first = last = (placed_at, life.promise)
        self.add_estimate(order_id, next(ids), *first)
        if "cooking_started_at" in life.times:
            last = (life.times["cooking_started_at"], basket.cooking_promise)
            self.add_estimate(order_id, next(ids), *last)
        return first, last

    def add_estimate(self, order_id: bytes, tail: int, made_at: int, promise: Promise) -> None:
        """One estimate's row."""
        self.estimates += (
            ESTIMATES.head,
            id_field(made_at, tail),
            order_id,
            write_moment(made_at),
            write_moment(made_at + promise.cooked),
            write_moment(made_at + promise.delivered),
            write_moment(made_at + promise.begin),
            write_moment(made_at + promise.end),
            promise.common,
        )

    def add_passages(
        self,
        order_id: bytes,
        ids: Iterator[int],
        customer: SeededCustomer,
        total: int,
        life: Life,
        first: Made,
        last: Made,
    ) -> None:
        """The status log, and the events of what the customer saw."""
        window, owed = write_window(first), write_int8(total)
        for passage, at in life.way:
            moment = write_moment(at)
            actor = customer.name if passage.actor is None else passage.actor
            self.log += (LOG.head, id_field(at, next(ids)), order_id, actor, moment, moment, passage.log)
            if at == last[0]:
                window = write_window(last)
            if passage.event is not None:
                if life.lowered_by and at >= life.lowered_at:
                    owed = write_int8(total - life.lowered_by)
                after = b"".join((order_id, moment, owed, window, passage.event))
                self.events.append((at, customer.id, id_field(at, next(ids)), after))

    def add_adjustment(
        self, order_id: bytes, ids: Iterator[int], customer: SeededCustomer, owed: int, life: Life, last: Made
    ) -> None:
        """The row of what was let off, and its event unless that was cancelling it."""
        at, reason = life.lowered_at, life.reason
        moment, actor = write_moment(at), customer.name if reason.actor is None else reason.actor
        amount = write_int8(-life.lowered_by)
        self.adjustments += (ADJUSTMENTS.head, id_field(at, next(ids)), order_id, actor, amount, moment, reason.common)
        if "cancelled_at" not in life.times:
            after = b"".join((order_id, moment, write_int8(owed), write_window(last), ADJUSTED))
            self.events.append((at, customer.id, id_field(at, next(ids)), after))

    def add_order(
        self,
        order_id: bytes,
        customer: SeededCustomer,
        place: bytes,
        basket: Basket,
        life: Life,
        items: bytes,
        first: Made,
        last: Made,
        day: date,
    ) -> None:
        """The order's own row."""
        chance, owed = self.chance.random, basket.total - life.lowered_by
        end, ended_at = life.way[-1]
        is_cash = chance() < 0.5
        has_change = is_cash and chance() < SHARE_WITH_CHANGE
        placed_at, promise = first
        made_at, in_force = last
        is_adjusted = life.lowered_by and "cancelled_at" not in life.times
        self.orders += (
            ORDERS.head,
            order_id,
            write_text(number_for(next(self.numbers))),
            write_int4(len(life.way) + bool(is_adjusted)),
            customer.id,
            write_day(day),
            end.status,
            write_moment(ended_at),
            CASH if is_cash else TERMINAL,
            end.payment_state,
            write_int8(-(-basket.total // ROUND_SUM) * ROUND_SUM) if has_change else NULL,
            write_int8(owed),
            place,
            customer.contact,
            COMMENTS[int(chance() * len(COMMENTS))] if chance() < SHARE_WITH_COMMENT else NO_COMMENT,
            items,
            write_moment(placed_at),
            *[write_moment_or_null(life.times.get(column)) for column in MOMENTS],
            write_moment(made_at + in_force.cooked),
            write_moment(made_at + in_force.delivered),
            write_window(last),
            in_force.wait_seconds,
            write_moment(placed_at + promise.cooked),
            write_moment(placed_at + promise.end),
            basket.common,
        )


def write_window(made: Made) -> bytes:
    """The window of a promise, its beginning and its end."""
    made_at, promise = made
    return write_moment(made_at + promise.begin) + write_moment(made_at + promise.end)


@contextmanager
def trusted_references() -> Iterator[None]:
    """PostgreSQL does not look up what rows point at that are written within: orders that this transaction has just
    written. Looking is a third of its work. Where it may not be told to leave that out it looks.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHECK_REFERENCES, ["replica"])
        yield
        cursor.execute(CHECK_REFERENCES, ["origin"])
