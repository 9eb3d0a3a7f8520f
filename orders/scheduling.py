"""Orders for later: released to the kitchen when it is time for them."""

import logging
from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from customerbackend.statements import in_transaction, is_connection_dead
from orders.accepting import accept_released
from orders.lifecycle import (
    SYSTEM,
    Actor,
    ActorKind,
    MoveNotAllowed,
    lock_order,
    move_order,
    possible_statuses,
)
from orders.models import Order
from orders.statuses import Status

logger = logging.getLogger("customerbackend.scheduling")


def release_due_orders() -> Iterator[Order]:
    """Release every scheduled order whose time has come, each in a transaction of its own; those that were released.

    One that cannot be released now is logged and does not keep the others waiting; the next turn tries it again.
    """
    due = Order.objects.filter(status=Status.SCHEDULED, release_at__lte=timezone.now()).order_by("release_at", "id")
    for order_id in list(due.values_list("id", flat=True)):
        try:
            order = release_order(order_id=order_id)
        except Exception as fault:
            logger.error("order not released", exc_info=fault, extra={"order_id": str(order_id)})
            if is_connection_dead():
                raise
            continue
        if order is not None:
            yield order


@in_transaction
def release_order(*, order_id: UUID, actor: Actor = SYSTEM) -> Order | None:
    """Preprocess a scheduled order and hand it to the kitchen; None when it is no longer scheduled.

    Locks the order, then stock rows in id order.
    """
    order = lock_order(order_id)
    if order.status != Status.SCHEDULED:
        return None
    return accept_released(order, actor=actor)


def move_by_staff(*, order: Order, to: Status, name: str, reason: str = "") -> Order:
    """Move the order as the member of staff (or command) of this name. One for later is accepted by being released, so
    that the kitchen learns of it; nothing else is accepted by hand.

    Raises what `move_order` does. Locks the order, then stock rows in id order.
    """
    actor = Actor(ActorKind.STAFF, name)
    if to != Status.ACCEPTED:
        return move_order(order_id=order.id, to=to, actor=actor, reason=reason)
    released = release_order(order_id=order.id, actor=actor)
    if released is None:
        order.refresh_from_db(fields=["status"])
        raise MoveNotAllowed(order_status=order.status, allowed=possible_statuses(order))
    return released
