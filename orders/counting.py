"""Counting stock for a service: its lines become a count of `catalog.stock`, and staff learn what orders lack."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import stock
from catalog.models import Branch, Ingredient, Stock
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from orders.lifecycle import report_overdrawn


class CountsInvalid(Refusal):
    """`errors` points at each line whose ingredient is `unknown`, or `repeated` from a line before."""

    status_code = 422
    default_code = "counts_invalid"
    title = _("The counts cannot be booked")
    default_detail = _("Some lines name an ingredient that there is not, or one that another line has counted.")


FAULTS = {
    "unknown": _("There is no such ingredient."),
    "repeated": _("Another line counts the same ingredient."),
}


@dataclass(frozen=True, slots=True)
class Count:
    """A line: an ingredient by its key or id, and how much of it was found, in thousandths of its unit."""

    ingredient: str
    thousandths: int


def count_stock(*, branch: Branch, counts: list[Count], counted_by: str) -> dict[str, Any]:
    """Book the counts, and tell staff of ingredients of which less is there than is set aside for orders. What the
    book says of the counted ingredients then, in the order of the lines.

    Raises CountsInvalid. Locks the stock rows in id order. The statements do not grow with the lines.
    """
    quantities = read_lines(counts)
    overdrawn = stock.count(branch=branch, quantities=quantities, operation_id=new_id(), actor=counted_by)
    short = {row.ingredient_id for row in overdrawn}
    names = [ingredient for ingredient in quantities if ingredient.id in short]
    report_overdrawn(
        branch.id, [ingredient.id for ingredient in names], timezone.now(), subject_id=branch.id, counted_by=counted_by
    )
    rows = {row.ingredient_id: row for row in Stock.objects.filter(branch=branch, ingredient__in=quantities)}
    return {
        "branch_id": str(branch.id),
        "stock": [
            {
                "ingredient_id": str(ingredient.id),
                "key": ingredient.key,
                "unit": ingredient.unit,
                "on_hand": rows[ingredient.id].on_hand,
                "reserved": rows[ingredient.id].reserved,
            }
            for ingredient in quantities
        ],
        "overdrawn": [ingredient.key for ingredient in names],
    }


def read_lines(counts: list[Count]) -> dict[Ingredient, int]:
    """Thousandths by ingredient. Raises CountsInvalid that names every line at fault. One statement."""
    known = find_ingredients(count.ingredient for count in counts)
    quantities: dict[Ingredient, int] = {}
    errors = []
    for index, count in enumerate(counts):
        ingredient = known.get(count.ingredient)
        if ingredient is None or ingredient in quantities:
            code = "unknown" if ingredient is None else "repeated"
            pointer = f"/counts/{index}/ingredient"
            errors.append({"pointer": pointer, "code": code, "detail": str(FAULTS[code])})
        else:
            quantities[ingredient] = count.thousandths
    if errors:
        raise CountsInvalid(errors=errors)
    return quantities


def find_ingredients(names: Iterable[str]) -> dict[str, Ingredient]:
    """The ingredients by the names that they were given: ids or, before those, keys. One statement."""
    wanted = set(names)
    ids = {name: id for name in wanted if (id := read_id(name)) is not None}
    found = list(Ingredient.objects.filter(Q(key__in=wanted) | Q(id__in=ids.values())))
    by_id = {ingredient.id: ingredient for ingredient in found}
    named = {name: by_id[id] for name, id in ids.items() if id in by_id}
    return {**named, **{ingredient.key: ingredient for ingredient in found if ingredient.key in wanted}}


def read_id(text: str) -> UUID | None:
    """The id that a text is; None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None
