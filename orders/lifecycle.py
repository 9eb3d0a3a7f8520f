"""The one writer of an order's status.

Staff in admin, commands, the API and services all come through `move_order`: it takes the row's lock, checks the
table of transitions, and writes status, timestamp, log, stock and messages in one transaction. Locks: the order, then
(payments,) then stock rows in id order.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from catalog import stock
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.statements import Statement, in_transaction, insert_json_sql
from customerbackend.times import rfc3339
from notifications.messages import compose_message, write_messages
from orders.events import insert_event_sql
from orders.models import Order, OrderAdjustment, OrderEvent, PaymentState, StatusLogEntry
from orders.reestimating import reestimate, why_estimate
from orders.statuses import TIMESTAMPS, TRANSITIONS, Status, Step, UndeliveredReason, visible
from orders.telling import compose_status_message

ActorKind = StatusLogEntry.ActorKind


class MoveNotAllowed(Refusal):
    """The table does not have it. `order_status` is the status that holds, `allowed` those that may follow."""

    status_code = 409
    default_code = "move_not_allowed"
    title = _("The order cannot go there")
    default_detail = _("From its present status the order cannot go to that one.")


class ReasonRequired(Refusal):
    status_code = 422
    default_code = "reason_required"
    title = _("A reason is needed")
    default_detail = _("Say why: this step is an exception.")


class StaffOnly(Refusal):
    status_code = 409
    default_code = "staff_only"
    title = _("Only staff can do this")
    default_detail = _("This step is an exception that only staff can make.")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves an order: what kind, and which one (a customer's id, a member of staff, a command)."""

    kind: str
    name: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)

# The row of the log, and, where the customer sees the passage, the event that tells of it.
WRITE_PASSAGE = Statement(
    "write_passage",
    "json, uuid",
    f"""
    WITH entry AS ({insert_json_sql(StatusLogEntry, "$1", many=False)} RETURNING *)
    {
        insert_event_sql(
            "entry JOIN orders_order AS o ON o.id = entry.order_id WHERE entry.is_visible",
            id="$2", type=f"'{OrderEvent.Type.STATUS_CHANGED.value}'", at="entry.happened_at",
        )
    }""",
)  # fmt: skip


@in_transaction
def move_order(*, order_id: UUID, to: Status, actor: Actor, reason: str = "", at: datetime | None = None) -> Order:
    """Bring the order into the status and return it, its row locked until the transaction ends.

    `at` is when it happened, by default now. Raises NotFound, MoveNotAllowed, StaffOnly, ReasonRequired; a programming
    error for `accepted`, which an order becomes by being preprocessed (`orders.scheduling.release_order`).
    """
    if to == Status.ACCEPTED:
        raise ValueError("an order is accepted by being preprocessed")
    return move_locked(lock_order(order_id), to=to, actor=actor, reason=reason, at=at)


def lock_order(order_id: UUID) -> Order:
    """The order, its row locked in the current transaction. Raises NotFound."""
    order = Order.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise NotFound()
    return order


def move_locked(order: Order, *, to: Status, actor: Actor, reason: str = "", at: datetime | None = None) -> Order:
    """The same for an order whose row the caller has locked in the current transaction."""
    origin = Status(order.status)
    step = check_move(order, origin, to, actor, reason)
    now = timezone.now()
    happened_at = min(at or now, now)
    is_visible = visible(to) != visible(origin)
    changed = ["status", "version", TIMESTAMPS[to]]
    order.status = to
    order.version += 1
    if step is Step.CORRECTION:
        setattr(order, TIMESTAMPS[origin], None)  # what was tapped by mistake has not happened; the log keeps it
        changed.append(TIMESTAMPS[origin])
    elif to != Status.SCHEDULED:  # when it was placed stays
        setattr(order, TIMESTAMPS[to], happened_at)
    if is_visible:
        order.status_changed_at = happened_at
        changed.append("status_changed_at")
    changed += apply_consequences(order, origin, to, actor, reason, now)
    why = why_estimate(origin, to)
    changed += reestimate(order, why, now) if why else []
    order.save(update_fields=changed)
    entry = {
        "id": str(new_id()),
        "order_id": str(order.id),
        "status": to.value,
        "is_visible": is_visible,
        "actor_kind": actor.kind,
        "actor": actor.name,
        "reason": reason,
        "happened_at": rfc3339(happened_at),
        "recorded_at": rfc3339(now),
    }
    WRITE_PASSAGE.run(json.dumps(entry), new_id())
    write_messages(*compose_move_messages(order, origin, to, reason, now))
    return order


