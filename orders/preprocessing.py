"""Preprocessing: from what an order demands to a verdict, an estimate, and what warehouse and kitchen are told.

Runs in the transaction that makes the order go on: when it is placed (payable at the door), paid, or released (for
later).
The order is left `accepted`; only warehouse, kitchen or staff move it on.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.conditions import Conditions
from catalog.stock import compose_reservation, ensure_rows, lock_rows_sql
from catalog.value import Branch, Catalog
from customerbackend.errors import Refusal
from customerbackend.statements import Statement
from customerbackend.times import rfc3339
from notifications.messages import compose_message
from orders.estimates import Forecast, Queue, forecast
from orders.models import Order
from orders.pricing import PricedOrder, lines_lacking
from orders.representation import sql_list
from orders.statuses import IN_QUEUE, Status

LATELY = "3 hours"
LATEST_PICK_UPS = 20


class NotEnoughStock(Refusal):
    """`items`: `[{index, product_id, quantity, left}]`, the lines that take what is lacking."""

    status_code = 409
    default_code = "not_enough_stock"
    title = _("Not enough left")
    default_detail = _("There is not enough left of something in the order.")


def sql_queue(branch: str, now: str, *, but: str | None = None) -> str:
    """SQL expressions: remaining work in seconds, open orders, and the courier wait lately seen (null: never).

    `but` is the id of an order that is in the queue itself and asks about the others.
    """
    others = f" AND o.id <> {but}" if but else ""
    return f"""
    (SELECT json_build_array(
        COALESCE(sum(CASE WHEN o.status = '{Status.COOKING}'
            THEN GREATEST(0, o.work_seconds - EXTRACT(EPOCH FROM {now} - o.cooking_started_at))
            ELSE o.work_seconds END), 0)::integer, count(*))
    FROM orders_order AS o WHERE o.branch_id = {branch} AND o.status IN ({sql_list(IN_QUEUE)}){others}),
    (SELECT avg(pick_up.seconds)::integer FROM (
        SELECT GREATEST(0, EXTRACT(EPOCH FROM o.delivery_started_at - o.cooked_at)) AS seconds
        FROM orders_order AS o
        WHERE o.branch_id = {branch} AND o.delivery_started_at > {now} - interval '{LATELY}'
            AND o.cooked_at IS NOT NULL AND o.delivery_method = 'courier'{others}
        ORDER BY o.delivery_started_at DESC LIMIT {LATEST_PICK_UPS}
    ) AS pick_up)"""


LOCK_STOCK = Statement(
    "lock_stock_and_read_queue",
    "uuid, uuid[], timestamptz",
    f"""
    WITH locked AS ({lock_rows_sql("$1", "$2")})
    SELECT (SELECT json_agg(json_build_array(id, ingredient_id, on_hand - reserved) ORDER BY id) FROM locked)::text,
        {sql_queue("$1", "$3")}, nextval('orders_number')""",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Locked stock rows: id and free thousandths by ingredient."""

    rows: Mapping[UUID, tuple[UUID, int]]

    @property
    def free(self) -> dict[UUID, int]:
        """Free thousandths by ingredient."""
        return {ingredient: free for ingredient, (_row, free) in self.rows.items()}

    def lacking(self, demand: Mapping[UUID, int]) -> dict[UUID, int]:
        """How much more of each ingredient is demanded than is free."""
        free = self.free
        gaps = {ingredient: wanted - max(0, free.get(ingredient, 0)) for ingredient, wanted in demand.items()}
        return {ingredient: gap for ingredient, gap in gaps.items() if gap > 0}


LOOK_AT_STOCK = Statement(
    "look_at_stock_and_queue",
    "uuid, uuid[], timestamptz",
    f"""
    SELECT (SELECT json_agg(json_build_array(id, ingredient_id, on_hand - reserved))
        FROM catalog_stock WHERE branch_id = $1 AND ingredient_id = ANY ($2))::text,
        {sql_queue("$1", "$3")}""",
)


READ_QUEUE = Statement(
    "read_queue",
    "uuid, timestamptz, uuid",
    f"SELECT {sql_queue('$1', '$2', but='$3')}",
)


def read_queue(*, order: Order, now: datetime) -> Queue:
    """What is in the order's kitchen beside the order itself. One statement."""
    row = READ_QUEUE.row(order.branch_id, now, order.id)
    assert row is not None
    work_seconds, open_orders = row[0]
    return Queue(work_seconds, open_orders, row[1])


def look_at_stock(*, branch: Branch, demand: Mapping[UUID, int], now: datetime) -> tuple[Shelf, Queue]:
    """What `lock_stock` would find at this moment; nothing is locked. One statement."""
    row = LOOK_AT_STOCK.row(branch.id, list(demand), now)
    assert row is not None
    seen = json.loads(row[0] or "[]")
    shelf = Shelf({UUID(ingredient): (UUID(row_id), free) for row_id, ingredient, free in seen})
    work_seconds, open_orders = row[1]
    return shelf, Queue(work_seconds, open_orders, row[2])


def lock_stock(*, branch: Branch, demand: Mapping[UUID, int], now: datetime) -> tuple[Shelf, Queue, int]:
    """Lock the stock rows of a demand, in id order; with the kitchen's queue and the next number of the sequence.

    One statement, in the caller's transaction, which must hold no other stock lock yet.
    """
    row = LOCK_STOCK.row(branch.id, list(demand), now)
    assert row is not None
    locked = json.loads(row[0] or "[]")
    if len(locked) < len(demand):  # an ingredient that is new at this branch
        ensure_rows(branch.id, demand)
        return lock_stock(branch=branch, demand=demand, now=now)
    shelf = Shelf({UUID(ingredient): (UUID(row_id), free) for row_id, ingredient, free in locked})
    work_seconds, open_orders = row[1]
    return shelf, Queue(work_seconds, open_orders, row[2]), row[3]


