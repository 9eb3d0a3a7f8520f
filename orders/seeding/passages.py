"""Passages of orders into their statuses, as columns' values: there are few different ones, each written once."""

from dataclasses import dataclass
from functools import cache

from orders.models import OrderAdjustment, OrderEvent, PaymentState, StatusLogEntry
from orders.seeding.copying import CopiedTable, write_text
from orders.statuses import TIMESTAMPS, CancellationReason, Status, UndeliveredReason, visible

ActorKind = StatusLogEntry.ActorKind
Kind = OrderAdjustment.Kind

LOG = CopiedTable(StatusLogEntry, ("id", "order_id", "actor", "happened_at", "recorded_at"))
EVENTS = CopiedTable(
    OrderEvent, ("id", "customer_id", "number", "order_id", "at", "owed", "delivered_from", "delivered_to")
)
ADJUSTMENTS = CopiedTable(OrderAdjustment, ("id", "order_id", "actor", "amount", "at"))

ADJUSTED = EVENTS.common({"type": OrderEvent.Type.ADJUSTED, "payment_state": PaymentState.DUE_ON_DELIVERY})


@dataclass(frozen=True, slots=True)
class Passage:
    """Into a status, by whom and why. `actor` is None where it is the customer, `event` where they see nothing of it.

    `column` is the order's that holds the moment.
    """

    status: bytes
    payment_state: bytes
    column: str
    actor: bytes | None
    log: bytes
    event: bytes | None


@cache
def passage(status: Status, kind: ActorKind, actor: str | None = None, reason: str = "") -> Passage:
    """The one passage of this kind."""
    is_first = status == Status.ACCEPTED
    is_visible = is_first or visible(status) == status.value
    state = PaymentState.CANCELLED if status == Status.CANCELLED else PaymentState.DUE_ON_DELIVERY
    log = {"status": status.value, "is_visible": is_visible, "actor_kind": kind.value, "reason": reason}
    event = {
        "type": OrderEvent.Type.PLACED if is_first else OrderEvent.Type.STATUS_CHANGED,
        "status": visible(status),
        "payment_state": state,
    }
    return Passage(
        status=write_text(status.value),
        payment_state=write_text(state.value),
        column=TIMESTAMPS[status],
        actor=None if actor is None else write_text(actor),
        log=LOG.common(log),
        event=EVENTS.common(event) if is_visible else None,
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why less is owed, and who said so; `actor` is None where it is the customer."""

    actor: bytes | None
    common: bytes


def why_less(kind: Kind, actor_kind: ActorKind, actor: str | None, reason: str) -> Reason:
    """What adjustments of one kind have in common."""
    common = ADJUSTMENTS.common({"kind": kind.value, "reason": reason, "actor_kind": actor_kind.value})
    return Reason(None if actor is None else write_text(actor), common)


PLACED = passage(Status.ACCEPTED, ActorKind.CUSTOMER)
RESTOCKING = passage(Status.RESTOCKING, ActorKind.SERVICE, "warehouse")
PICKING = passage(Status.PICKING, ActorKind.SERVICE, "warehouse")
COOKING = passage(Status.COOKING, ActorKind.SERVICE, "kitchen")
READY = passage(Status.READY, ActorKind.SERVICE, "kitchen")
IN_DELIVERY = passage(Status.IN_DELIVERY, ActorKind.SERVICE, "courier")
DELIVERED = passage(Status.DELIVERED, ActorKind.SERVICE, "courier")
HANDED_OUT = passage(Status.DELIVERED, ActorKind.STAFF, "counter")

CANCELLATIONS = [
    *(
        (passage(Status.CANCELLED, ActorKind.CUSTOMER, None, reason),
         why_less(Kind.CANCELLED, ActorKind.CUSTOMER, None, reason))
        for reason in CancellationReason.values
    ),
    (passage(Status.CANCELLED, ActorKind.STAFF, "counter", "Sold out"),
     why_less(Kind.CANCELLED, ActorKind.STAFF, "counter", "Sold out")),
]  # fmt: skip
NOT_DELIVERED = [
    passage(Status.UNDELIVERED, ActorKind.SERVICE, "courier", reason) for reason in UndeliveredReason.values
]
NOT_OWED = why_less(Kind.UNDELIVERED, ActorKind.STAFF, "counter", "It was not delivered")
APOLOGY = why_less(Kind.GOODWILL, ActorKind.STAFF, "counter", "We are sorry that it came cold")
MISSING = why_less(Kind.ITEM_REMOVED, ActorKind.STAFF, "kitchen", "Sold out")
