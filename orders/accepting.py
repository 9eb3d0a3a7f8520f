"""Having a kept order go on, when it is released or its payment is secured: it is estimated anew, warehouse and kitchen
are told, and it becomes accepted. The caller holds the order's lock.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from catalog.stock import write_reservations_sql
from catalog.value import Catalog
from customerbackend.statements import Statement, insert_json_sql
from notifications.messages import compose_message, write_messages
from orders.estimates import Queue, describe_forecast
from orders.kitchens import Kitchen, kitchen_of
from orders.lifecycle import SYSTEM, Actor, move_locked
from orders.models import Estimate, Order
from orders.preprocessing import (
    Preprocessed,
    Shelf,
    Subject,
    describe_goods,
    lock_stock,
    preprocess,
    read_held,
)
from orders.reestimating import put_in_force
from orders.statuses import Status

WRITE_ACCEPTED = Statement(
    "write_accepted",
    "json, json, uuid, timestamptz",
    f"""
    WITH {write_reservations_sql("$1", "$3", "$4")}
    {insert_json_sql(Estimate, "$2", many=False)}""",
)


def accept_released(order: Order, *, actor: Actor) -> Order:
    """Accept an order for later, which sets its stock aside only now.

    An order once taken is not refused: what is lacking is a backorder, also at a branch that does not restock, whose
    staff are told. Locks stock rows in id order.
    """
    now, kitchen, subject = timezone.now(), kitchen_of(order.branch_id), describe_order(order)
    shelf, queue, _number = lock_stock(branch=kitchen.branch, demand=subject.demand, now=now)
    done = prepare(kitchen, subject, shelf, queue, now)
    return accept(order, kitchen, done, why=Estimate.Why.RELEASED, actor=actor, now=now)


def accept_paid(order: Order) -> Order:
    """Accept an order whose stock has been set aside since it was placed, or, one for later, have it wait for its time.

    What was promised first is promised now: before, it was said for the case that the customer pays at once.
    """
    if order.release_at is not None:
        return move_locked(order, to=Status.SCHEDULED, actor=SYSTEM)
    now, kitchen, subject = timezone.now(), kitchen_of(order.branch_id), describe_order(order)
    shelf, queue = read_held(holder_id=order.id, branch_id=order.branch_id, now=now)
    done = replace(prepare(kitchen, subject, shelf, queue, now), reservations=[])
    order.first_cooked_at, order.first_delivered_to = done.estimate.cooked_at, done.estimate.delivered_to
    order.told_delivered_to = None
    order.save(update_fields=["first_cooked_at", "first_delivered_to", "told_delivered_to"])
    return accept(order, kitchen, done, why=Estimate.Why.PAID, actor=SYSTEM, now=now)


def prepare(kitchen: Kitchen, subject: Subject, shelf: Shelf, queue: Queue, now: datetime) -> Preprocessed:
    """What follows for the order in this kitchen."""
    return preprocess(
        subject=subject,
        catalog=kitchen.catalog,
        branch=kitchen.branch,
        conditions=kitchen.conditions,
        shelf=shelf,
        queue=queue,
        now=now,
    )


def accept(
    order: Order, kitchen: Kitchen, done: Preprocessed, *, why: Estimate.Why, actor: Actor, now: datetime
) -> Order:
    """Write what follows, tell those who work on it, and move the order."""
    estimate = {**describe_forecast(done.estimate, why), "order_id": str(order.id)}
    WRITE_ACCEPTED.run(json.dumps(done.reservations), json.dumps(estimate), order.id, now)
    order.save(update_fields=put_in_force(order, done.estimate))
    write_messages(*done.messages)
    if done.lacking and kitchen.branch.restock_seconds is None:
        report_lack(order, kitchen.catalog, done.lacking, now)
    return move_locked(order, to=Status.ACCEPTED, actor=actor)


def describe_order(order: Order) -> Subject:
    """A kept order as preprocessing sees it, without what has been removed from it."""
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
                "quantity": line["quantity"] - line["quantity_removed"],
                "options": [option["name"] for option in line["options"]],
                "note": line["note"] or "",
                "allergens": line["allergens"],
            }
            for line in order.items
            if line["quantity"] > line["quantity_removed"]
        ],
        comment=order.comment,
        delivery_method=order.delivery_method,
        allergies=order.customer.allergens,
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
