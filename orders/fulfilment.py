"""What the systems of kitchens, warehouses and couriers report: statuses, delays, counts of stock.

Each report is one transaction that begins with the claim of its Idempotency-Key and keeps its answer. An order goes
where staff would bring it, by the same writer; what only staff may do stays theirs. Answers hold what the work needs
and nothing of a person or a price.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.service_keys import live_key
from catalog.models import Branch
from customerbackend.callers import Service
from customerbackend.errors import Refusal
from customerbackend.idempotency import Answer, Attempt, claim_sql, keep_sql, replay, run_claim
from customerbackend.ids import new_id
from customerbackend.statements import Statement, in_transaction
from customerbackend.times import rfc3339
from orders.counting import Count, count_stock
from orders.delaying import delay_locked
from orders.lifecycle import Actor, ActorKind, MoveNotAllowed, find_step, move_locked
from orders.models import Order
from orders.statuses import REPORTABLE, TIMESTAMPS, Status, Step

# So far may the clock of a service be from ours, and from that of the service that reported before it.
CLOCK_TOLERANCE = timedelta(seconds=60)

BEGIN_REPORT = Statement(
    "begin_report",
    "uuid, timestamptz, text, text, uuid",
    f"""
    WITH caller AS ({live_key("$1", "$2")}),
    {claim_sql(caller="caller", id_column="id", key="$3", fingerprint="$4", new_id="$5", now="$2")}
    SELECT claim.is_first, claim.fingerprint, claim.status, claim.body, claim.location
    FROM caller LEFT JOIN claim ON true""",
)
KEEP_REPORT = Statement(
    "keep_report",
    "uuid, text, text",
    keep_sql(caller="$1", key="$2", status="200", body="$3", location="''"),
)


class MomentNotPossible(Refusal):
    """`earliest` and `latest` are the moments between which it can have happened."""

    status_code = 422
    default_code = "moment_not_possible"
    title = _("It cannot have happened then")
    default_detail = _("“at” lies in the future, or before the order came into its present status.")


def report_status(
    *, service: Service, attempt: Attempt, order_id: UUID, to: Status, reason: str, at: datetime | None
) -> Answer:
    """Bring the order into the status, at a moment that may have passed; one that is in it already stays as it is.

    Raises TokenInvalid, NotFound, RequestInProgress, IdempotencyKeyReused, MomentNotPossible and what `move_order`
    does. Locks the claim, the order, then stock rows in id order.
    """
    return carry_out_once(service, attempt, partial(move, service, order_id, to, reason, at))


def report_delay(*, service: Service, attempt: Attempt, order_id: UUID, minutes: int) -> Answer:
    """Say that the order comes so many minutes later than was said; the answer is what is promised now.

    Raises TokenInvalid, NotFound, RequestInProgress, IdempotencyKeyReused and what `delay_order` does. Locks the claim,
    then the order.
    """
    return carry_out_once(service, attempt, partial(put_off, service, order_id, minutes))


def report_stock(*, service: Service, attempt: Attempt, branch_id: UUID, counts: list[Count]) -> Answer:
    """Book what a service has counted at the branch; the answer is what the book says then.

    Raises TokenInvalid, NotFound, RequestInProgress, IdempotencyKeyReused, CountsInvalid. Locks the claim, then the
    stock rows in id order.
    """
    return carry_out_once(service, attempt, partial(book, service, branch_id, counts))


@in_transaction
def carry_out_once(service: Service, attempt: Attempt, work: Callable[[], dict[str, Any]]) -> Answer:
    """Claim the key, work, keep the answer: one transaction. The answer that is kept if this has been done before."""
    claim = run_claim(BEGIN_REPORT, service.key_id, timezone.now(), attempt.key, attempt.fingerprint, new_id())
    is_first, *earlier = claim
    if not is_first:
        return replay(attempt, *earlier)
    body = json.dumps(work(), separators=(",", ":"))
    KEEP_REPORT.run(service.key_id, attempt.key, body)
    return Answer(status=200, body=body)


def orders_of(service: Service) -> "QuerySet[Order]":
    """The orders of the service's branches."""
    return Order.objects.filter(branch_id__in=service.branch_ids) if service.branch_ids else Order.objects.all()


def check_order(service: Service, order_id: UUID) -> None:
    """Raise NotFound unless the order is one of the service's branches. One statement."""
    if not orders_of(service).filter(id=order_id).exists():
        raise NotFound()


def find_branch(service: Service, branch_id: UUID) -> Branch:
    """The branch. Raises NotFound also for one at which the service does not work. One statement at most."""
    branch = Branch.objects.filter(id=branch_id).first() if service.works_at(branch_id) else None
    if branch is None:
        raise NotFound()
    return branch


def lock_for(service: Service, order_id: UUID) -> Order:
    """The order with its customer, who may have to be told; its row locked. Raises NotFound. One statement."""
    rows = orders_of(service).select_related("customer").select_for_update(of=("self",))
    order = rows.filter(id=order_id).first()
    if order is None:
        raise NotFound()
    return order


def move(service: Service, order_id: UUID, to: Status, reason: str, at: datetime | None) -> dict[str, Any]:
    """`report_status` within its transaction; its answer."""
    order = lock_for(service, order_id)
    if order.status == to:
        return describe_status(order)
    if find_step(order, to) is None:
        raise MoveNotAllowed(order_status=order.status, allowed=allowed_to_services(order))
    moment = None if at is None else check_moment(order, at)
    actor = Actor(ActorKind.SERVICE, service.name)
    return describe_status(move_locked(order, to=to, actor=actor, reason=reason, at=moment))


def check_moment(order: Order, at: datetime) -> datetime:
    """When the order's next step happened, by a clock that may be a little off. Raises MomentNotPossible."""
    earliest, latest = came_at(order), timezone.now()
    if not earliest - CLOCK_TOLERANCE <= at <= latest + CLOCK_TOLERANCE:
        raise MomentNotPossible(earliest=rfc3339(earliest), latest=rfc3339(latest))
    return max(earliest, min(at, latest))


def came_at(order: Order) -> datetime:
    """When the order came into its present status, one that customers do not see included."""
    moment: datetime | None = getattr(order, TIMESTAMPS[Status(order.status)])
    return moment or order.placed_at


def allowed_to_services(order: Order) -> list[str]:
    """The statuses that a service may report next."""
    return [status.value for status in REPORTABLE if find_step(order, status) is Step.FREE]


def describe_status(order: Order) -> dict[str, Any]:
    """The order's status as those who work on it know it, the two internal ones included."""
    return {
        "id": str(order.id),
        "number": order.number,
        "status": str(order.status),
        "status_changed_at": rfc3339(came_at(order)),
        "allowed": allowed_to_services(order),
    }


def put_off(service: Service, order_id: UUID, minutes: int) -> dict[str, Any]:
    """`report_delay` within its transaction; its answer."""
    order = delay_locked(lock_for(service, order_id), minutes=minutes)
    return {
        "id": str(order.id),
        "number": order.number,
        "status": str(order.status),
        "estimates": {
            "cooked_at": rfc3339(order.estimated_cooked_at),
            "delivered_at": rfc3339(order.estimated_delivered_at),
            "delivered_from": rfc3339(order.estimated_delivered_from),
            "delivered_to": rfc3339(order.estimated_delivered_to),
        },
    }


def book(service: Service, branch_id: UUID, counts: list[Count]) -> dict[str, Any]:
    """`report_stock` within its transaction; its answer."""
    return count_stock(branch=find_branch(service, branch_id), counts=counts, counted_by=service.name)
