"""The statuses of an order: which there are, what a customer sees of them, and which may follow which. Pure."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Every status, the two internal ones included."""

    WAITING_FOR_PAYMENT = "waiting_for_payment", _("waiting for payment")
    SCHEDULED = "scheduled", _("scheduled")
    ACCEPTED = "accepted", _("accepted")
    RESTOCKING = "restocking", _("store to warehouse")
    PICKING = "picking", _("warehouse has started")
    COOKING = "cooking", _("cooking")
    READY = "ready", _("ready")
    IN_DELIVERY = "in_delivery", _("in delivery")
    DELIVERED = "delivered", _("delivered")
    UNDELIVERED = "undelivered", _("not delivered")
    CANCELLED = "cancelled", _("cancelled")


class VisibleStatus(models.TextChoices):
    """What a customer sees."""

    WAITING_FOR_PAYMENT = "waiting_for_payment", _("waiting for payment")
    SCHEDULED = "scheduled", _("scheduled")
    PROCESSING = "processing", _("processing")
    COOKING = "cooking", _("cooking")
    READY = "ready", _("ready")
    IN_DELIVERY = "in_delivery", _("in delivery")
    DELIVERED = "delivered", _("delivered")
    UNDELIVERED = "undelivered", _("not delivered")
    CANCELLED = "cancelled", _("cancelled")


# What the systems of kitchen, warehouse and couriers report.
REPORTABLE = (
    Status.RESTOCKING, Status.PICKING, Status.COOKING, Status.READY, Status.IN_DELIVERY, Status.DELIVERED,
    Status.UNDELIVERED,
)  # fmt: skip
PROCESSING = (Status.ACCEPTED, Status.RESTOCKING, Status.PICKING)
CLOSED = (Status.DELIVERED, Status.UNDELIVERED, Status.CANCELLED)
CURRENT = tuple(status for status in Status if status not in CLOSED)
# Released and not yet cooked: their work fills the kitchen's queue.
IN_QUEUE = (*PROCESSING, Status.COOKING)
CUSTOMER_MAY_CANCEL = (Status.WAITING_FOR_PAYMENT, Status.SCHEDULED, Status.ACCEPTED)


def visible(status: str) -> str:
    """What the customer sees of a status."""
    return VisibleStatus.PROCESSING.value if status in PROCESSING else str(status)


def statuses_seen_as(visible_status: str) -> list[str]:
    """The statuses that a customer sees as this one."""
    return [status.value for status in Status if visible(status) == visible_status]


def sql_visible(column: str) -> str:
    """SQL expression of `visible`."""
    internal = ", ".join(f"'{status.value}'" for status in PROCESSING)
    return f"CASE WHEN {column} IN ({internal}) THEN '{VisibleStatus.PROCESSING.value}' ELSE {column} END"


class Step(Enum):
    """How an order may go from one status to another."""

    FREE = "anybody whose work it is"
    WITH_REASON = "staff only, with a reason"
    CORRECTION = "correction of a wrong tap: staff only, with a reason"


F, R, C = Step.FREE, Step.WITH_REASON, Step.CORRECTION

TRANSITIONS: dict[Status, dict[Status, Step]] = {
    Status.WAITING_FOR_PAYMENT: {Status.SCHEDULED: F, Status.ACCEPTED: F, Status.CANCELLED: F},
    Status.SCHEDULED: {Status.ACCEPTED: F, Status.CANCELLED: F},
    Status.ACCEPTED: {Status.RESTOCKING: F, Status.PICKING: F, Status.COOKING: F, Status.CANCELLED: F},
    Status.RESTOCKING: {Status.PICKING: F, Status.CANCELLED: R},
    Status.PICKING: {Status.COOKING: F, Status.CANCELLED: R},
    Status.COOKING: {Status.READY: F, Status.CANCELLED: R},
    Status.READY: {
        Status.IN_DELIVERY: F,
        Status.DELIVERED: F,
        Status.UNDELIVERED: F,
        Status.CANCELLED: R,
        Status.COOKING: C,
    },
    Status.IN_DELIVERY: {Status.DELIVERED: F, Status.UNDELIVERED: F, Status.READY: C},
    Status.DELIVERED: {Status.IN_DELIVERY: C},
    Status.UNDELIVERED: {},
    Status.CANCELLED: {},
}

# The column that holds when the order last came into a status. Coming back by a correction does not set it anew.
TIMESTAMPS: dict[Status, str] = {
    Status.WAITING_FOR_PAYMENT: "placed_at",
    Status.SCHEDULED: "placed_at",
    Status.ACCEPTED: "accepted_at",
    Status.RESTOCKING: "restocking_started_at",
    Status.PICKING: "picking_started_at",
    Status.COOKING: "cooking_started_at",
    Status.READY: "cooked_at",
    Status.IN_DELIVERY: "delivery_started_at",
    Status.DELIVERED: "delivered_at",
    Status.UNDELIVERED: "closed_at",
    Status.CANCELLED: "cancelled_at",
}


class UndeliveredReason(models.TextChoices):
    CUSTOMER_ABSENT = "customer_absent", _("customer absent")
    REFUSED = "refused", _("refused at the door")
    WRONG_ADDRESS = "wrong_address", _("wrong address")
    AGE_CHECK = "age_check", _("age could not be shown")
    COURIER = "courier", _("courier could not deliver")


class CancellationReason(models.TextChoices):
    """Why a customer cancels."""

    CHANGED_MIND = "changed_mind", _("changed my mind")
    TOO_SLOW = "too_slow", _("takes too long")
    BY_MISTAKE = "by_mistake", _("ordered by mistake")
    OTHER = "other", _("other")
