"""An order as the API shows it: one SQL expression of its JSON, which every read of an order uses.

`orders.serializers.OrderSerializer` promises the same shape to clients; a test holds the two together. Nothing here may
tell an internal status, not even by a moment or a duration.
"""

import hashlib
from collections.abc import Iterable

from django.conf import settings

from customerbackend.sqljson import (
    json_array,
    json_money,
    json_object,
    json_text,
    json_time,
    json_value,
    json_word,
    or_null,
)
from orders.models import AT_THE_DOOR
from orders.statuses import CLOSED, CUSTOMER_MAY_CANCEL, Status, sql_visible


def sql_list(values: Iterable[str]) -> str:
    """SQL list of text constants of ours."""
    return ", ".join(f"'{value}'" for value in values)


def sql_cancel_refusal(order: str) -> str:
    """SQL expression: why the customer cannot cancel the order, as a code; NULL when they can.

    `in_preparation` also stands for the internal statuses, which the customer sees as processing.
    """
    paid_online = (
        ""
        if settings.CANCELLATION_REFUNDS_ONLINE_PAYMENTS
        else f"""
        WHEN {order}.payment_method NOT IN ({sql_list(AT_THE_DOOR)}) AND {order}.amount_paid > 0 THEN 'paid_online'"""
    )
    return f"""CASE
        WHEN {order}.status IN ({sql_list(CLOSED)}) THEN 'already_closed'
        WHEN {order}.status = '{Status.IN_DELIVERY}' THEN 'in_delivery'
        WHEN {order}.status NOT IN ({sql_list(CUSTOMER_MAY_CANCEL)}) THEN 'in_preparation'{paid_online} END"""


def json_log_entry(entry: str) -> str:
    """JSON of one passage, from its row under the alias `entry`."""
    return json_object(status=json_word(sql_visible(f"{entry}.status")), at=json_time(f"{entry}.happened_at"))


def json_status_log(order: str) -> str:
    """JSON of the passages that the customer saw, oldest first."""
    return f"""(
        SELECT {json_array(json_log_entry("entry"), order_by="entry.recorded_at, entry.id")}
        FROM orders_statuslogentry AS entry WHERE entry.order_id = {order}.id AND entry.is_visible)"""


def json_adjustments(order: str) -> str:
    """JSON of why less is owed than the total, oldest first."""
    adjustment = json_object(
        kind=json_word("adjustment.kind"),
        amount=json_money("adjustment.amount"),
        reason=json_text("adjustment.reason"),
        at=json_time("adjustment.at"),
    )
    return f"""CASE WHEN {order}.owed = {order}.total THEN '[]' ELSE (
        SELECT {json_array(adjustment, order_by="adjustment.at, adjustment.id")}
        FROM orders_orderadjustment AS adjustment WHERE adjustment.order_id = {order}.id) END"""


def json_estimates(order: str) -> str:
    """JSON of the estimate in force, and of what was promised first."""
    return json_object(
        cooked_at=json_time(f"{order}.estimated_cooked_at"),
        delivered_at=json_time(f"{order}.estimated_delivered_at"),
        delivered_from=json_time(f"{order}.estimated_delivered_from"),
        delivered_to=json_time(f"{order}.estimated_delivered_to"),
        first_cooked_at=json_time(f"{order}.first_cooked_at"),
        first_delivered_to=json_time(f"{order}.first_delivered_to"),
        wait_seconds=json_value(f"{order}.wait_seconds"),
        cooking_seconds=json_value(f"{order}.cooking_seconds"),
        courier_wait_seconds=json_value(f"{order}.courier_wait_seconds"),
        travel_seconds=json_value(f"{order}.travel_seconds"),
    )


def json_rating(rating: str) -> str:
    """JSON of a rating, from its row under the alias `rating`."""
    return json_object(
        food=json_value(f"{rating}.food"),
        delivery=json_value(f"{rating}.delivery"),
        tags=json_value(f"to_json({rating}.tags)"),
        comment=json_text(f"NULLIF({rating}.comment, '')"),
    )


def json_rating_of(order: str) -> str:
    """JSON of how its customer rates the order; null where they have not."""
    rating = f"SELECT {json_rating('rating')} FROM orders_rating AS rating WHERE rating.order_id = {order}.id"
    return or_null(f"CASE WHEN {order}.rated_at IS NULL THEN NULL ELSE ({rating}) END")


def json_times(order: str) -> str:
    """JSON of when each visible thing happened."""
    names = ("placed_at", "paid_at", "accepted_at", "cooking_started_at", "cooked_at", "delivery_started_at",
             "delivered_at", "closed_at", "cancelled_at")  # fmt: skip
    return json_object(**{name: json_time(f"{order}.{name}") for name in names})


def status_members(order: str) -> dict[str, str]:
    """What an order and its status poll have in common."""
    return {
        "status": json_word(sql_visible(f"{order}.status")),
        "status_changed_at": json_time(f"{order}.status_changed_at"),
        "can_cancel": json_value(f"({sql_cancel_refusal(order)}) IS NULL"),
    }


def json_order(order: str, *, log: str | None = None) -> str:
    """JSON text of the whole order, from its row under the alias `order`.

    `log` replaces the look-up of the status log, for an order that is being inserted by the same statement.
    """
    totals = json_object(
        items=json_money(f"{order}.items_total"),
        delivery=json_money(f"{order}.delivery_total"),
        charges=json_value(f"{order}.charges"),
        total=json_money(f"{order}.total"),
        tax=json_value(f"{order}.tax"),
        owed=json_money(f"{order}.owed"),
    )
    payment = json_object(
        method=json_word(f"{order}.payment_method"),
        state=json_word(f"{order}.payment_state"),
        due_at=json_time(f"{order}.payment_due_at"),
        paid=json_money(f"{order}.amount_paid"),
        refunded=json_money(f"{order}.amount_refunded"),
        change_from=json_money(f"{order}.change_from"),
    )
    delivery = json_object(
        method=json_word(f"{order}.delivery_method"),
        branch_id=json_word(f"{order}.branch_id"),
        place=json_value(f"{order}.place"),
        contact=json_value(f"{order}.contact"),
        requested_at=json_time(f"{order}.requested_at"),
    )
    return json_object(
        id=json_word(f"{order}.id"),
        number=json_word(f"{order}.number"),
        version=json_value(f"{order}.version"),
        **status_members(order),
        cancel_refusal=json_word(f"({sql_cancel_refusal(order)})"),
        items=json_value(f"{order}.items"),
        totals=totals,
        adjustments=json_adjustments(order),
        payment=payment,
        delivery=delivery,
        times=json_times(order),
        estimates=json_estimates(order),
        status_log=log or json_status_log(order),
        comment=json_text(f"NULLIF({order}.comment, '')"),
        rating=json_rating_of(order),
        seller=json_value(f"{order}.seller"),
    )


def json_status(order: str) -> str:
    """JSON text of what a client polls."""
    return json_object(id=json_word(f"{order}.id"), **status_members(order), estimates=json_estimates(order))


# Part of every ETag: a release that shows orders differently makes what clients kept under the same version old.
EDITION = hashlib.sha256((json_order("o") + json_status("o")).encode()).hexdigest()[:8]
