"""What is ordered. People order alike, so each branch and zone has some hundred baskets, the first ones often.

A basket is priced and composed once, by the functions that placing uses, and kept as the columns' values that all of
its orders have in common.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from catalog.conditions import CALM
from catalog.value import Branch, Catalog, OptionGroup, Product, Zone
from orders.composing import compose_charge, compose_line, compose_order, describe_line, describe_subject
from orders.delivering import Delivery
from orders.estimates import Forecast, Queue, describe_forecast, forecast, forecast_onward
from orders.models import DeliveryMethod, Estimate, OrderCharge, OrderLine
from orders.models import Order as OrderModel
from orders.planning import Customer, Plan, Wish, cooking_seconds_at
from orders.pricing import PricedOrder, WantedLine, price_order
from orders.seeding.copying import EPOCH, CopiedTable, micros, write_int4
from orders.statuses import Status

ORDERS = CopiedTable(OrderModel, (
    "id", "number", "version", "customer_id", "business_date", "status", "status_changed_at", "payment_method",
    "payment_state", "change_from", "owed", "place", "contact", "comment", "items", "placed_at", "accepted_at",
    "restocking_started_at", "picking_started_at", "cooking_started_at", "cooked_at", "delivery_started_at",
    "delivered_at", "closed_at", "cancelled_at", "estimated_cooked_at", "estimated_delivered_at",
    "estimated_delivered_from", "estimated_delivered_to", "wait_seconds", "first_cooked_at", "first_delivered_to",
))  # fmt: skip
LINES = CopiedTable(OrderLine, ("id", "order_id", "quantity_removed"))
CHARGES = CopiedTable(OrderCharge, ("id", "order_id"))
ESTIMATES = CopiedTable(
    Estimate, ("id", "order_id", "made_at", "cooked_at", "delivered_at", "delivered_from", "delivered_to")
)

POOL = 200
MOST_PRODUCTS = 12
SIZES, SIZES_REACHED = (1, 2, 3, 4, 5), (30, 63, 84, 95, 100)
NOTES = ("No onions, please", "Extra hot", "Cut in pieces", "Dressing apart")
PLACEHOLDER = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Promise:
    """An estimate by how long after it was made (microseconds) everything is to happen, and its row's other columns."""

    cooked: int
    delivered: int
    begin: int
    end: int
    wait_seconds: bytes
    common: bytes

    @classmethod
    def of(cls, made: Forecast, why: Estimate.Why) -> "Promise":
        """What an estimate made at EPOCH says for any other moment."""
        return cls(
            micros(made.cooked_at),
            micros(made.delivered_at),
            micros(made.delivered_from),
            micros(made.delivered_to),
            write_int4(made.wait_seconds),
            ESTIMATES.common(describe_forecast(made, why)),
        )


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line; its copy on the order is `head`, the line's id, and a `tail` by how many of it were removed (0 or 1)."""

    common: bytes
    head: str
    tails: tuple[str, str]
    unit_price: int


@dataclass(frozen=True)
class Basket:
    """Lines and charges with all that is the same for everybody who orders them; amounts in minor units."""

    branch: Branch
    zone: Zone | None
    common: bytes
    lines: tuple[BasketLine, ...]
    charges: tuple[bytes, ...]
    total: int
    cooking_seconds: int
    cooking_promise: Promise
    promises: dict[int, Promise] = field(default_factory=dict)

    @property
    def is_pickup(self) -> bool:
        return self.zone is None

    def promise(self, queue_minutes: int) -> Promise:
        """What is promised when it is placed, while the kitchen has so much to do before."""
        if queue_minutes not in self.promises:
            self.promises[queue_minutes] = self.estimate(queue_minutes)
        return self.promises[queue_minutes]

    def estimate(self, queue_minutes: int) -> Promise:
        work = queue_minutes * 60 * self.branch.cooking_places
        made = forecast(
            now=EPOCH,
            branch=self.branch,
            cooking=self.cooking_seconds,
            queue=Queue(work_seconds=work, open_orders=round(work / max(60, self.cooking_seconds))),
            busy_seconds=0,
            is_lacking=False,
            travel_seconds=None if self.zone is None else self.zone.travel_seconds,
        )
        return Promise.of(made, Estimate.Why.PLACED)


