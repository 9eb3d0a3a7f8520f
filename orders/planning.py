"""Planning: whether an order can be placed as asked, at which branch and for how much, as far as that can be said
without looking at stock. Pure functions over the catalog's value and the conditions of the minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.conditions import CALM, Conditions
from catalog.value import Branch, Catalog, Zone
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.money import money, payable_step
from orders.delivering import Delivery, check_open, check_requested_time, choose_branch, waits_until
from orders.estimates import cooking_seconds
from orders.models import AT_THE_DOOR
from orders.pricing import (
    Agreed,
    ItemUnavailable,
    PricedOrder,
    WantedLine,
    describe_totals,
    find_stopped,
    price_order,
)


class PaymentNotPossible(Refusal):
    """`payment_methods`: what is possible."""

    status_code = 422
    default_code = "payment_not_possible"
    title = _("This way of paying is not possible")
    default_detail = _("Choose another way of paying.")


class UnpaidOrderExists(Refusal):
    """`order_id` is the one that waits for payment."""

    status_code = 409
    default_code = "unpaid_order_exists"
    title = _("Another order waits for payment")
    default_detail = _("Pay the order that waits for payment, or cancel it, before you place another one.")


class ChangeFromTooLow(Refusal):
    """`total` is what has to be paid."""

    status_code = 422
    default_code = "change_from_too_low"
    title = _("Not enough to pay with")
    default_detail = _("What you want change from is less than the total.")


class TotalChanged(Refusal):
    """`total` is the right one, `totals` what it is made of."""

    status_code = 409
    default_code = "total_changed"
    title = _("The total has changed")
    default_detail = _("The order costs something else than you expected. Look at the new total and confirm.")


@dataclass(frozen=True, slots=True)
class Wish:
    """An order as the client asks for it. `quote` is the text of one that it relies on."""

    lines: Sequence[WantedLine]
    delivery: Delivery
    payment_method: str
    expected_total: int | None
    change_from: int | None = None
    comment: str = ""
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """What placing must know of the customer."""

    id: UUID
    language: str
    name: str
    phone: str | None
    allergens: Sequence[str] = ()


NOTHING = PricedOrder((), ())


@dataclass(frozen=True, slots=True)
class Assessment:
    """What can be said of a wish without looking at stock, and without anybody to pay for it.

    `priced` holds the lines that can be had as asked for; `refusals` is what stands against the whole, what could never
    work first. Without a branch nothing more is known.
    """

    refusals: list[Refusal]
    branch: Branch | None = None
    zone: Zone | None = None
    conditions: Conditions = CALM
    priced: PricedOrder = NOTHING
    cooking_seconds: int = 0
    waits_until: datetime | None = None

    @property
    def travel_seconds(self) -> int | None:
        return None if self.zone is None else self.zone.travel_seconds


def assess(
    *,
    lines: Sequence[WantedLine],
    delivery: Delivery,
    catalog: Catalog,
    states: Mapping[UUID, Conditions],
    now: datetime,
    agreed: Agreed | None = None,
) -> Assessment:
    """Judge a basket and where it is to go; the one judgement that quotes and orders are made by. Pure.

    Refusals of it: RequestedTimeInvalid, BranchUnknown, OutsideDeliveryZone, LocationRequired, ItemUnknown,
    OptionsInvalid, BelowMinimum; and, what is so at the moment, BranchClosed, BranchPaused, ItemUnavailable.
    """
    try:
        if delivery.requested_at is not None:
            check_requested_time(delivery.requested_at, now)
        branch, zone = choose_branch(
            catalog=catalog,
            delivery=delivery,
            states=states,
            cooking_seconds=lambda branch: cooking_seconds_at(branch, lines),
            now=now,
        )
    except Refusal as refusal:
        return Assessment([refusal])
    priced, refusals = price_order(branch=branch, lines=lines, method=delivery.method, zone=zone, agreed=agreed)
    conditions = states.get(branch.id, CALM)
    cooking = cooking_seconds_at(branch, lines)
    until = waits_until(delivery, branch, zone, cooking, now)
    try:
        check_open(branch=branch, conditions=conditions, now=now, waits_until=until)
    except Refusal as refusal:
        refusals.append(refusal)
    if until is None and (stopped := find_stopped(priced, conditions.stopped)):
        refusals.append(ItemUnavailable(items=stopped))
    return Assessment(refusals, branch, zone, conditions, priced, cooking, until)


@dataclass(frozen=True, slots=True)
class Plan:
    """A wish that has been found possible, before stock and slots are looked at."""

    order_id: UUID
    now: datetime
    customer: Customer
    wish: Wish
    catalog: Catalog
    branch: Branch
    zone: Zone | None
    conditions: Conditions
    priced: PricedOrder
    cooking_seconds: int
    is_for_later: bool

    @property
    def travel_seconds(self) -> int | None:
        return None if self.zone is None else self.zone.travel_seconds

    @property
    def waits_for_payment(self) -> bool:
        """Whether it goes on only when it has been paid in the app."""
        return self.wish.payment_method not in AT_THE_DOOR and self.priced.total > 0


def plan_order(
    *,
    wish: Wish,
    customer: Customer,
    catalog: Catalog,
    states: Mapping[UUID, Conditions],
    now: datetime,
    agreed: Agreed | None = None,
) -> Plan:
    """Everything about a wish that can be judged without stock. Pure.

    Raises, what could never work first: PaymentNotPossible, the 422 of `assess`, ChangeFromTooLow; then what is so at
    the moment: the 409 of `assess`, TotalChanged.
    """
    if wish.payment_method not in settings.PAYMENT_METHODS:
        raise PaymentNotPossible(payment_methods=settings.PAYMENT_METHODS)
    found = assess(lines=wish.lines, delivery=wish.delivery, catalog=catalog, states=states, now=now, agreed=agreed)
    never = [refusal for refusal in found.refusals if refusal.status_code == 422]
    if never:
        raise never[0]
    assert found.branch is not None
    total = found.priced.total
    if wish.payment_method not in AT_THE_DOOR and total % payable_step(settings.CURRENCY):
        raise PaymentNotPossible(payment_methods=[it for it in settings.PAYMENT_METHODS if it in AT_THE_DOOR])
    if wish.change_from is not None and wish.change_from < total:
        raise ChangeFromTooLow(total=money(total))
    if found.refusals:
        raise found.refusals[0]
    if wish.expected_total is not None and wish.expected_total != total:
        raise TotalChanged(total=money(total), totals=describe_totals(found.priced))
    return Plan(
        order_id=new_id(),
        now=now,
        customer=customer,
        wish=wish,
        catalog=catalog,
        branch=found.branch,
        zone=found.zone,
        conditions=found.conditions,
        priced=found.priced,
        cooking_seconds=found.cooking_seconds,
        is_for_later=found.waits_until is not None,
    )


def cooking_seconds_at(branch: Branch, lines: Sequence[WantedLine]) -> int:
    """How long these lines cook, as far as the branch sells them."""
    sold = branch.products
    return cooking_seconds((sold[it.product_id].cooking_seconds, it.quantity) for it in lines if it.product_id in sold)
