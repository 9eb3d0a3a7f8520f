"""Estimating anew, whenever more is known: goods have come, cooking has begun, it is cooked, picked up, or delayed.

Every estimate is kept, with when and why it was made. What was promised first stays on the order beside the one in
force. Every function expects the order's row to be locked by the caller.
"""

import json
from datetime import datetime, timedelta

from customerbackend.statements import Statement, insert_json_sql
from orders.estimates import Forecast, describe_forecast, forecast_onward
from orders.kitchens import kitchen_of
from orders.models import Estimate, Order
from orders.preprocessing import read_queue
from orders.statuses import PROCESSING, Status

Why = Estimate.Why

KEEP_ESTIMATE = Statement("keep_estimate", "json", insert_json_sql(Estimate, "$1", many=False))
IN_FORCE = (
    "estimated_cooked_at",
    "estimated_delivered_at",
    "estimated_delivered_from",
    "estimated_delivered_to",
    "wait_seconds",
    "courier_wait_seconds",
)


def why_estimate(origin: Status, to: Status) -> Estimate.Why | None:
    """Why an order that has just gone from one status to another is estimated anew; None where nothing is known new."""
    if to == Status.PICKING:
        return Why.RESTOCKED if origin == Status.RESTOCKING else None
    return {Status.COOKING: Why.COOKING, Status.READY: Why.COOKED, Status.IN_DELIVERY: Why.PICKED_UP}.get(to)


def reestimate(order: Order, why: Estimate.Why, now: datetime) -> list[str]:
    """Estimate the order by where it stands now, and keep that; names of its fields that were set."""
    kitchen, queue = kitchen_of(order.branch_id), read_queue(order=order, now=now)
    is_waiting = order.status in PROCESSING
    courier_wait = None
    if not order.is_pickup:
        measured = queue.courier_wait_seconds
        courier_wait = kitchen.branch.courier_wait_seconds if measured is None else measured
    estimate = forecast_onward(
        now=now,
        queue_seconds=round(queue.work_seconds / kitchen.branch.cooking_places) if is_waiting else 0,
        busy_seconds=kitchen.conditions.busy_seconds if is_waiting else 0,
        cooking_seconds=order.cooking_seconds,
        courier_wait_seconds=courier_wait,
        travel_seconds=order.travel_seconds,
        cooking_started_at=None if is_waiting else order.cooking_started_at,
        cooked_at=order.cooked_at,
        picked_up_at=order.delivery_started_at,
        not_before=order.requested_at,
        open_orders=queue.open_orders,
    )
    keep_estimate(order, estimate, why)
    return put_in_force(order, estimate)


def delay(order: Order, by: timedelta, now: datetime) -> list[str]:
    """Everything that has not happened yet will happen so much later; names of its fields that were set.

    What should have happened by now is late already, and is put off from now on.
    """
    awaited = order.estimated_delivered_at if order.cooked_at else order.estimated_cooked_at
    later = max(timedelta(), now - awaited) + by
    estimate = Forecast(
        made_at=now,
        restock_seconds=0,
        queue_seconds=order.wait_seconds,
        busy_seconds=int(by.total_seconds()),
        cooking_seconds=order.cooking_seconds,
        courier_wait_seconds=order.courier_wait_seconds,
        travel_seconds=order.travel_seconds,
        cooked_at=order.estimated_cooked_at + (timedelta() if order.cooked_at else later),
        delivered_at=order.estimated_delivered_at + later,
        delivered_from=order.estimated_delivered_from + later,
        delivered_to=order.estimated_delivered_to + later,
        open_orders=read_queue(order=order, now=now).open_orders,
    )
    keep_estimate(order, estimate, Why.DELAYED)
    return put_in_force(order, estimate)


def keep_estimate(order: Order, estimate: Forecast, why: Estimate.Why) -> None:
    """Insert its row. One statement."""
    KEEP_ESTIMATE.run(json.dumps({**describe_forecast(estimate, why), "order_id": str(order.id)}))


def put_in_force(order: Order, estimate: Forecast) -> list[str]:
    """Set it on the order; what was promised first stays. Names of the fields, which the caller saves."""
    order.estimated_cooked_at = estimate.cooked_at
    order.estimated_delivered_at = estimate.delivered_at
    order.estimated_delivered_from = estimate.delivered_from
    order.estimated_delivered_to = estimate.delivered_to
    order.wait_seconds = estimate.wait_seconds
    order.courier_wait_seconds = estimate.courier_wait_seconds
    return list(IN_FORCE)
