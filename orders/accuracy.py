"""How good estimates were: what was promised first and last, beside what happened."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from customerbackend.statements import Statement
from orders.models import DeliveryMethod, Estimate
from orders.representation import sql_list
from orders.statuses import Status

Why = Estimate.Why

NEAR = "5 minutes"
# An order is estimated when it is placed; one that waited to be paid was promised something only by its payment.
FIRST = (Why.PLACED, Why.PAID)
# Made when it was cooked, or after that.
NO_PROMISE_TO_COOK = (Why.COOKED, Why.PICKED_UP)
# A business day is at most so much before and after the day (UTC) of its orders: clocks differ, and it begins late.
EARLIER, LATER = timedelta(days=2), timedelta(days=1)

# By what orders can be grouped: SQL of what a group is told apart by, what it is called, what it is sorted by, and of a
# join that this needs.
GROUPS = {
    "": ("0", "''", "0", ""),
    "hour": (
        "EXTRACT(HOUR FROM o.placed_at AT TIME ZONE branch.time_zone)",
        "to_char(o.placed_at AT TIME ZONE branch.time_zone, 'HH24')",
        "0",
        "",
    ),
    "branch": ("branch.id", "branch.name", "branch.position", ""),
    "product": (
        "product.id",
        "product.name",
        "0",
        """
        JOIN LATERAL (SELECT DISTINCT product_id FROM orders_orderline WHERE order_id = o.id) AS line ON true
        JOIN catalog_product AS product ON product.id = line.product_id""",
    ),
}


def accuracy_sql(by: str) -> str:
    """One aggregate over the delivered orders placed from `$1` until before `$2`, on a business day of `$3` to `$4`."""
    group_id, name, position, join = GROUPS[by]
    return f"""
    WITH promise AS (
        SELECT {group_id} AS group_id, {name} AS name, {position} AS position,
            o.cooked_at, o.delivered_at, o.delivery_method = '{DeliveryMethod.COURIER}' AS is_brought,
            first.cooked_at AS first_cooked_at, first.delivered_at AS first_delivered_at,
            first.delivered_to AS first_delivered_to, cooking.cooked_at AS last_cooked_at,
            last.delivered_at AS last_delivered_at, last.delivered_to AS last_delivered_to
        FROM orders_order AS o
        JOIN catalog_branch AS branch ON branch.id = o.branch_id{join}
        JOIN LATERAL (
            SELECT cooked_at, delivered_at, delivered_to FROM orders_estimate
            WHERE order_id = o.id AND why IN ({sql_list(FIRST)})
            ORDER BY why = '{Why.PAID}' DESC, made_at, id LIMIT 1
        ) AS first ON true
        JOIN LATERAL (
            SELECT cooked_at FROM orders_estimate
            WHERE order_id = o.id AND made_at <= o.cooked_at AND why NOT IN ({sql_list(NO_PROMISE_TO_COOK)})
            ORDER BY made_at DESC, id DESC LIMIT 1
        ) AS cooking ON true
        JOIN LATERAL (
            SELECT delivered_at, delivered_to FROM orders_estimate
            WHERE order_id = o.id AND made_at <= o.delivered_at ORDER BY made_at DESC, id DESC LIMIT 1
        ) AS last ON true
        WHERE o.status = '{Status.DELIVERED}' AND o.placed_at >= $1 AND o.placed_at < $2
            AND o.business_date BETWEEN $3 AND $4
    ),
    outcome AS (
        SELECT group_id, name, position, happened.*
        FROM promise CROSS JOIN LATERAL (VALUES
            (1, 'cooking', 'first', cooked_at - first_cooked_at, NULL::boolean, true),
            (2, 'cooking', 'last', cooked_at - last_cooked_at, NULL, true),
            (3, 'delivery', 'first', delivered_at - first_delivered_at, delivered_at > first_delivered_to, is_brought),
            (4, 'delivery', 'last', delivered_at - last_delivered_at, delivered_at > last_delivered_to, is_brought)
        ) AS happened (place, event, promise, error, is_late, counts)
        WHERE counts
    )
    SELECT name, event, promise, count(*), (avg(EXTRACT(EPOCH FROM error)) / 60)::float8,
        (avg(abs(EXTRACT(EPOCH FROM error))) / 60)::float8,
        avg((error BETWEEN - interval '{NEAR}' AND interval '{NEAR}')::integer)::float8, avg(is_late::integer)::float8
    FROM outcome GROUP BY group_id, name, position, place, event, promise ORDER BY position, name, group_id, place"""


MEASURE = {by: Statement(f"measure_accuracy_by_{by or 'nothing'}", "timestamptz, timestamptz, date, date",
                         accuracy_sql(by)) for by in GROUPS}  # fmt: skip


@dataclass(frozen=True)
class AccuracyLine:
    """How well one thing was promised to a group of orders.

    `event` is cooking or delivery, `promise` first or last. Bias is the mean of actual − promised (above zero: later
    than promised), error the mean of its absolute value, both in minutes. Shares are from 0 to 1; late is after the end
    of the window, which only deliveries have.
    """

    group: str
    event: str
    promise: str
    orders: int
    bias_minutes: float
    error_minutes: float
    within_5_minutes: float
    late: float | None


def measure_accuracy(*, placed_from: datetime, placed_to: datetime, by: str = "") -> list[AccuracyLine]:
    """Over the delivered orders placed from then until before then, all together or by hour (of the branch's day),
    branch or product. One statement.

    Of orders that were fetched only the cooking counts: when somebody comes for them is not ours to promise. An order
    counts once with each of its products.
    """
    days = business_days_around(placed_from, placed_to)
    return [AccuracyLine(*row) for row in MEASURE[by].rows(placed_from, placed_to, *days)]


def business_days_around(placed_from: datetime, placed_to: datetime) -> tuple[date, date]:
    """The first and the last business day that an order can have which was placed in between, wherever its branch is.

    Orders of some time are found by it, since no index tells when they were placed.
    """
    return placed_from.astimezone(UTC).date() - EARLIER, placed_to.astimezone(UTC).date() + LATER
