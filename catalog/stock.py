"""Stock of ingredients, per branch: the only writer of `Stock`, `StockMovement` and `Reservation`, by its ledger.

Who writes holds the lock of every stock row concerned, taken in id order in one statement, in a transaction of its own
or of the caller. Each change is a movement row; a stock row is the sum of its movements. What stands on the shelf is
the truth: counting and cooking are never refused because the book says otherwise, the difference is booked.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.ledger import Holding, Kind, Ledger, Row
from catalog.models import Branch, Ingredient, Stock
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.statements import Statement, in_transaction


class QuantityInvalid(Refusal):
    status_code = 422
    default_code = "quantity_invalid"
    title = _("The quantity is not possible")
    default_detail = _("A quantity is more than zero, and no more can be thrown away than is there.")


def lock_rows_sql(branch: str, ingredients: str) -> str:
    """SQL that locks the stock rows of these ingredients (a uuid[]) at a branch, in id order. The arguments are SQL."""
    return f"""
    SELECT stock.id, stock.ingredient_id, stock.on_hand, stock.reserved
    FROM catalog_stock AS stock
    WHERE stock.branch_id = {branch} AND stock.ingredient_id = ANY ({ingredients})
    ORDER BY stock.id FOR UPDATE"""


def write_reservations_sql(reservations: str, holder: str, now: str) -> str:
    """CTEs that set stock aside for a holder: stock, movements and reservations, from a JSON array of
    `{stock_id, reservation_id, movement_id, wanted, reserved}`.

    The caller holds the locks of the rows and has checked what is free. The arguments are SQL.
    """
    return f"""
    wanted AS (
        SELECT * FROM json_to_recordset({reservations}) AS line (
            stock_id uuid, reservation_id uuid, movement_id uuid, wanted bigint, reserved bigint)
    ),
    set_aside AS (
        UPDATE catalog_stock AS stock SET reserved = stock.reserved + wanted.reserved
        FROM wanted WHERE stock.id = wanted.stock_id AND wanted.reserved > 0
    ),
    reservation_rows AS (
        INSERT INTO catalog_reservation
            (id, stock_id, holder_id, wanted, reserved, consumed, released, created_at, closed_at)
        SELECT reservation_id, stock_id, {holder}, wanted, reserved, 0, 0, {now}, NULL FROM wanted
    ),
    movement_rows AS (
        INSERT INTO catalog_stockmovement
            (id, stock_id, kind, operation_id, on_hand_change, reserved_change, actor, reason, created_at)
        SELECT movement_id, stock_id, 'reserve', {holder}, 0, reserved, '', '', {now} FROM wanted WHERE reserved > 0
    )"""


def compose_reservation(stock_id: UUID, wanted: int, free: int) -> dict[str, Any]:
    """One line for `write_reservations_sql`: what is free is set aside, the rest is a backorder."""
    return {
        "stock_id": str(stock_id),
        "reservation_id": str(new_id()),
        "movement_id": str(new_id()),
        "wanted": wanted,
        "reserved": max(0, min(wanted, free)),
    }


LOCK_INGREDIENTS = Statement("lock_ingredients", "uuid, uuid[]", lock_rows_sql("$1", "$2"))
LOCK_HELD = Statement(
    "lock_held",
    "uuid",
    """
    SELECT stock.id, stock.ingredient_id, stock.on_hand, stock.reserved FROM catalog_stock AS stock
    WHERE stock.id IN (SELECT stock_id FROM catalog_reservation WHERE holder_id = $1 AND closed_at IS NULL)
    ORDER BY stock.id FOR UPDATE""",
)
# Read after the lock was had: goods that arrived meanwhile may have filled a backorder.
READ_HELD = Statement(
    "read_held",
    "uuid",
    """
    SELECT id, stock_id, wanted, reserved, released FROM catalog_reservation
    WHERE holder_id = $1 AND closed_at IS NULL ORDER BY stock_id""",
)


def open_held(holder_id: UUID, at: datetime, actor: str = "") -> Ledger:
    """A ledger of the rows that hold something for the holder, locked in id order, with its open reservations."""
    ledger = Ledger([Row(*values) for values in LOCK_HELD.rows(holder_id)], at=at, actor=actor)
    for values in READ_HELD.rows(holder_id) if ledger.rows else []:
        holding = Holding(*values)
        ledger.holdings[holding.id] = holding
    return ledger


def release(*, holder_id: UUID, at: datetime) -> None:
    """Give back all that is set aside for the holder, and close its backorders. Nothing for a holder without any.

    What becomes free goes to the oldest backorders. Takes part in the caller's transaction, whose lock on the holder
    comes first, and locks the stock rows in id order.
    """
    ledger = open_held(holder_id, at)
    for holding in ledger.holdings.values():
        holding.is_closed = True
        holding.released += holding.reserved
        if holding.reserved:
            ledger.move(ledger.rows[holding.stock_id], Kind.RELEASE, holder_id, reserved=-holding.reserved)
    if ledger.rows:
        ledger.fill_backorders(new_id())
        ledger.write()


def give_back(*, holder_id: UUID, quantities: Mapping[UUID, int], at: datetime, actor: str) -> None:
    """Have the holder want so much less, in thousandths by ingredient: first of what it still waits for, then of what
    is set aside for it. A reservation of which nothing is wanted any more is closed.

    What becomes free goes to the oldest backorders. Takes part in the caller's transaction, whose lock on the holder
    comes first, and locks the stock rows in id order.
    """
    ledger = open_held(holder_id, at, actor)
    operation_id = new_id()  # a holder may give back more than once
    for holding in ledger.holdings.values():
        row = ledger.rows[holding.stock_id]
        still_wanted = max(0, holding.wanted - quantities.get(row.ingredient_id, 0))
        freed = max(0, holding.reserved - still_wanted)
        holding.released += freed
        if still_wanted:
            holding.wanted, holding.reserved = still_wanted, holding.reserved - freed
        else:
            holding.is_closed = True
        if freed:
            ledger.move(row, Kind.RELEASE, operation_id, reserved=-freed)
    if ledger.rows:
        ledger.fill_backorders(operation_id)
        ledger.write()


def consume(*, holder_id: UUID, at: datetime) -> list[UUID]:
    """Book what the holder wanted as used up. Ingredients that are now overdrawn.

    Takes part in the caller's transaction, whose lock on the holder comes first, and locks the stock rows in id order.
    Never refused: where the book has less than was used, more must have been there, and the difference is booked as
    counted. A row is overdrawn when less is on hand than is set aside for others.
    """
    ledger = open_held(holder_id, at)
    for holding in ledger.holdings.values():
        row = ledger.rows[holding.stock_id]
        holding.is_closed = True
        holding.consumed = holding.wanted
        if row.on_hand < holding.wanted:
            ledger.move(row, Kind.COUNT, holder_id, on_hand=holding.wanted - row.on_hand)
        ledger.move(row, Kind.CONSUME, holder_id, on_hand=-holding.wanted, reserved=-holding.reserved)
    if ledger.rows:
        ledger.write()
    return [row.ingredient_id for row in ledger.overdrawn()]


@in_transaction
def receive(
    *, branch: Branch, quantities: Mapping[Ingredient, int], operation_id: UUID, actor: str, reason: str = ""
) -> None:
    """Book goods that arrived, in thousandths, and fill the oldest backorders with them.

    Raises QuantityInvalid; IntegrityError when the operation has been booked before. Locks the stock rows in id order.
    """
    if any(quantity <= 0 for quantity in quantities.values()):
        raise QuantityInvalid()
    ledger, by_row = open_ingredients(branch, quantities, actor, reason)
    for row in ledger.rows.values():
        ledger.move(row, Kind.RECEIPT, operation_id, on_hand=by_row[row.id])
    ledger.fill_backorders(operation_id)
    ledger.write()


@in_transaction
def discard(
    *, branch: Branch, quantities: Mapping[Ingredient, int], operation_id: UUID, actor: str, reason: str
) -> list[Row]:
    """Book what was thrown away, in thousandths. Rows of which less is there than is set aside.

    Raises QuantityInvalid for more than the book has. Locks the stock rows in id order.
    """
    ledger, by_row = open_ingredients(branch, quantities, actor, reason)
    for row in ledger.rows.values():
        if not 0 < by_row[row.id] <= row.on_hand:
            raise QuantityInvalid()
        ledger.move(row, Kind.WASTE, operation_id, on_hand=-by_row[row.id])
    ledger.write()
    return ledger.overdrawn()


@in_transaction
def count(
    *, branch: Branch, quantities: Mapping[Ingredient, int], operation_id: UUID, actor: str, reason: str = ""
) -> list[Row]:
    """Book what was found on the shelf, in thousandths. Rows of which less is there than is set aside.

    Never refused but for a negative count (QuantityInvalid); IntegrityError when the operation has been booked before.
    Locks the stock rows in id order.
    """
    if any(quantity < 0 for quantity in quantities.values()):
        raise QuantityInvalid()
    ledger, by_row = open_ingredients(branch, quantities, actor, reason)
    for row in ledger.rows.values():
        # A count that found what the book says is noted too: the same count, sent again later, must not be booked.
        ledger.move(row, Kind.COUNT, operation_id, on_hand=by_row[row.id] - row.on_hand)
    ledger.fill_backorders(operation_id)
    ledger.write()
    return ledger.overdrawn()


def ensure_rows(branch_id: UUID, ingredient_ids: Iterable[UUID]) -> None:
    """Have a stock row for each of the ingredients at the branch; those that are there stay as they are."""
    Stock.objects.bulk_create(
        # In order, so that two who make the same rows wait for each other one way round.
        [Stock(branch_id=branch_id, ingredient_id=ingredient_id) for ingredient_id in sorted(ingredient_ids)],
        ignore_conflicts=True,
    )


def open_ingredients(
    branch: Branch, quantities: Mapping[Ingredient, int], actor: str, reason: str
) -> tuple[Ledger, dict[UUID, int]]:
    """A ledger of these ingredients' rows, made where there are none and locked in id order, and quantities by row."""
    by_ingredient = {ingredient.id: quantity for ingredient, quantity in quantities.items()}
    ensure_rows(branch.id, by_ingredient)
    rows = [Row(*values) for values in LOCK_INGREDIENTS.rows(branch.id, list(by_ingredient))]
    ledger = Ledger(rows, at=timezone.now(), actor=actor, reason=reason)
    return ledger, {row.id: by_ingredient[row.ingredient_id] for row in rows}


