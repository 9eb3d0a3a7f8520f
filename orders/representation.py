"""An order as the API shows it: one SQL expression that every read of an order uses.

`orders.serializers.OrderSerializer` promises the same shape to clients; a test holds the two together. Nothing here may
tell an internal status, not even by a moment or a duration.
"""

import hashlib

from django.conf import settings

from customerbackend.money import sql_money
from customerbackend.times import sql_rfc3339
from orders.models import AT_THE_DOOR
from orders.statuses import CLOSED, CUSTOMER_MAY_CANCEL, Status, sql_visible


def sql_list(values: tuple[str, ...]) -> str:
    """SQL list of text constants of ours."""
    return ", ".join(f"'{value}'" for value in values)


def sql_time(column: str) -> str:
    """A moment, null where there is none (to_char of NULL is NULL)."""
    return sql_rfc3339(column)


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


def sql_status_log(order: str) -> str:
    """SQL expression: the passages that the customer saw, oldest first."""
    return f"""(
        SELECT COALESCE(json_agg(json_build_object(
            'status', {sql_visible("entry.status")}, 'at', {sql_time("entry.happened_at")}
        ) ORDER BY entry.recorded_at, entry.id), '[]'::json)
        FROM orders_statuslogentry AS entry WHERE entry.order_id = {order}.id AND entry.is_visible)"""


def sql_adjustments(order: str) -> str:
    """SQL expression: why less is owed than the total, oldest first."""
    return f"""CASE WHEN {order}.owed = {order}.total THEN '[]'::json ELSE (
        SELECT COALESCE(json_agg(json_build_object(
            'kind', adjustment.kind, 'amount', {sql_money("adjustment.amount")}, 'reason', adjustment.reason,
            'at', {sql_time("adjustment.at")}
        ) ORDER BY adjustment.at, adjustment.id), '[]'::json)
        FROM orders_orderadjustment AS adjustment WHERE adjustment.order_id = {order}.id) END"""


def sql_estimates(order: str) -> str:
    """SQL expression: the estimate in force, and what was promised first."""
    return f"""json_build_object(
        'cooked_at', {sql_time(f"{order}.estimated_cooked_at")},
        'delivered_at', {sql_time(f"{order}.estimated_delivered_at")},
        'delivered_from', {sql_time(f"{order}.estimated_delivered_from")},
        'delivered_to', {sql_time(f"{order}.estimated_delivered_to")},
        'first_cooked_at', {sql_time(f"{order}.first_cooked_at")},
        'first_delivered_to', {sql_time(f"{order}.first_delivered_to")},
        'wait_seconds', {order}.wait_seconds, 'cooking_seconds', {order}.cooking_seconds,
        'courier_wait_seconds', {order}.courier_wait_seconds, 'travel_seconds', {order}.travel_seconds)"""


def sql_times(order: str) -> str:
    """SQL expression: when each visible thing happened."""
    names = ("placed_at", "paid_at", "accepted_at", "cooking_started_at", "cooked_at", "delivery_started_at",
             "delivered_at", "closed_at", "cancelled_at")  # fmt: skip
    return "json_build_object(" + ", ".join(f"'{name}', {sql_time(f'{order}.{name}')}" for name in names) + ")"


def sql_status_members(order: str) -> str:
    """SQL: the leading members that an order and its status poll have in common, for json_build_object."""
    return f"""
        'status', {sql_visible(f"{order}.status")}, 'status_changed_at', {sql_time(f"{order}.status_changed_at")},
        'can_cancel', {sql_cancel_refusal(order)} IS NULL"""


def sql_order(order: str, *, log: str | None = None) -> str:
    """SQL expression of type json: the whole order from its row under the alias `order`.

    `log` replaces the look-up of the status log, for an order that is being inserted by the same statement.
    """
    return f"""json_build_object(
        'id', {order}.id, 'number', {order}.number, 'version', {order}.version, {sql_status_members(order)},
        'cancel_refusal', {sql_cancel_refusal(order)},
        'items', {order}.items,
        'totals', json_build_object(
            'items', {sql_money(f"{order}.items_total")},
            'delivery', {sql_money(f"{order}.delivery_total")},
            'charges', {order}.charges, 'total', {sql_money(f"{order}.total")}, 'tax', {order}.tax,
            'owed', {sql_money(f"{order}.owed")}),
        'adjustments', {sql_adjustments(order)},
        'payment', json_build_object(
            'method', {order}.payment_method, 'state', {order}.payment_state,
            'due_at', {sql_time(f"{order}.payment_due_at")},
            'paid', {sql_money(f"{order}.amount_paid")}, 'refunded', {sql_money(f"{order}.amount_refunded")},
            'change_from', {sql_money(f"{order}.change_from")}),
        'delivery', json_build_object(
            'method', {order}.delivery_method, 'branch_id', {order}.branch_id, 'place', {order}.place,
            'contact', {order}.contact, 'requested_at', {sql_time(f"{order}.requested_at")}),
        'times', {sql_times(order)},
        'estimates', {sql_estimates(order)},
        'status_log', {log or sql_status_log(order)},
        'comment', NULLIF({order}.comment, ''), 'rating', NULL, 'seller', {order}.seller)"""


def sql_status(order: str) -> str:
    """SQL expression of type json: what a client polls."""
    return f"""json_build_object('id', {order}.id, {sql_status_members(order)}, 'estimates', {sql_estimates(order)})"""


# Part of every ETag: a release that shows orders differently makes what clients kept under the same version old.
EDITION = hashlib.sha256((sql_order("o") + sql_status("o")).encode()).hexdigest()[:8]
