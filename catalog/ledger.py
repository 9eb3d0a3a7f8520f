"""The ledger of `catalog.stock`: changes to stock rows that it has locked, worked out in memory, written at once."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.models import StockMovement
from customerbackend.ids import new_id
from customerbackend.statements import Statement

Kind = StockMovement.Kind


@dataclass
class Row:
    """A locked stock row, as it will be written."""

    id: UUID
    ingredient_id: UUID
    on_hand: int
    reserved: int


@dataclass
class Holding:
    """An open reservation of a locked row, as it will be written."""

    id: UUID
    stock_id: UUID
    wanted: int
    reserved: int
    released: int
    consumed: int = 0
    is_closed: bool = False


READ_BACKORDERS = Statement(
    "read_backorders",
    "uuid[]",
    """
    SELECT id, stock_id, wanted, reserved, released FROM catalog_reservation
    WHERE stock_id = ANY ($1) AND closed_at IS NULL AND reserved < wanted ORDER BY created_at, id""",
)
WRITE_LEDGER = Statement(
    "write_ledger",
    "json, json, json, timestamptz",
    """
    WITH stock_rows AS (
        UPDATE catalog_stock AS stock SET on_hand = line.on_hand, reserved = line.reserved
        FROM json_to_recordset($1) AS line (id uuid, on_hand bigint, reserved bigint) WHERE stock.id = line.id
    ),
    reservation_rows AS (
        UPDATE catalog_reservation AS reservation
        SET wanted = line.wanted, reserved = line.reserved, consumed = line.consumed, released = line.released,
            closed_at = CASE WHEN line.is_closed THEN $4 END
        FROM json_to_recordset($2) AS line
            (id uuid, wanted bigint, reserved bigint, consumed bigint, released bigint, is_closed boolean)
        WHERE reservation.id = line.id
    )
    INSERT INTO catalog_stockmovement
        (id, stock_id, kind, operation_id, on_hand_change, reserved_change, actor, reason, created_at)
    SELECT id, stock_id, kind, operation_id, on_hand_change, reserved_change, actor, reason, $4
    FROM json_to_recordset($3) AS line
        (id uuid, stock_id uuid, kind text, operation_id uuid, on_hand_change bigint, reserved_change bigint,
        actor text, reason text)""",
)


class Ledger:
    """Changes to locked stock rows, worked out in memory and written by one statement, however many rows they are.

    IntegrityError on writing: an operation has moved a row in this way before; nothing is written then.
    """

    def __init__(self, rows: list[Row], *, at: datetime, actor: str = "", reason: str = "") -> None:
        self.rows = {row.id: row for row in rows}
        self.at, self.actor, self.reason = at, actor, reason
        self.holdings: dict[UUID, Holding] = {}
        self.movements: list[dict[str, Any]] = []

    def move(self, row: Row, kind: str, operation_id: UUID, *, on_hand: int = 0, reserved: int = 0) -> None:
        """Change a row and note the movement."""
        row.on_hand += on_hand
        row.reserved += reserved
        movement = {"id": str(new_id()), "stock_id": str(row.id), "kind": kind, "operation_id": str(operation_id)}
        changes = {"on_hand_change": on_hand, "reserved_change": reserved}
        self.movements.append({**movement, **changes, "actor": self.actor, "reason": self.reason})

    def fill_backorders(self, operation_id: UUID) -> None:
        """Set what is free aside for those that have waited for it longest."""
        with_free = [row.id for row in self.rows.values() if row.on_hand > row.reserved]
        filled: Counter[UUID] = Counter()
        for values in READ_BACKORDERS.rows(with_free) if with_free else []:
            holding = Holding(*values)
            row = self.rows[holding.stock_id]
            part = min(row.on_hand - row.reserved - filled[row.id], holding.wanted - holding.reserved)
            if part > 0 and holding.id not in self.holdings:
                holding.reserved += part
                filled[row.id] += part
                self.holdings[holding.id] = holding
        for row_id, quantity in filled.items():
            self.move(self.rows[row_id], Kind.RESERVE, operation_id, reserved=quantity)

    def overdrawn(self) -> list[Row]:
        """Rows of which less is on hand than is set aside."""
        return [row for row in self.rows.values() if row.on_hand < row.reserved]

    def write(self) -> None:
        """Write all of it. One statement."""
        rows = [{"id": str(row.id), "on_hand": row.on_hand, "reserved": row.reserved} for row in self.rows.values()]
        holdings = [
            {"id": str(h.id), "wanted": h.wanted, "reserved": h.reserved, "consumed": h.consumed,
             "released": h.released, "is_closed": h.is_closed}
            for h in self.holdings.values()
        ]  # fmt: skip
        WRITE_LEDGER.run(json.dumps(rows), json.dumps(holdings), json.dumps(self.movements), self.at)