def find_step(order: Order, to: Status) -> Step | None:
    """How the order may go into the status; None where it may not.

    What is fetched is handed out at the counter; the rest goes out with a courier first.
    """
    handed_out_wrongly = to == Status.DELIVERED and order.status == Status.READY and not order.is_pickup
    sent_out_wrongly = to == Status.IN_DELIVERY and order.is_pickup
    return None if handed_out_wrongly or sent_out_wrongly else TRANSITIONS[Status(order.status)].get(to)


def possible_statuses(order: Order) -> list[str]:
    """Those that may follow the present one, by whose hand ever."""
    return [status.value for status in TRANSITIONS[Status(order.status)] if find_step(order, status)]


def check_move(order: Order, origin: Status, to: Status, actor: Actor, reason: str) -> Step:
    """How the table has this move. Raises MoveNotAllowed, StaffOnly, ReasonRequired."""
    step = find_step(order, to)
    if step is None:
        raise MoveNotAllowed(order_status=origin.value, allowed=possible_statuses(order))
    if step is not Step.FREE and actor.kind != ActorKind.STAFF:
        raise StaffOnly()
    if step is not Step.FREE and not reason.strip():
        raise ReasonRequired()
    if to == Status.UNDELIVERED and reason not in UndeliveredReason.values:
        raise ReasonRequired(
            _("Say why it was not delivered, as one of the reasons."), reasons=list(UndeliveredReason.values)
        )
    return step


def apply_consequences(order: Order, origin: Status, to: Status, actor: Actor, reason: str, now: datetime) -> list[str]:
    """What else follows in the same transaction: stock, money. Names of the order's fields that were changed."""
    if to == Status.COOKING and origin != Status.READY:
        overdrawn = stock.consume(holder_id=order.id, at=now)
        report_overdrawn(order.branch_id, overdrawn, now, subject_id=order.id, order_id=str(order.id))
    if to != Status.CANCELLED:
        return []
    stock.release(holder_id=order.id, at=now)
    if order.owed:
        OrderAdjustment.objects.create(
            order=order,
            kind=OrderAdjustment.Kind.CANCELLED,
            amount=-order.owed,
            reason=reason,
            actor_kind=actor.kind,
            actor=actor.name,
            at=now,
        )
    order.owed = 0
    if not order.amount_paid:
        order.payment_state = PaymentState.CANCELLED
    return ["owed", "payment_state"]


def report_overdrawn(
    branch_id: UUID, ingredient_ids: Collection[UUID], now: datetime, *, subject_id: UUID, **about: str
) -> None:
    """Tell staff of the branch that what is set aside for orders is no longer there; `about` says what has shown it."""
    if ingredient_ids:
        data = {**about, "ingredient_ids": [str(ingredient_id) for ingredient_id in ingredient_ids]}
        write_messages(
            compose_message(
                kind="stock_short", recipient_kind="staff", recipient_id=branch_id, subject_id=subject_id, at=now,
                data=data,
            )
        )  # fmt: skip


def compose_move_messages(order: Order, origin: Status, to: Status, reason: str, now: datetime) -> list[dict[str, Any]]:
    """Whom a move is told to: the customer of what they can see; of a cancellation those who work on it, and staff."""
    about = {"order_id": str(order.id), "number": order.number}
    messages = []
    if visible(to) != visible(origin):
        messages.append(
            compose_status_message(
                order_id=order.id,
                number=order.number,
                customer_id=order.customer_id,
                language=order.customer.language,
                status=to,
                at=now,
            )
        )
    if to == Status.CANCELLED:
        told = [] if origin in (Status.WAITING_FOR_PAYMENT, Status.SCHEDULED) else ["warehouse", "kitchen"]
        told += ["courier"] if origin == Status.READY and not order.is_pickup else []
        messages += [
            compose_message(
                kind="order_cancelled",
                recipient_kind=recipient,
                recipient_id=order.branch_id,
                subject_id=order.id,
                at=now,
                data={**about, "reason": reason},
            )
            for recipient in (*told, "staff")
        ]
    return messages
