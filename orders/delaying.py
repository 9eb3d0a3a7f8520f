"""Staff, or a kitchen's system, announce that an order comes later than was said."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal
from customerbackend.statements import in_transaction
from orders.events import write_event
from orders.lifecycle import lock_order
from orders.models import Order, OrderEvent
from orders.reestimating import delay
from orders.statuses import CURRENT

LONGEST_MINUTES = 12 * 60


class OrderNotDelayable(Refusal):
    """`order_status` is the status that holds."""

    status_code = 409
    default_code = "order_not_delayable"
    title = _("The order cannot be delayed")
    default_detail = _("The order has been handed over, or has ended otherwise.")


class DelayNotPossible(Refusal):
    status_code = 422
    default_code = "delay_not_possible"
    title = _("The delay is not possible")
    default_detail = _("An order is delayed by one minute to twelve hours.")


@in_transaction
def delay_order(*, order_id: UUID, minutes: int) -> Order:
    """Move what the order is estimated to take by so many minutes.

    Raises NotFound, DelayNotPossible, OrderNotDelayable. Locks the order.
    """
    return delay_locked(lock_order(order_id), minutes=minutes)


def delay_locked(order: Order, *, minutes: int) -> Order:
    """The same for an order whose row the caller has locked in the current transaction."""
    if not 0 < minutes <= LONGEST_MINUTES:
        raise DelayNotPossible()
    if order.status not in CURRENT:
        raise OrderNotDelayable(order_status=order.status)
    now = timezone.now()
    changed = delay(order, timedelta(minutes=minutes), now)
    order.version += 1
    order.save(update_fields=[*changed, "version"])
    write_event(order.id, OrderEvent.Type.ESTIMATE_CHANGED, at=now)
    return order