# What is set aside for an order already; nothing of stock changes, so no stock row is locked.
READ_HELD = Statement(
    "read_held_and_queue",
    "uuid, uuid, timestamptz",
    f"""
    SELECT (SELECT json_agg(json_build_array(stock.ingredient_id, stock.id, reservation.reserved))
        FROM catalog_reservation AS reservation JOIN catalog_stock AS stock ON stock.id = reservation.stock_id
        WHERE reservation.holder_id = $1 AND reservation.closed_at IS NULL)::text,
        {sql_queue("$2", "$3")}""",
)


def read_held(*, holder_id: UUID, branch_id: UUID, now: datetime) -> tuple[Shelf, Queue]:
    """What is set aside for an order, as a shelf of which all is its own; with the kitchen's queue. One statement."""
    row = READ_HELD.row(holder_id, branch_id, now)
    assert row is not None
    held = json.loads(row[0] or "[]")
    shelf = Shelf({UUID(ingredient): (UUID(stock), reserved) for ingredient, stock, reserved in held})
    work_seconds, open_orders = row[1]
    return shelf, Queue(work_seconds, open_orders, row[2])


@dataclass(frozen=True, slots=True)
class Subject:
    """What preprocessing must know of an order. `lines` as the kitchen reads them, `allergies` as the customer said."""

    order_id: UUID
    number: str
    demand: Mapping[UUID, int]
    cooking_seconds: int
    travel_seconds: int | None
    requested_at: datetime | None
    lines: list[dict[str, Any]]
    comment: str
    delivery_method: str
    allergies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Preprocessed:
    """What follows for an order that goes on: lines for `write_reservations_sql`, the estimate, messages."""

    reservations: list[dict[str, Any]]
    lacking: Mapping[UUID, int]
    estimate: Forecast
    messages: list[dict[str, Any]]


def preprocess(
    *,
    subject: Subject,
    catalog: Catalog,
    branch: Branch,
    conditions: Conditions,
    shelf: Shelf,
    queue: Queue,
    now: datetime,
) -> Preprocessed:
    """Compare demand with what is free, set aside, estimate, and compose the messages. Pure: the caller writes."""
    lacking = shelf.lacking(subject.demand)
    estimate = forecast(
        now=now,
        branch=branch,
        cooking=subject.cooking_seconds,
        queue=queue,
        busy_seconds=conditions.busy_seconds,
        is_lacking=bool(lacking),
        travel_seconds=subject.travel_seconds,
        not_before=subject.requested_at,
    )
    reservations = [
        compose_reservation(row_id, subject.demand[ingredient], free)
        for ingredient, (row_id, free) in shelf.rows.items()
    ]
    return Preprocessed(
        reservations=reservations,
        lacking=lacking,
        estimate=estimate,
        messages=compose_messages(subject, catalog, branch, lacking, estimate, now),
    )


def find_lack(branch: Branch, priced: PricedOrder, shelf: Shelf) -> NotEnoughStock | None:
    """What stands against an order at a branch that does not restock, where something is lacking."""
    lacking = {} if branch.restock_seconds is not None else shelf.lacking(priced.demand)
    return NotEnoughStock(items=lines_lacking(priced, lacking, shelf.free)) if lacking else None


def compose_messages(
    subject: Subject, catalog: Catalog, branch: Branch, lacking: Mapping[UUID, int], estimate: Forecast, now: datetime
) -> list[dict[str, Any]]:
    """What warehouse and kitchen are told of an order that was accepted."""
    about = {"order_id": str(subject.order_id), "number": subject.number}

    def tell(kind: str, recipient_kind: str, **data: Any) -> dict[str, Any]:
        return compose_message(
            kind=kind,
            recipient_kind=recipient_kind,
            recipient_id=branch.id,
            subject_id=subject.order_id,
            at=now,
            data={**about, **data},
        )

    messages = []  # composed in the order in which they are to be told: their ids sort so
    if lacking:
        messages.append(tell("store_to_warehouse", "warehouse", ingredients=describe_goods(catalog, lacking)))
    needed = describe_goods(catalog, subject.demand)
    messages.append(tell("warehouse_to_kitchen", "warehouse", ingredients=needed, after_restock=bool(lacking)))
    messages.append(
        tell(
            "order_accepted",
            "kitchen",
            lines=subject.lines,
            comment=subject.comment,
            allergies=list(subject.allergies),
            delivery_method=subject.delivery_method,
            cook_until=rfc3339(estimate.cooked_at),
            promised_until=rfc3339(estimate.delivered_to),
        )
    )
    return messages


def describe_goods(catalog: Catalog, quantities: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """Ingredients with quantities in thousandths of their unit, by name; one that left the catalog goes by its id."""
    described = []
    for ingredient_id, quantity in quantities.items():
        ingredient = catalog.ingredients.get(ingredient_id)
        described.append(
            {
                "ingredient_id": str(ingredient_id),
                "name": ingredient.name if ingredient else str(ingredient_id),
                "unit": ingredient.unit if ingredient else "",
                "thousandths": quantity,
            }
        )
    return sorted(described, key=lambda goods: str(goods["name"]))