FIND_CONTRADICTIONS = Statement(
    "find_contradictions",
    "",
    """
    SELECT ingredient.key, branch.key, stock.on_hand, COALESCE(moved.on_hand, 0),
        stock.reserved, COALESCE(moved.reserved, 0), COALESCE(held.reserved, 0)
    FROM catalog_stock AS stock
    JOIN catalog_ingredient AS ingredient ON ingredient.id = stock.ingredient_id
    JOIN catalog_branch AS branch ON branch.id = stock.branch_id
    LEFT JOIN (
        SELECT stock_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
        FROM catalog_stockmovement GROUP BY stock_id
    ) AS moved ON moved.stock_id = stock.id
    LEFT JOIN (
        SELECT stock_id, sum(reserved) AS reserved FROM catalog_reservation
        WHERE closed_at IS NULL GROUP BY stock_id
    ) AS held ON held.stock_id = stock.id
    WHERE (stock.on_hand, stock.reserved)
            IS DISTINCT FROM (COALESCE(moved.on_hand, 0), COALESCE(moved.reserved, 0))
        OR stock.reserved <> COALESCE(held.reserved, 0)
    ORDER BY stock.id""",
)


def find_contradictions() -> list[str]:
    """Every stock row that is not the sum of its movements, or whose reserved is not the sum of its open reservations.

    Empty when the books are right. One statement.
    """
    rows = FIND_CONTRADICTIONS.rows()
    return [
        f"{ingredient} at {branch}: on hand {on_hand} (movements {moved}), "
        f"reserved {reserved} (movements {moved_reserved}, open reservations {held})"
        for ingredient, branch, on_hand, moved, reserved, moved_reserved, held in rows
    ]
