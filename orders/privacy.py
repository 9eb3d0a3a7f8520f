"""What orders hold about a person. Sums and counts are the company's books and stay; the person goes out of them."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.addresses import PLACE_COLUMNS
from customerbackend.errors import Refusal
from customerbackend.sqljson import json_array
from customerbackend.statements import Statement
from customerbackend.times import rfc3339
from notifications.messages import blank_messages
from orders.models import Order, StatusLogEntry
from orders.representation import json_order, sql_list
from orders.statuses import CURRENT, CancellationReason, UndeliveredReason, visible


class OrderRunning(Refusal):
    """`orders`: `[{id, number, status}]`, those that have not come to their end."""

    status_code = 409
    default_code = "order_running"
    title = _("An order is still running")
    default_detail = _("Wait for your order, or cancel it, before you erase the account.")


EXPORT_ORDERS = Statement(
    "export_orders",
    "uuid",
    f"""
    SELECT {json_array(json_order("o"), order_by="o.placed_at, o.id")}
    FROM orders_order AS o WHERE o.customer_id = $1""",
)

# A delivered order must have had a place: what is left says that there was one.
NO_PLACE = json.dumps(dict.fromkeys(PLACE_COLUMNS) | {"city": "–", "line": "–", "leave_at_door": False})
CODES = sql_list([*CancellationReason.values, *UndeliveredReason.values])
# What was written beside a reason stands after a colon.
ONLY_THE_CODE = f"CASE WHEN split_part(reason, ': ', 1) IN ({CODES}) THEN split_part(reason, ': ', 1) ELSE '' END"
THEIRS = "order_id IN (SELECT id FROM orders_order WHERE customer_id = $1)"

ERASE_ORDERS = Statement(
    "erase_orders",
    "uuid, json",
    f"""
    WITH lines AS (UPDATE orders_orderline SET note = '' WHERE {THEIRS} AND note <> ''),
    log AS (UPDATE orders_statuslogentry SET reason = {ONLY_THE_CODE} WHERE {THEIRS} AND reason <> ''),
    adjustments AS (UPDATE orders_orderadjustment SET reason = {ONLY_THE_CODE} WHERE {THEIRS} AND reason <> ''),
    ratings AS (UPDATE orders_rating SET comment = '' WHERE {THEIRS} AND comment <> '')
    UPDATE orders_order SET
        place = CASE WHEN place IS NULL THEN NULL ELSE $2 END,
        contact = NULL,
        comment = '',
        items = (
            SELECT json_agg(line.value::jsonb || '{{"note": null}}' ORDER BY line.ordinality)
            FROM json_array_elements(items) WITH ORDINALITY AS line
        ),
        version = version + 1
    WHERE customer_id = $1""",
)


def export(customer_id: UUID) -> dict[str, Any]:
    """Every order as the customer sees it, and what somebody wrote about it when it moved; oldest first."""
    row = EXPORT_ORDERS.row(customer_id)
    assert row is not None
    noted = StatusLogEntry.objects.filter(order__customer_id=customer_id).exclude(reason="").order_by("recorded_at")
    notes = [
        {
            "order_id": str(entry.order_id),
            "at": rfc3339(entry.happened_at),
            "by": entry.actor_kind,
            "text": entry.reason,
        }
        for entry in noted
    ]
    return {"orders": json.loads(row[0]), "order_notes": notes}


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """OrderRunning while an order is on its way. The caller holds the customer's lock, so that none can be placed."""
    running = Order.objects.filter(customer_id=customer_id, status__in=CURRENT).order_by("placed_at")
    orders = [
        {"id": str(order_id), "number": number, "status": visible(status)}
        for order_id, number, status in running.values_list("id", "number", "status")
    ]
    if orders:
        yield OrderRunning(orders=orders)


def erase(customer_id: UUID) -> None:
    """Take place, contact, comments and notes out of every order, and empty what anybody was told about them.

    Locks the orders: staff may be correcting one that had come to its end. Raises OrderRunning if they did.
    """
    orders = Order.objects.select_for_update().filter(customer_id=customer_id).order_by("id")
    order_ids = list(orders.values_list("id", flat=True))
    for refusal in refusals(customer_id):
        raise refusal
    ERASE_ORDERS.run(customer_id, NO_PLACE)
    blank_messages(order_ids)
