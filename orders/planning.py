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
from orders.pricing import PricedOrder, WantedLine, check_stop_list, describe_totals, price_order


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
    """An order as the client asks for it."""

    lines: Sequence[WantedLine]
    delivery: Delivery
    payment_method: str
    expected_total: int
    change_from: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """What placing must know of the customer."""

    id: UUID
    language: str
    name: str
    phone: str | None
    allergens: Sequence[str] = ()


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
    *, wish: Wish, customer: Customer, catalog: Catalog, states: Mapping[UUID, Conditions], now: datetime
) -> Plan:
    """Everything about a wish that can be judged without stock. Pure.

    Raises, what could never work first: PaymentNotPossible, RequestedTimeInvalid, BranchUnknown, OutsideDeliveryZone,
    LocationRequired, ItemUnknown, OptionsInvalid, BelowMinimum, ChangeFromTooLow; then what is so at the moment:
    BranchClosed, BranchPaused, ItemUnavailable, TotalChanged.
    """
    delivery = wish.delivery
    if wish.payment_method not in settings.PAYMENT_METHODS:
        raise PaymentNotPossible(payment_methods=settings.PAYMENT_METHODS)
    if delivery.requested_at is not None:
        check_requested_time(delivery.requested_at, now)
    branch, zone = choose_branch(
        catalog=catalog,
        delivery=delivery,
        states=states,
        cooking_seconds=lambda branch: cooking_seconds_at(branch, wish.lines),
        now=now,
    )
    priced = price_order(branch=branch, lines=wish.lines, method=delivery.method, zone=zone)
    if wish.payment_method not in AT_THE_DOOR and priced.total % payable_step(settings.CURRENCY):
        raise PaymentNotPossible(payment_methods=[it for it in settings.PAYMENT_METHODS if it in AT_THE_DOOR])
    if wish.change_from is not None and wish.change_from < priced.total:
        raise ChangeFromTooLow(total=money(priced.total))
    conditions = states.get(branch.id, CALM)
    cooking = cooking_seconds_at(branch, wish.lines)
    until = waits_until(delivery, branch, zone, cooking, now)
    check_open(branch=branch, conditions=conditions, now=now, waits_until=until)
    if until is None:
        check_stop_list(priced, conditions.stopped)
    if wish.expected_total != priced.total:
        raise TotalChanged(total=money(priced.total), totals=describe_totals(priced))
    return Plan(
        order_id=new_id(),
        now=now,
        customer=customer,
        wish=wish,
        catalog=catalog,
        branch=branch,
        zone=zone,
        conditions=conditions,
        priced=priced,
        cooking_seconds=cooking,
        is_for_later=until is not None,
    )


def cooking_seconds_at(branch: Branch, lines: Sequence[WantedLine]) -> int:
    """How long these lines cook, as far as the branch sells them."""
    sold = branch.products
    return cooking_seconds((sold[it.product_id].cooking_seconds, it.quantity) for it in lines if it.product_id in sold)
