"""Setting stock aside as placing does, and reading the books."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog import stock
from catalog.models import Branch, Ingredient, Reservation, Stock
from customerbackend.ids import new_id
from customerbackend.statements import Statement
from tests.factories import make_ingredient

LOCK = Statement("lock_to_set_aside", "uuid, uuid[]", stock.lock_rows_sql("$1", "$2"))
SET_ASIDE = Statement(
    "set_aside",
    "json, uuid, timestamptz",
    f"WITH {stock.write_reservations_sql('$1', '$2', '$3')} SELECT count(*) FROM wanted",
)


def parts(**quantities: int) -> dict[Ingredient, int]:
    """Thousandths by ingredient, for the functions of `catalog.stock`."""
    return {make_ingredient(key): quantity for key, quantity in quantities.items()}


def receive(branch: Branch, operation_id: UUID | None = None, **quantities: int) -> None:
    stock.receive(
        branch=branch, quantities=parts(**quantities), operation_id=operation_id or new_id(), actor="warehouse"
    )


def discard(branch: Branch, operation_id: UUID | None = None, **quantities: int) -> list[stock.Row]:
    return stock.discard(
        branch=branch,
        quantities=parts(**quantities),
        operation_id=operation_id or new_id(),
        actor="kitchen",
        reason="burnt",
    )


def count(branch: Branch, operation_id: UUID | None = None, **quantities: int) -> list[stock.Row]:
    return stock.count(
        branch=branch, quantities=parts(**quantities), operation_id=operation_id or new_id(), actor="warehouse"
    )


@transaction.atomic
def set_aside(branch: Branch, **quantities: int) -> UUID:
    """A new holder that wants these thousandths, and holds what of it is free."""
    holder_id = new_id()
    wanted = {make_ingredient(key).id: quantity for key, quantity in quantities.items()}
    stock.ensure_rows(branch.id, wanted)
    lines: list[dict[str, Any]] = [
        stock.compose_reservation(row_id, wanted[ingredient_id], on_hand - reserved)
        for row_id, ingredient_id, on_hand, reserved in LOCK.rows(branch.id, list(wanted))
    ]
    SET_ASIDE.run(json.dumps(lines), holder_id, timezone.now())
    return holder_id


def release(holder_id: UUID) -> None:
    with transaction.atomic():
        stock.release(holder_id=holder_id, at=timezone.now())


def consume(holder_id: UUID) -> list[UUID]:
    with transaction.atomic():
        return stock.consume(holder_id=holder_id, at=timezone.now())


def shelf(branch: Branch) -> dict[str, tuple[int, int]]:
    """On hand and reserved, by ingredient key."""
    rows = Stock.objects.filter(branch=branch).values_list("ingredient__key", "on_hand", "reserved")
    return {key: (on_hand, reserved) for key, on_hand, reserved in rows}


def held(holder_id: UUID) -> dict[str, tuple[int, int]]:
    """Wanted and reserved, by ingredient key."""
    rows = Reservation.objects.filter(holder_id=holder_id).values_list("stock__ingredient__key", "wanted", "reserved")
    return {key: (wanted, reserved) for key, wanted, reserved in rows}
