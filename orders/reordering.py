"""Ordering again: the items of an old order as they could be ordered now, and how that differs from then.

Judged as quotes and orders are (`orders.planning.assess`); what that refuses is taken out, an option or a line, until
nothing of the rest is refused. Nothing is stored. Of each line as many are wanted as were ordered: what staff had to
take out of the old order is wanted again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.exceptions import NotFound

from accounts.sessions import live_session
from catalog.conditions import Conditions, read_states, sql_states
from catalog.loading import current_catalog, sql_catalog_version
from catalog.recipes import demand
from catalog.value import Catalog
from catalog.zones import LocationRequired, find_zone
from customerbackend.callers import Caller
from customerbackend.errors import Refusal
from customerbackend.money import money
from customerbackend.statements import Statement
from orders.delivering import Delivery
from orders.history import signed_in
from orders.models import DeliveryMethod
from orders.planning import Assessment, assess
from orders.preprocessing import look_at_stock
from orders.pricing import WantedLine, describe_totals
from orders.quoting import Quote, describe_estimates, describe_problems, look_ahead

READ_OLD_ORDER = Statement(
    "read_old_order",
    "uuid, timestamptz, uuid",
    f"""
    SELECT o.id, {sql_catalog_version()}, {sql_states("NULL::uuid", "$2")},
        o.branch_id, o.delivery_method, o.place, o.contact, o.delivery_total, (
            SELECT json_agg(json_build_array(line.product_id, line.name, line.quantity, line.unit_price, line.options,
                line.note) ORDER BY line.position)
            FROM orders_orderline AS line WHERE line.order_id = o.id
        )
    FROM ({live_session("$1", "$2")}) AS caller
    LEFT JOIN orders_order AS o ON o.id = $3 AND o.customer_id = caller.customer_id""",
)


@dataclass(frozen=True, slots=True)
class OldOption:
    id: UUID
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class OldLine:
    """A line as it was ordered; `unit_price` with its options."""

    product_id: UUID
    name: str
    quantity: int
    unit_price: int
    options: tuple[OldOption, ...]
    note: str

    @property
    def wanted(self) -> WantedLine:
        return WantedLine(self.product_id, self.quantity, tuple(option.id for option in self.options), self.note)

    def price_of(self, option_ids: Iterable[UUID]) -> int:
        """What one cost then with these of its options."""
        left_out = {option.id: option.price for option in self.options}
        for option_id in option_ids:
            left_out.pop(option_id)
        return self.unit_price - sum(left_out.values())


@dataclass(frozen=True, slots=True)
class OldOrder:
    """What is ordered again: where it came from, where it went, its lines, and what its delivery cost."""

    branch_id: UUID
    delivery: Delivery
    delivery_total: int
    lines: tuple[OldLine, ...]


# What is told of a line, by the code of its refusal and what in it is refused.
DIFFERENCES = {
    ("item_unknown", "product"): "missing",
    ("item_unavailable", "product"): "unavailable",
    ("item_unavailable", "option"): "option_unavailable",
    ("options_invalid", "option"): "option_missing",
    ("options_invalid", "group"): "choice_needed",
}


def reorder(*, caller: Caller, order_id: UUID) -> dict[str, Any]:
    """Items and delivery to be sent as a new order, what they cost and when they come now, what differs from the old
    order, and what stands against ordering them.

    Raises TokenInvalid, NotFound. Three statements at most, none of which locks anything.
    """
    now = timezone.now()
    found_id, version, states_text, *old_row = signed_in(READ_OLD_ORDER.row(caller.session_id, now, order_id))
    if found_id is None:
        raise NotFound()
    old = read_old_order(*old_row)
    catalog, states = current_catalog(version), read_states(states_text)
    delivery = deliver_again(old, catalog)
    wanted, differences = find_possible(old, delivery, catalog, states, now)
    found = assess(lines=list(wanted.values()), delivery=delivery, catalog=catalog, states=states, now=now)
    if wanted and found.branch is not None and found.branch.restock_seconds is None:
        wanted, lacking = reduce_to_stock(old, wanted, found, now)
        if lacking:
            differences += lacking
            found = assess(lines=list(wanted.values()), delivery=delivery, catalog=catalog, states=states, now=now)
    quote = look_ahead(found, delivery, now) if wanted else Quote(now, found, nowhere(found), None)
    differences += compare_prices(old, wanted, found)
    return describe(delivery, wanted, quote, differences)


def read_old_order(
    branch_id: UUID, method: str, place: Any, contact: Any, delivery_total: int, lines: list[list[Any]]
) -> OldOrder:
    """The order's row. A contact without name or number, as customers are who gave none, is left to the default."""
    is_reachable = bool(contact and contact.get("name") and contact.get("phone"))
    return OldOrder(
        branch_id=branch_id,
        delivery=Delivery(method=method, place=place, contact=contact if is_reachable else None),
        delivery_total=delivery_total,
        lines=tuple(
            OldLine(
                product_id=UUID(product_id),
                name=name,
                quantity=quantity,
                unit_price=unit_price,
                options=tuple(OldOption(UUID(it["id"]), it["name"], it["price"]) for it in options),
                note=note,
            )
            for product_id, name, quantity, unit_price, options, note in lines
        ),
    )


def deliver_again(old: OldOrder, catalog: Catalog) -> Delivery:
    """As it was, from the same branch where that still hands out or delivers there; else from whichever is chosen."""
    branch = catalog.branch(old.branch_id)
    if branch is None:
        return old.delivery
    try:
        serves = old.delivery.method == DeliveryMethod.PICKUP or find_zone(branch, old.delivery.location) is not None
    except LocationRequired:
        serves = False
    return replace(old.delivery, branch_id=branch.id) if serves else old.delivery


