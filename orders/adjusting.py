"""Lowering what an order owes: an item is removed from it, or goodwill given.

`owed = total + Σ adjustments`. What is held above that goes back by `payments`, which finds such orders by itself.
"""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from catalog import stock
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.money import money
from customerbackend.statements import in_transaction
from notifications.messages import write_messages
from orders.accepting import describe_order
from orders.events import write_event
from orders.lifecycle import Actor, ReasonRequired, lock_order
from orders.models import Order, OrderAdjustment, OrderEvent, OrderLine, PaymentState
from orders.paying import go_on, show_payment
from orders.statuses import IN_QUEUE, PROCESSING, Status
from orders.telling import (
    compose_adjusted_for_courier,
    compose_for,
    compose_for_customer,
    is_given_back,
    stop_asking_to_rate,
)

Kind = OrderAdjustment.Kind

BEFORE_COOKING = (Status.WAITING_FOR_PAYMENT, Status.SCHEDULED, *PROCESSING)
IN_KITCHEN = (*IN_QUEUE, Status.READY)


class OrderNotAdjustable(Refusal):
    """`order_status` is the status that holds."""

    status_code = 409
    default_code = "order_not_adjustable"
    title = _("The order cannot be adjusted")
    default_detail = _("The order is cancelled, so nothing is owed for it.")


class AmountNotPossible(Refusal):
    """`owed` is money: no more can be let off."""

    status_code = 422
    default_code = "amount_not_possible"
    title = _("The amount is not possible")
    default_detail = _("The amount is more than zero, and at most what is still owed.")


class QuantityNotPossible(Refusal):
    """`quantity_left`: no more can be removed."""

    status_code = 422
    default_code = "quantity_not_possible"
    title = _("The quantity is not possible")
    default_detail = _("The quantity is more than zero, and at most what is left of the line.")


@in_transaction
def remove_item(
    *, order_id: UUID, line_id: UUID, quantity: int, actor: Actor, reason: str, adjustment_id: UUID | None = None
) -> Order:
    """Take so many of a line out of the order: they are not owed, and before cooking starts not set aside any more.

    Lowers `owed` by their price, at most to zero; where nothing is left to lower there is no row of an adjustment. An
    order of which nothing is left stays as it is: staff cancel it. With the id of an adjustment that has been made,
    nothing happens. Raises NotFound, ReasonRequired, OrderNotAdjustable, QuantityNotPossible. Locks the order, then
    stock rows in id order.
    """
    order = lock_order(order_id)
    line = order.lines.filter(id=line_id).first()
    if line is None:
        raise NotFound()
    if is_made(adjustment_id):
        return order
    check_adjustable(order, reason)
    if not 0 < quantity <= line.quantity_left:
        raise QuantityNotPossible(quantity_left=line.quantity_left)
    now = timezone.now()
    note_removed(order, line, quantity)
    if order.status in BEFORE_COOKING and line.demand is not None:
        give_back_stock(order, line.demand, quantity, actor, now)
    order.save(update_fields=["items", "demand"])
    amount = min(line.unit_price * quantity, order.owed)
    lower_owed(order, Kind.ITEM_REMOVED, amount, actor, reason, now, adjustment_id)
    if order.status in IN_KITCHEN:
        tell_kitchen(order, now)
    return order


@in_transaction
def give_goodwill(
    *, order_id: UUID, amount: int, actor: Actor, reason: str, adjustment_id: UUID | None = None
) -> Order:
    """Let the customer off `amount` (minor units) of what is owed; for an undelivered order it is noted as for that.

    An order that waited to be paid goes on when nothing is left to be paid. With the id of an adjustment that has been
    made, nothing happens. Raises NotFound, ReasonRequired, OrderNotAdjustable, AmountNotPossible. Locks the order.
    """
    order = lock_order(order_id)
    if is_made(adjustment_id):
        return order
    check_adjustable(order, reason)
    if not 0 < amount <= order.owed:
        raise AmountNotPossible(owed=money(order.owed))
    kind = Kind.UNDELIVERED if order.status == Status.UNDELIVERED else Kind.GOODWILL
    lower_owed(order, kind, amount, actor, reason, timezone.now(), adjustment_id)
    if order.status == Status.WAITING_FOR_PAYMENT and order.owed <= order.amount_held:
        show_payment(order, PaymentState.PAID)
        return go_on(order)
    return order


def is_made(adjustment_id: UUID | None) -> bool:
    """Whether the adjustment has been made before: the same form, sent twice."""
    return adjustment_id is not None and OrderAdjustment.objects.filter(id=adjustment_id).exists()


def check_adjustable(order: Order, reason: str) -> None:
    """Raise ReasonRequired without a reason, OrderNotAdjustable for a cancelled order."""
    if not reason.strip():
        raise ReasonRequired(_("Say why less is owed."))
    if order.status == Status.CANCELLED:
        raise OrderNotAdjustable(order_status=order.status)


def note_removed(order: Order, line: OrderLine, quantity: int) -> None:
    """Write on the line that so many more were removed, and note it on the order's copy."""
    line.quantity_removed += quantity
    line.save(update_fields=["quantity_removed"])
    for item in order.items:
        if item["id"] == str(line.id):
            item["quantity_removed"] = line.quantity_removed


def give_back_stock(order: Order, of_one: dict[str, int], quantity: int, actor: Actor, now: datetime) -> None:
    """Note that the order demands so much less (`of_one` times quantity), and give back what is set aside of it.

    For an order for later nothing is yet. Locks stock rows in id order.
    """
    removed = {ingredient: thousandths * quantity for ingredient, thousandths in of_one.items()}
    left = {ingredient: demanded - removed.get(ingredient, 0) for ingredient, demanded in order.demand.items()}
    order.demand = {ingredient: demanded for ingredient, demanded in left.items() if demanded > 0}
    by_ingredient = {UUID(ingredient): thousandths for ingredient, thousandths in removed.items()}
    stock.give_back(holder_id=order.id, quantities=by_ingredient, at=now, actor=actor.name)


def lower_owed(
    order: Order, kind: str, amount: int, actor: Actor, reason: str, now: datetime, adjustment_id: UUID | None
) -> None:
    """Write the adjustment and what is owed now; tell the customer, and the courier who takes the money."""
    if amount:
        OrderAdjustment.objects.create(
            id=adjustment_id or new_id(),
            order=order,
            kind=kind,
            amount=-amount,
            reason=reason,
            actor_kind=actor.kind,
            actor=actor.name,
            at=now,
        )
    order.owed -= amount
    order.version += 1
    order.save(update_fields=["owed", "version"])
    write_event(order.id, OrderEvent.Type.ADJUSTED, at=now)
    data = {"kind": kind, "amount": money(-amount), "owed": money(order.owed)}
    write_messages(compose_for_customer(order, "order_adjusted", now, data), *compose_adjusted_for_courier(order, now))
    if is_given_back(order):
        stop_asking_to_rate(order.id)


def tell_kitchen(order: Order, now: datetime) -> None:
    """Tell those who cook the lines as they are now."""
    write_messages(compose_for("kitchen", order, "order_adjusted", now, {"lines": describe_order(order).lines}))