class Baskets:
    """The baskets of a catalog, each made when it is first ordered; the same for the same seed."""

    def __init__(self, catalog: Catalog, seed: int) -> None:
        self.catalog = catalog
        self.seed = seed
        self.made: dict[tuple[UUID, UUID | None, int], Basket] = {}
        self.popular: dict[UUID, tuple[list[Product], list[float]]] = {}

    def choose(self, chance: random.Random, branch: Branch, zone: Zone | None) -> Basket:
        """One of the baskets that are brought there (None: fetched)."""
        number = int(POOL * chance.random() ** 2)
        key = (branch.id, None if zone is None else zone.id, number)
        basket = self.made.get(key)
        if basket is None:
            basket = self.made[key] = self.make(branch, zone, number)
        return basket

    def make(self, branch: Branch, zone: Zone | None, number: int) -> Basket:
        """Fill the basket of this number. One that never reaches the zone's minimum is fetched."""
        chance = random.Random(f"{self.seed} {branch.name} {zone and zone.key} {number}")
        products, weights = self.popularity(branch)
        wanted: list[WantedLine] = []
        size = chance.choices(SIZES, cum_weights=SIZES_REACHED)[0]
        method = DeliveryMethod.PICKUP if zone is None else DeliveryMethod.COURIER
        while len(wanted) < MOST_PRODUCTS:
            product = chance.choices(products, cum_weights=weights)[0]
            if not any(line.product_id == product.id for line in wanted):
                wanted.append(draw_line(chance, product))
            elif len(wanted) == len(products):
                break
            priced, refusals = price_order(branch=branch, lines=wanted, method=method, zone=zone)
            if len(wanted) >= min(size, len(products)) and not refusals:
                return self.compose(branch, zone, wanted, priced)
        return self.make(branch, None, number)

    def popularity(self, branch: Branch) -> tuple[list[Product], list[float]]:
        """What can be ordered at the branch, and how often each product is: a few very often."""
        if branch.id not in self.popular:
            products = sorted(orderable(branch), key=lambda product: product.name)
            random.Random(f"{self.seed} {branch.name}").shuffle(products)
            reached = 0.0
            weights = [reached := reached + 1 / (rank + 3) for rank in range(len(products))]
            self.popular[branch.id] = products, weights
        return self.popular[branch.id]

    def compose(self, branch: Branch, zone: Zone | None, wanted: Sequence[WantedLine], priced: PricedOrder) -> Basket:
        """The basket, as placing would write it."""
        method = DeliveryMethod.PICKUP if zone is None else DeliveryMethod.COURIER
        plan = Plan(
            order_id=PLACEHOLDER,
            now=EPOCH,
            customer=Customer(PLACEHOLDER, "", "", None),
            wish=Wish(wanted, Delivery(method), "cash", None),
            catalog=self.catalog,
            branch=branch,
            zone=zone,
            conditions=CALM,
            priced=priced,
            cooking_seconds=cooking_seconds_at(branch, wanted),
            is_for_later=False,
        )
        made = forecast_onward(
            now=EPOCH,
            queue_seconds=0,
            busy_seconds=0,
            cooking_seconds=plan.cooking_seconds,
            courier_wait_seconds=None if zone is None else branch.courier_wait_seconds,
            travel_seconds=plan.travel_seconds,
            cooking_started_at=EPOCH,
            cooked_at=None,
            picked_up_at=None,
            not_before=None,
            open_orders=0,
        )
        return Basket(
            branch=branch,
            zone=zone,
            common=ORDERS.common(compose_order(plan, describe_subject(plan, ""), Status.ACCEPTED, made)),
            lines=tuple(
                compose_basket_line(compose_line(PLACEHOLDER, position, line))
                for position, line in enumerate(priced.lines)
            ),
            charges=tuple(CHARGES.common(compose_charge(PLACEHOLDER, charge)) for charge in priced.charges),
            total=priced.total,
            cooking_seconds=plan.cooking_seconds,
            cooking_promise=Promise.of(made, Estimate.Why.COOKING),
        )


def orderable(branch: Branch) -> list[Product]:
    """What the branch sells, but for what needs options that there are not."""
    return [
        product
        for product in branch.products.values()
        if all(group.min <= len(group.options) for group in product.groups)
    ]


def draw_line(chance: random.Random, product: Product) -> WantedLine:
    """One or a few portions of it, with the options that it needs and sometimes more."""
    options = [option_id for group in product.groups for option_id in draw_options(chance, group)]
    note = chance.choice(NOTES) if chance.random() < 0.05 else ""
    return WantedLine(product.id, chance.choice((1, 1, 1, 1, 2, 2, 3)), tuple(options), note)


def draw_options(chance: random.Random, group: OptionGroup) -> list[UUID]:
    """As few options of a group as may be, or one more."""
    wanted = min(group.min + (chance.random() < 0.3), group.max, len(group.options))
    return [option.id for option in chance.sample(group.options, wanted)]


def compose_basket_line(row: dict[str, Any]) -> BasketLine:
    """A line from its row; the place of its id is left open."""
    head, tail = describe_as_text({**row, "id": str(PLACEHOLDER)})
    _head, tail_removed = describe_as_text({**row, "id": str(PLACEHOLDER), "quantity_removed": 1})
    return BasketLine(LINES.common(row), head, (tail, tail_removed), row["unit_price"])


def describe_as_text(row: dict[str, Any]) -> tuple[str, str]:
    """The line's copy on the order, before and after its id."""
    head, _id, tail = json.dumps(describe_line(row), ensure_ascii=False).partition(row["id"])
    return head, tail
