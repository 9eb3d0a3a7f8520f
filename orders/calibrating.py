"""Bringing what estimates are made of nearer to what happens: medians of cooking, of waiting for couriers, of ways.

A median, so that the one order that was forgotten on the counter does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from catalog.models import Branch, DeliveryZone, Product
from customerbackend.statements import Statement, in_transaction
from orders.accuracy import business_days_around
from orders.estimates import SHARE_OF_FURTHER_PORTIONS
from orders.models import DeliveryMethod

STEP_SECONDS = 30

PLACED_THEN = "o.placed_at >= $1 AND o.placed_at < $2 AND o.business_date BETWEEN $3 AND $4"
SPAN = "timestamptz, timestamptz, date, date"


def median_sql(seconds: str) -> str:
    """SQL: the median of an interval of time, in seconds, and of how many it is."""
    return f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {seconds}), count(*)"


# What one portion of a product takes shows in orders of nothing else: `orders.estimates.cooking_seconds` solved for it.
# An order of which something was removed is left out: who knows whether that was cooked.
MEASURE_COOKING = Statement(
    "measure_cooking",
    SPAN,
    f"""
    SELECT product.id, product.name, product.cooking_seconds, {median_sql("alone.seconds")}
    FROM (
        SELECT (array_agg(line.product_id))[1] AS product_id, EXTRACT(EPOCH FROM o.cooked_at - o.cooking_started_at)
            / (1 + {SHARE_OF_FURTHER_PORTIONS} * (sum(line.quantity) - 1)) AS seconds
        FROM orders_order AS o JOIN orders_orderline AS line ON line.order_id = o.id
        WHERE {PLACED_THEN} AND o.cooked_at > o.cooking_started_at
        GROUP BY o.id HAVING count(DISTINCT line.product_id) = 1 AND sum(line.quantity_removed) = 0
    ) AS alone JOIN catalog_product AS product ON product.id = alone.product_id
    GROUP BY product.id ORDER BY product.name, product.id""",
)
MEASURE_TRAVEL = Statement(
    "measure_travel",
    SPAN,
    f"""
    SELECT zone.id, branch.name || ', ' || zone.name, zone.travel_seconds,
        {median_sql("EXTRACT(EPOCH FROM o.delivered_at - o.delivery_started_at)")}
    FROM orders_order AS o
    JOIN catalog_branch AS branch ON branch.id = o.branch_id
    JOIN catalog_deliveryzone AS zone ON zone.branch_id = o.branch_id AND zone.key = o.zone_key
    WHERE {PLACED_THEN} AND o.delivered_at > o.delivery_started_at
    GROUP BY branch.id, zone.id ORDER BY branch.position, branch.name, zone.priority, zone.id""",
)
MEASURE_COURIER_WAIT = Statement(
    "measure_courier_wait",
    SPAN,
    f"""
    SELECT branch.id, branch.name, branch.courier_wait_seconds,
        {median_sql("GREATEST(0, EXTRACT(EPOCH FROM o.delivery_started_at - o.cooked_at))")}
    FROM orders_order AS o JOIN catalog_branch AS branch ON branch.id = o.branch_id
    WHERE {PLACED_THEN} AND o.delivery_method = '{DeliveryMethod.COURIER}'
        AND o.cooked_at IS NOT NULL AND o.delivery_started_at IS NOT NULL
    GROUP BY branch.id ORDER BY branch.position, branch.name, branch.id""",
)


@dataclass(frozen=True)
class Quantity:
    """One of the quantities that are fitted: in which column it stands, in seconds, and how it is measured."""

    name: str
    model: type[Model]
    column: str
    measure: Statement


QUANTITIES = (
    Quantity("cooking", Product, "cooking_seconds", MEASURE_COOKING),
    Quantity("travel", DeliveryZone, "travel_seconds", MEASURE_TRAVEL),
    Quantity("courier wait", Branch, "courier_wait_seconds", MEASURE_COURIER_WAIT),
)


@dataclass(frozen=True)
class Fit:
    """One figure of the catalog beside the median (seconds) of so many cases."""

    quantity: Quantity
    row_id: UUID
    name: str
    before: int
    median: float
    cases: int

    @property
    def after(self) -> int:
        """The median in whole steps of STEP_SECONDS, half of one rounded up."""
        return int(self.median / STEP_SECONDS + 0.5) * STEP_SECONDS


def measure_fits(*, placed_from: datetime, placed_to: datetime) -> list[Fit]:
    """Every figure of which orders that were placed then tell anything. One statement for each quantity."""
    days = business_days_around(placed_from, placed_to)
    return [
        Fit(quantity, row_id, name, before, float(median), cases)
        for quantity in QUANTITIES
        for row_id, name, before, median, cases in quantity.measure.rows(placed_from, placed_to, *days)
    ]


@in_transaction
def write_fits(fits: Iterable[Fit]) -> None:
    """Have the catalog say what was measured, which raises its version; what somebody has meanwhile written otherwise
    stays. Each UPDATE takes the version's row first, so that two of these follow one another.
    """
    for fit in fits:
        column = fit.quantity.column
        still = fit.quantity.model._default_manager.filter(pk=fit.row_id, **{column: fit.before})
        still.update(**{column: fit.after})