def find_possible(
    old: OldOrder, delivery: Delivery, catalog: Catalog, states: Mapping[UUID, Conditions], now: datetime
) -> tuple[dict[int, WantedLine], list[dict[str, Any]]]:
    """The lines, by their place in the old order, without what cannot be had now, and what that was.

    Without a branch that would take the order nothing can be said of them.
    """
    wanted = {index: line.wanted for index, line in enumerate(old.lines)}
    differences: list[dict[str, Any]] = []
    while True:
        found = assess(lines=list(wanted.values()), delivery=delivery, catalog=catalog, states=states, now=now)
        if found.branch is None:
            return {}, []
        refused = [(refusal.default_code, it) for refusal in found.refusals for it in refusal.data.get("items", ())]
        if not refused:
            return wanted, differences
        indexes = list(wanted)
        for code, item in refused:
            index, option_id, group_id = indexes[item["index"]], item.get("option_id"), item.get("group_id")
            what = "group" if group_id else "option" if option_id else "product"
            told = difference(old, index, DIFFERENCES.get((code, what), code), option_id=option_id, group_id=group_id)
            differences.append(told)
            take_out(wanted, index, UUID(option_id) if option_id else None)


def take_out(wanted: dict[int, WantedLine], index: int, option_id: UUID | None) -> None:
    """Take an option out of a line, or, without one, the line, if it is still there."""
    line = wanted.get(index)
    if line is None:
        return
    if option_id is None:
        del wanted[index]
    else:
        wanted[index] = replace(line, option_ids=tuple(each for each in line.option_ids if each != option_id))


def reduce_to_stock(
    old: OldOrder, wanted: dict[int, WantedLine], found: Assessment, now: datetime
) -> tuple[dict[int, WantedLine], list[dict[str, Any]]]:
    """The lines with as many of each as there are, the first line first, and which have become fewer. One statement."""
    assert found.branch is not None
    shelf, _queue = look_at_stock(branch=found.branch, demand=found.priced.demand, now=now)
    left, possible, differences = dict(shelf.free), {}, []
    for (index, line), priced in zip(wanted.items(), found.priced.lines, strict=True):
        needs = demand((recipe, 1) for recipe, _times in priced.recipes)
        count = min([line.quantity, *(max(0, left.get(it, 0)) // needed for it, needed in needs.items())])
        for ingredient_id, needed in needs.items():
            left[ingredient_id] = left.get(ingredient_id, 0) - needed * count
        if count:
            possible[index] = replace(line, quantity=count)
        if count < line.quantity:
            differences.append(difference(old, index, "not_enough_stock", left=count))
    return possible, differences


def nowhere(found: Assessment) -> list[Refusal]:
    """What stands against an order of which nothing is left: only that no branch would take it at all."""
    return found.refusals if found.branch is None else []


def compare_prices(old: OldOrder, wanted: Mapping[int, WantedLine], found: Assessment) -> list[dict[str, Any]]:
    """Which lines cost something else now, with the same options; whether the delivery does; and another branch."""
    if found.branch is None or not wanted:
        return []
    differences = []
    for (index, line), priced in zip(wanted.items(), found.priced.lines, strict=True):
        was = old.lines[index].price_of(line.option_ids)
        if was != priced.unit_price:
            code = "dearer" if priced.unit_price > was else "cheaper"
            differences.append(difference(old, index, code, was=was, now=priced.unit_price))
    was, now = old.delivery_total, found.priced.delivery
    if was != now:
        differences.append(
            difference(old, None, "delivery_dearer" if now > was else "delivery_cheaper", was=was, now=now)
        )
    if found.branch.id != old.branch_id:
        differences.append(difference(old, None, "branch_changed"))
    return differences


def difference(
    old: OldOrder,
    index: int | None,
    code: str,
    *,
    option_id: str | None = None,
    group_id: str | None = None,
    was: int | None = None,
    now: int | None = None,
    left: int | None = None,
) -> dict[str, Any]:
    """One difference as the API gives it; `index` is the line's place in the old order, None for the whole."""
    line = None if index is None else old.lines[index]
    options = {str(option.id): option.name for option in line.options} if line else {}
    return {
        "index": index,
        "product_id": str(line.product_id) if line else None,
        "name": line.name if line else None,
        "code": code,
        "option_id": option_id,
        "option_name": options.get(option_id or ""),
        "group_id": group_id,
        "was": None if was is None else money(was),
        "now": None if now is None else money(now),
        "left": left,
    }


def describe(
    delivery: Delivery, wanted: Mapping[int, WantedLine], quote: Quote, differences: list[dict[str, Any]]
) -> dict[str, Any]:
    """The answer."""
    branch = quote.found.branch
    branch_id = None if branch is None else str(branch.id)
    return {
        "branch_id": branch_id,
        "items": [
            {
                "product_id": str(line.product_id),
                "quantity": line.quantity,
                "option_ids": [str(option_id) for option_id in line.option_ids],
                "note": line.note or None,
            }
            for line in wanted.values()
        ],
        "delivery": {
            "method": delivery.method,
            "branch_id": branch_id,
            "place": delivery.place,
            "contact": delivery.contact,
            "requested_at": None,
        },
        "totals": describe_totals(quote.found.priced) if wanted else None,
        "estimates": None if quote.estimate is None else describe_estimates(quote.estimate),
        "differences": sorted(differences, key=lambda it: (it["index"] is None, it["index"] or 0)),
        "problems": [problem for refusal in quote.refusals for problem in describe_problems(refusal)],
    }
