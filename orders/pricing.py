"""What an order costs, and whether it can be ordered so at all. Pure functions over the catalog's value.

`items + Σ charges = total`. Prices are gross; every line and every charge carries its tax rate and its tax.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.recipes import demand, is_option_available, is_product_available
from catalog.value import Allergens, Branch, Option, Product, Recipe, Zone, combine_allergens
from customerbackend.errors import Refusal
from customerbackend.money import included_tax, money
from orders.models import DeliveryMethod, OrderCharge


class ItemUnknown(Refusal):
    """`items`: `[{index, product_id}]`."""

    status_code = 422
    default_code = "item_unknown"
    title = _("Unknown item")
    default_detail = _("Something in the order is not sold at this branch.")


class OptionsInvalid(Refusal):
    """`items`: `[{index, product_id, option_id}]` for options that do not belong, `{…, group_id, min, max, chosen}`
    for groups of which too few or too many were chosen.
    """

    status_code = 422
    default_code = "options_invalid"
    title = _("The options do not fit")
    default_detail = _("The options chosen for an item do not fit it.")


class ItemUnavailable(Refusal):
    """`items`: `[{index, product_id, option_id}]`, `option_id` null where the product itself cannot be had."""

    status_code = 409
    default_code = "item_unavailable"
    title = _("Not available at the moment")
    default_detail = _("Something in the order cannot be had at the moment.")


class BelowMinimum(Refusal):
    """`minimum`, `items_total` and `lacking` are money."""

    status_code = 422
    default_code = "below_minimum"
    title = _("Below the minimum order")
    default_detail = _("The items cost less than the minimum for delivery there.")


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line as the client asks for it."""

    product_id: UUID
    quantity: int
    option_ids: tuple[UUID, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with everything that the catalog says about it; `index` is its place among those that were asked for."""

    index: int
    product: Product
    options: tuple[Option, ...]
    quantity: int
    note: str
    unit_price: int
    total: int
    tax_rate_bps: int
    tax: int

    @property
    def allergens(self) -> Allergens | None:
        """Of the product with its options; None as soon as anything in it is undeclared."""
        return combine_allergens([self.product.allergens, *(option.allergens for option in self.options)])

    @property
    def recipes(self) -> Iterable[tuple[Recipe, int]]:
        """What it is made of, each recipe as often as it is ordered."""
        return [(recipe, self.quantity) for recipe in (self.product.recipe, *(o.recipe for o in self.options))]


@dataclass(frozen=True, slots=True)
class Charge:
    kind: str
    name: str
    amount: int
    tax_rate_bps: int
    tax: int


@dataclass(frozen=True)
class PricedOrder:
    """Lines and charges with their sums."""

    lines: tuple[PricedLine, ...]
    charges: tuple[Charge, ...]

    @property
    def items_total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def total(self) -> int:
        return self.items_total + sum(charge.amount for charge in self.charges)

    @property
    def delivery(self) -> int:
        return sum(charge.amount for charge in self.charges if charge.kind == OrderCharge.Kind.DELIVERY)

    @cached_property
    def demand(self) -> dict[UUID, int]:
        """Thousandths of each ingredient that all lines and options take together."""
        return demand(part for line in self.lines for part in line.recipes)

    @property
    def tax(self) -> list[dict[str, Any]]:
        """Sums by tax rate, as the API gives them."""
        gross: Counter[int] = Counter()
        tax: Counter[int] = Counter()
        for line in self.lines:
            gross[line.tax_rate_bps] += line.total
            tax[line.tax_rate_bps] += line.tax
        for charge in self.charges:
            gross[charge.tax_rate_bps] += charge.amount
            tax[charge.tax_rate_bps] += charge.tax
        return [{"rate_bps": r, "net": money(gross[r] - tax[r]), "tax": money(tax[r])} for r in sorted(gross)]


@dataclass(frozen=True, slots=True)
class Agreed:
    """The prices that a quote has promised: of each line its product's and its options', and what comes on top."""

    lines: Sequence[tuple[int, Mapping[UUID, int]]]
    charges: tuple[Charge, ...]


def price_order(
    *, branch: Branch, lines: Sequence[WantedLine], method: str, zone: Zone | None, agreed: Agreed | None = None
) -> tuple[PricedOrder, list[Refusal]]:
    """The lines that the branch sells as asked for, at its prices or the agreed ones, and what is wrong with the rest:
    ItemUnknown, OptionsInvalid, BelowMinimum. `zone` is where a courier brings it.
    """
    unknown = [
        {"index": index, "product_id": str(line.product_id)}
        for index, line in enumerate(lines)
        if line.product_id not in branch.products
    ]
    faults = [
        {"index": index, "product_id": str(line.product_id), **fault}
        for index, line in enumerate(lines)
        if line.product_id in branch.products
        for fault in find_option_faults(branch.products[line.product_id], line.option_ids)
    ]
    wrong = {fault["index"] for fault in (*unknown, *faults)}
    priced = PricedOrder(
        lines=tuple(
            price_line(index, branch.products[line.product_id], line, method, agreed)
            for index, line in enumerate(lines)
            if index not in wrong
        ),
        charges=agreed.charges if agreed else charges_for(branch, zone),
    )
    refusals: list[Refusal] = [ItemUnknown(items=unknown)] if unknown else []
    refusals += [OptionsInvalid(items=faults)] if faults else []
    if zone is not None and priced.items_total < zone.minimum and not wrong and agreed is None:
        lacking = money(zone.minimum - priced.items_total)
        refusals.append(
            BelowMinimum(minimum=money(zone.minimum), items_total=money(priced.items_total), lacking=lacking)
        )
    return priced, refusals


def find_option_faults(product: Product, option_ids: tuple[UUID, ...]) -> list[dict[str, Any]]:
    """Why these options cannot be chosen together for the product; empty when they can."""
    chosen = Counter(option_ids)
    known = {option.id for group in product.groups for option in group.options}
    faults: list[dict[str, Any]] = [
        {"option_id": str(option_id)} for option_id, times in chosen.items() if option_id not in known or times > 1
    ]
    for group in product.groups:
        count = sum(1 for option in group.options if option.id in chosen)
        if not group.min <= count <= group.max:
            faults.append({"group_id": str(group.id), "min": group.min, "max": group.max, "chosen": count})
    return faults


def price_line(index: int, product: Product, line: WantedLine, method: str, agreed: Agreed | None = None) -> PricedLine:
    """One line whose options fit."""
    chosen = set(line.option_ids)
    options = tuple(option for group in product.groups for option in group.options if option.id in chosen)
    price = product.price
    if agreed is not None:
        price, prices = agreed.lines[index]
        options = tuple(replace(option, price=prices[option.id]) for option in options)
    unit_price = price + sum(option.price for option in options)
    total = unit_price * line.quantity
    rate = product.pickup_bps if method == DeliveryMethod.PICKUP else product.courier_bps
    return PricedLine(
        index=index,
        product=product,
        options=options,
        quantity=line.quantity,
        note=line.note,
        unit_price=unit_price,
        total=total,
        tax_rate_bps=rate,
        tax=included_tax(total, rate),
    )


def charges_for(branch: Branch, zone: Zone | None) -> tuple[Charge, ...]:
    """What comes on top: the zone's fee when a courier brings it. Named in the deployment's language."""
    if zone is None or zone.fee == 0:
        return ()
    with translation.override(settings.LANGUAGE_CODE):
        name = gettext("Delivery")
    tax = included_tax(zone.fee, branch.delivery_tax_bps)
    return (Charge(OrderCharge.Kind.DELIVERY, name, zone.fee, branch.delivery_tax_bps, tax),)


def find_stopped(priced: PricedOrder, stopped: frozenset[UUID]) -> list[dict[str, Any]]:
    """The lines, or their options, that the branch has stopped selling for now, as ItemUnavailable names them."""
    items: list[dict[str, Any]] = []
    for line in priced.lines:
        about = {"index": line.index, "product_id": str(line.product.id)}
        if not is_product_available(line.product, stopped, None):
            items.append({**about, "option_id": None})
        chosen = [option for option in line.options if not is_option_available(option, stopped, None)]
        items += [{**about, "option_id": str(option.id)} for option in chosen]
    return items


def lines_lacking(priced: PricedOrder, lacking: Iterable[UUID], free: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """The lines that take an ingredient of which there is too little, each with how many of it alone could be had.

    Lines that share the ingredient are all named: the client decides which of them to reduce.
    """
    short = set(lacking)
    found = []
    for line in priced.lines:
        needs: dict[UUID, int] = defaultdict(int)
        for recipe in (line.product.recipe, *(option.recipe for option in line.options)):
            for ingredient_id, quantity in recipe:
                needs[ingredient_id] += quantity
        if short & needs.keys():
            left = min(max(0, free.get(ingredient_id, 0)) // needs[ingredient_id] for ingredient_id in needs)
            found.append(
                {"index": line.index, "product_id": str(line.product.id), "quantity": line.quantity, "left": left}
            )
    return found


def describe_totals(priced: PricedOrder) -> dict[str, Any]:
    """The sums as the API gives them."""
    return {
        "items": money(priced.items_total),
        "delivery": money(priced.delivery),
        "charges": [{"kind": c.kind, "name": c.name, "amount": money(c.amount)} for c in priced.charges],
        "total": money(priced.total),
        "tax": priced.tax,
        "owed": money(priced.total),
    }
