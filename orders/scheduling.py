"""Orders for later: released to the kitchen when it is time for them."""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from catalog import models as catalog_models
from catalog.conditions import CALM
from catalog.loading import build_branch
from catalog.menu import read_moment
from catalog.stock import write_reservations_sql
from catalog.value import Branch, Catalog
from customerbackend.statements import Statement, in_transaction, insert_json_sql, is_connection_dead
from notifications.messages import compose_message, write_messages
from orders.estimates import Forecast, describe_forecast
from orders.lifecycle import (
    SYSTEM,
    Actor,
    ActorKind,
    MoveNotAllowed,
    lock_order,
    move_locked,
    move_order,
    possible_statuses,
)
from orders.models import Estimate, Order
from orders.preprocessing import Subject, describe_goods, lock_stock, preprocess
from orders.statuses import Status

logger = logging.getLogger("customerbackend.scheduling")

WRITE_RELEASE = Statement(
    "write_release",
    "json, json, uuid, timestamptz",
    f"""
    WITH {write_reservations_sql("$1", "$3", "$4")}
    {insert_json_sql(Estimate, "$2", many=False)}""",
)


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

    An order once taken is not refused: what is lacking is a backorder, also at a branch that does not restock, whose
    staff are told. Locks the order, then stock rows in id order.
    """
    order = lock_order(order_id)
    if order.status != Status.SCHEDULED:
        return None
    now = timezone.now()
    moment = read_moment(session_id=None, branch_id=None)
    branch = moment.catalog.branch(order.branch_id) or closed_down_branch(order.branch_id)
    subject = describe_order(order)
    shelf, queue, _number = lock_stock(branch=branch, demand=subject.demand, now=now)
    done = preprocess(
        subject=subject,
        catalog=moment.catalog,
        branch=branch,
        conditions=moment.states.get(branch.id, CALM),
        shelf=shelf,
        queue=queue,
        now=now,
    )
    estimate = {**describe_forecast(done.estimate, Estimate.Why.RELEASED), "order_id": str(order.id)}
    WRITE_RELEASE.run(json.dumps(done.reservations), json.dumps(estimate), order.id, now)
    apply_estimate(order, done.estimate)
    write_messages(*done.messages)
    if done.lacking and branch.restock_seconds is None:
        report_lack(order, moment.catalog, done.lacking, now)
    return move_locked(order, to=Status.ACCEPTED, actor=actor)


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


def closed_down_branch(branch_id: UUID) -> Branch:
    """A branch that is no longer active but still has orders to hand out."""
    row = catalog_models.Branch.objects.select_related("delivery_tax_class")
    return build_branch(row.prefetch_related("hours", "exceptions", "zones").get(id=branch_id), (), {})


def describe_order(order: Order) -> Subject:
    """A kept order as preprocessing sees it."""
    return Subject(
        order_id=order.id,
        number=order.number,
        demand={UUID(ingredient): quantity for ingredient, quantity in order.demand.items()},
        cooking_seconds=order.cooking_seconds,
        travel_seconds=order.travel_seconds,
        requested_at=order.requested_at,
        lines=[
            {
                "name": line["name"],
                "quantity": line["quantity"],
                "options": [option["name"] for option in line["options"]],
                "note": line["note"] or "",
                "allergens": line["allergens"],
            }
            for line in order.items
        ],
        comment=order.comment,
        delivery_method=order.delivery_method,
        allergies=order.customer.allergens,
    )


def apply_estimate(order: Order, estimate: Forecast) -> None:
    """Put a new estimate in force; what was promised first stays. The caller holds the order's lock."""
    order.estimated_cooked_at = estimate.cooked_at
    order.estimated_delivered_at = estimate.delivered_at
    order.estimated_delivered_from = estimate.delivered_from
    order.estimated_delivered_to = estimate.delivered_to
    order.wait_seconds = estimate.wait_seconds
    order.courier_wait_seconds = estimate.courier_wait_seconds
    order.save(
        update_fields=[
            "estimated_cooked_at",
            "estimated_delivered_at",
            "estimated_delivered_from",
            "estimated_delivered_to",
            "wait_seconds",
            "courier_wait_seconds",
        ]
    )


def report_lack(order: Order, catalog: Catalog, lacking: Mapping[UUID, int], now: datetime) -> None:
    """Tell staff of the branch what an order for later lacks."""
    data = {"order_id": str(order.id), "number": order.number, "ingredients": describe_goods(catalog, lacking)}
    write_messages(
        compose_message(
            kind="stock_short", recipient_kind="staff", recipient_id=order.branch_id, subject_id=order.id, at=now,
            data=data,
        )
    )  # fmt: skip
