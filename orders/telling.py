"""What customers, those who work on an order, and couriers are told of it as it goes on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from customerbackend.money import money
from customerbackend.times import rfc3339, rfc3339_or_none
from notifications.messages import compose_message, withdraw_messages
from orders.models import AT_THE_DOOR, Order
from orders.statuses import CURRENT, Status, Step, visible

LATE = timedelta(minutes=10)
RATE_AFTER = timedelta(hours=1)


def about(order: Order) -> dict[str, Any]:
    """What every message about the order says."""
    return {"order_id": str(order.id), "number": order.number}


def compose_status_message(
    *, order_id: UUID, number: str, customer_id: UUID, language: str, delivery_method: str, status: Status, at: datetime
) -> dict[str, Any]:
    """What the customer is told of a visible change of status."""
    return compose_message(
        kind="order_status",
        recipient_kind="customer",
        recipient_id=customer_id,
        subject_id=order_id,
        language=language,
        at=at,
        data={
            "order_id": str(order_id),
            "number": number,
            "status": visible(status),
            "delivery_method": delivery_method,
        },
    )


def compose_for_customer(
    order: Order, kind: str, at: datetime, data: dict[str, Any], due_at: datetime | None = None
) -> dict[str, Any]:
    """A message to the customer about the order; one that is due later is told once."""
    return compose_message(
        kind=kind, recipient_kind="customer", recipient_id=order.customer_id, subject_id=order.id,
        language=order.customer.language, at=at, due_at=due_at, is_once=due_at is not None,
        data={**about(order), **data},
    )  # fmt: skip


def compose_for(recipient_kind: str, order: Order, kind: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """A message about the order to a service of its branch, or its staff."""
    return compose_message(
        kind=kind, recipient_kind=recipient_kind, recipient_id=order.branch_id, subject_id=order.id, at=at,
        data={**about(order), **data},
    )  # fmt: skip


def compose_move_messages(
    order: Order, *, origin: Status, to: Status, step: Step, reason: str, happened_at: datetime, now: datetime
) -> list[dict[str, Any]]:
    """Whom a move is told to: the customer of what they can see, the courier of what is to be fetched; of a
    cancellation those who work on it, and staff. An hour after delivery the customer is asked to rate it.
    """
    messages = []
    if visible(to) != visible(origin):
        messages.append(
            compose_status_message(
                order_id=order.id,
                number=order.number,
                customer_id=order.customer_id,
                language=order.customer.language,
                delivery_method=order.delivery_method,
                status=to,
                at=now,
            )
        )
    if to == Status.DELIVERED and order.rated_at is None and not is_given_back(order):
        messages.append(compose_for_customer(order, "rate_order", now, {}, due_at=happened_at + RATE_AFTER))
    if not order.is_pickup and step is not Step.CORRECTION:
        messages += compose_for_courier(order, to, now)
    if to == Status.CANCELLED:
        told = [] if origin in (Status.WAITING_FOR_PAYMENT, Status.SCHEDULED) else ["warehouse", "kitchen"]
        told += ["courier"] if origin in (Status.COOKING, Status.READY) and not order.is_pickup else []
        messages += [
            compose_for(recipient, order, "order_cancelled", now, {"reason": reason}) for recipient in (*told, "staff")
        ]
    return messages


def compose_for_courier(order: Order, to: Status, now: datetime) -> list[dict[str, Any]]:
    """What couriers are told: where it goes and when it will be ready, once it is cooking; that it can be fetched."""
    if to == Status.READY:
        return [compose_for("courier", order, "order_ready", now, {})]
    if to != Status.COOKING:
        return []
    data = {
        "ready_at": rfc3339(order.estimated_cooked_at),
        "promised_until": rfc3339(order.estimated_delivered_to),
        "requested_at": rfc3339_or_none(order.requested_at),
        "place": order.place,
        "contact": order.contact,
        "payment_method": order.payment_method,
        "to_collect": describe_to_collect(order),
        "change_from": money(order.change_from) if order.change_from else None,
    }
    return [compose_for("courier", order, "delivery_requested", now, data)]


def compose_adjusted_for_courier(order: Order, now: datetime) -> list[dict[str, Any]]:
    """That other money is to be taken at the door than the courier was told; nothing where none was to be."""
    is_told = order.status in (Status.COOKING, Status.READY, Status.IN_DELIVERY) and not order.is_pickup
    if not is_told or order.payment_method not in AT_THE_DOOR:
        return []
    return [compose_for("courier", order, "order_adjusted", now, {"to_collect": describe_to_collect(order)})]


def describe_to_collect(order: Order) -> dict[str, Any] | None:
    """Money that is to be taken at the door; None where nothing is."""
    amount = order.owed - order.amount_held
    return money(amount) if order.payment_method in AT_THE_DOOR and amount > 0 else None


def compose_late_messages(order: Order, now: datetime) -> list[dict[str, Any]]:
    """That the order comes later than the customer was last told, by more than ten minutes; nothing otherwise.

    Sets `told_delivered_to`, which the caller saves, with the order's lock.
    """
    told = order.told_delivered_to or order.first_delivered_to
    if order.status not in CURRENT or order.estimated_delivered_to - told <= LATE:
        return []
    order.told_delivered_to = order.estimated_delivered_to
    data = {
        "delivered_to": rfc3339(order.estimated_delivered_to),
        "time_zone": order.branch.time_zone,
        "delivery_method": order.delivery_method,
    }
    return [compose_for_customer(order, "order_late", now, data)]


def is_given_back(order: Order) -> bool:
    """Whether the customer was let off all that it cost."""
    return order.owed == 0 < order.total


def stop_asking_to_rate(order_id: UUID) -> None:
    """The customer is not asked to rate the order any more, if they have not been yet. One statement."""
    withdraw_messages(kind="rate_order", subject_id=order_id)
