"""Statistics of what a customer has ordered: one aggregate statement, the session check inside it.

Delivered orders count, by what is owed for them and by what has not been removed from them. They are counted in buckets
of the customer's time zone by their moment of placing: a bucket goes from one local midnight to another, so that a day
can have 23 or 25 hours. Each order of the range falls into exactly one bucket.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sessions import live_session
from customerbackend.callers import Caller
from customerbackend.errors import InvalidParameter
from customerbackend.serializers import field_error
from customerbackend.sqljson import (
    json_array,
    json_money,
    json_object,
    json_text,
    json_time,
    json_value,
    json_word,
)
from customerbackend.statements import Statement
from orders.history import signed_in
from orders.models import DeliveryMethod
from orders.statuses import Status

MAX_BUCKETS = 1000
SHOWN_PLACES = 10
SHOWN_PRODUCTS = 20


class Period(models.TextChoices):
    """The size of a bucket; `all`: there is one."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


# How many buckets there are where no beginning is given.
USUAL_BUCKETS = {Period.DAY: 30, Period.WEEK: 12, Period.MONTH: 12, Period.YEAR: 5, Period.ALL: 1}

# To PostgreSQL these are abbreviations of one offset each, to everybody else zones with summer time: names of the same.
ABBREVIATED = {"CET": "Europe/Brussels", "EET": "Europe/Athens", "MET": "Europe/Brussels", "WET": "Europe/Lisbon"}


def sql_zone(time_zone: str) -> str:
    """SQL expression: the time zone by a name that PostgreSQL takes for one."""
    cases = " ".join(f"WHEN '{name}' THEN '{same}'" for name, same in ABBREVIATED.items())
    return f"CASE {time_zone} {cases} ELSE {time_zone} END"


def sql_first_moment(local: str, zone: str) -> str:
    """SQL expression: when clocks in the zone come to show `local`, a timestamp; when they pass over it, that moment.

    Of two such moments, where clocks are set back over midnight, PostgreSQL takes the later one: so what it would be by
    the offset of some hours before is tried first.
    """
    later = f"({local} AT TIME ZONE {zone})"
    before = f"({later} - interval '6 hours')"
    offset = f"(({before} AT TIME ZONE {zone}) - ({before} AT TIME ZONE 'UTC'))"
    earlier = f"(({local} - {offset}) AT TIME ZONE 'UTC')"
    return f"CASE WHEN {earlier} AT TIME ZONE {zone} = {local} THEN {earlier} ELSE {later} END"


# `$1` session, `$2` now, `$3` period, `$4` unit, `$5` from and `$6` to (may be null), `$7` buckets without a `from`.
# First and last are when the first and the last bucket begin, as the customer's clock shows it; lower and upper bound
# what is counted, upper excluded. Materialized step by step: each is an expression that the next one uses often.
SPAN = f"""
caller AS MATERIALIZED (
    SELECT customer.id, customer.time_zone, customer.language, {sql_zone("customer.time_zone")} AS zone
    FROM ({live_session("$1", "$2")}) AS session JOIN accounts_customer AS customer ON customer.id = session.customer_id
),
latest AS MATERIALIZED (
    SELECT ('1 ' || $4)::interval AS unit,
        date_trunc($4, COALESCE($6 - interval '1 microsecond', $2) AT TIME ZONE caller.zone) AS local
    FROM caller
),
ending AS MATERIALIZED (
    SELECT COALESCE($6, {sql_first_moment("(latest.local + latest.unit)", "caller.zone")}) AS moment
    FROM caller CROSS JOIN latest
),
beginning AS MATERIALIZED (
    SELECT COALESCE($5, CASE WHEN $3 = '{Period.ALL}' THEN (
        SELECT o.placed_at FROM orders_order AS o
        WHERE o.customer_id = (SELECT id FROM caller) AND o.status = '{Status.DELIVERED}'
            AND o.placed_at < (SELECT moment FROM ending)
        ORDER BY o.placed_at, o.id LIMIT 1
    ) END) AS moment
),
earliest AS MATERIALIZED (
    SELECT COALESCE(
        date_trunc($4, beginning.moment AT TIME ZONE caller.zone), latest.local - ($7 - 1) * latest.unit
    ) AS local
    FROM caller CROSS JOIN latest CROSS JOIN beginning
),
span AS MATERIALIZED (
    SELECT caller.zone, earliest.local AS first, latest.local AS last, latest.unit,
        COALESCE($5, {sql_first_moment("earliest.local", "caller.zone")}) AS lower, ending.moment AS upper,
        CASE WHEN $3 = '{Period.ALL}' THEN latest.local - earliest.local + latest.unit ELSE latest.unit END AS step
    FROM caller CROSS JOIN latest CROSS JOIN ending CROSS JOIN earliest
),
boundary AS MATERIALIZED (
    SELECT local, {sql_first_moment("local", "span.zone")} AS moment
    FROM span CROSS JOIN generate_series(first, LEAST(last, first + {MAX_BUCKETS + 1} * unit) + step, step) AS local
    WHERE lower < upper
),
bucket AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY local) AS number, local, start, stop
    FROM (SELECT local, moment AS start, lead(moment) OVER (ORDER BY local) AS stop FROM boundary) AS neighbours
    WHERE start < stop -- a zone can leave out a day
)"""

ORDERS = f"""
mine AS MATERIALIZED (
    SELECT o.id, o.placed_at, o.owed, o.items, o.delivered_at <= o.estimated_delivered_to AS is_on_time,
        width_bucket(o.placed_at, (SELECT array_agg(start ORDER BY start) FROM bucket)) AS bucket,
        extract(hour FROM o.placed_at AT TIME ZONE (SELECT zone FROM span))::integer AS hour,
        o.delivery_method AS method,
        CASE WHEN o.delivery_method = '{DeliveryMethod.PICKUP}' THEN o.branch_id END AS branch_id,
        CASE WHEN o.delivery_method <> '{DeliveryMethod.PICKUP}'
            THEN concat_ws(', ', o.place ->> 'city', o.place ->> 'line') END AS place
    FROM orders_order AS o
    WHERE o.customer_id = (SELECT id FROM caller) AND o.status = '{Status.DELIVERED}'
        AND o.placed_at >= (SELECT lower FROM span) AND o.placed_at < (SELECT upper FROM span)
),
line AS MATERIALIZED (
    SELECT mine.id AS order_id, mine.placed_at, mine.bucket, item.product_id, item.name,
        item.quantity - item.quantity_removed AS quantity,
        (item.quantity - item.quantity_removed) * (item.unit_price ->> 'amount')::bigint AS amount
    FROM mine CROSS JOIN LATERAL json_to_recordset(mine.items) AS item
        (product_id text, name text, quantity integer, quantity_removed integer, unit_price json)
    WHERE item.quantity > item.quantity_removed
)"""

BUCKETS = f"""
SELECT {
    json_array(
        json_object(
            start=json_time("bucket.start"),
            end=json_time("bucket.stop"),
            orders=json_value("COALESCE(of_orders.count, 0)"),
            positions=json_value("COALESCE(of_lines.quantity, 0)"),
            amount=json_money("COALESCE(of_orders.amount, 0)"),
        ),
        order_by="bucket.number",
    )
} FROM bucket
LEFT JOIN (SELECT bucket, count(*), sum(owed) AS amount FROM mine GROUP BY bucket) AS of_orders
    ON of_orders.bucket = bucket.number
LEFT JOIN (SELECT bucket, sum(quantity) AS quantity FROM line GROUP BY bucket) AS of_lines
    ON of_lines.bucket = bucket.number"""

TOTALS = f"""
SELECT {
    json_object(
        orders=json_value("count(*)"),
        positions=json_value("(SELECT COALESCE(sum(quantity), 0) FROM line)"),
        amount=json_money("COALESCE(sum(owed), 0)"),
        average=json_money("round(sum(owed) / count(*))"),
    )
} FROM mine"""

BY_HOUR = f"""
SELECT {
    json_array(
        json_object(
            hour=json_value("hour"),
            orders=json_value("COALESCE(placed.count, 0)"),
            amount=json_money("COALESCE(placed.amount, 0)"),
        ),
        order_by="hour",
    )
} FROM generate_series(0, 23) AS hour
LEFT JOIN (SELECT hour, count(*), sum(owed) AS amount FROM mine GROUP BY hour) AS placed USING (hour)"""

# The places beyond those that are shown are one row together.
BY_PLACE = f"""
SELECT {
    json_array(
        json_object(
            method=json_word("shown.method"),
            branch_id=json_word("shown.branch_id"),
            name=json_text("shown.name"),
            orders=json_value("shown.orders"),
            amount=json_money("shown.amount"),
        ),
        order_by="shown.rank",
    )
} FROM (
    SELECT LEAST(rank, {SHOWN_PLACES + 1}) AS rank, sum(orders) AS orders, sum(amount) AS amount,
        min(method) FILTER (WHERE rank <= {SHOWN_PLACES}) AS method,
        min(branch_id::text) FILTER (WHERE rank <= {SHOWN_PLACES}) AS branch_id,
        min(name) FILTER (WHERE rank <= {SHOWN_PLACES}) AS name
    FROM (
        SELECT method, branch_id, COALESCE(place, branch.name) AS name, orders, amount,
            row_number() OVER (ORDER BY orders DESC, amount DESC, COALESCE(place, branch.name), branch_id) AS rank
        FROM (
            SELECT method, branch_id, place, count(*) AS orders, sum(owed) AS amount
            FROM mine GROUP BY method, branch_id, place
        ) AS place LEFT JOIN catalog_branch AS branch ON branch.id = place.branch_id
    ) AS ranked
    GROUP BY LEAST(rank, {SHOWN_PLACES + 1})
) AS shown"""

BY_PRODUCT = f"""
SELECT {
    json_array(
        json_object(
            product_id=json_word("product_id"),
            name=json_text("name"),
            orders=json_value("orders"),
            quantity=json_value("quantity"),
            amount=json_money("amount"),
        ),
        order_by="quantity DESC, amount DESC, product_id",
    )
} FROM (
    SELECT product_id, (array_agg(name ORDER BY placed_at DESC, order_id DESC))[1] AS name,
        count(DISTINCT order_id) AS orders, sum(quantity) AS quantity, sum(amount) AS amount
    FROM line GROUP BY product_id
    ORDER BY sum(quantity) DESC, sum(amount) DESC, product_id LIMIT {SHOWN_PRODUCTS}
) AS product"""

# Null where nothing was delivered at a known moment.
ON_TIME_SHARE = """
SELECT trim_scale(round(count(*) FILTER (WHERE is_on_time) / NULLIF(count(is_on_time), 0)::numeric, 4)) FROM mine"""

READ_STATISTICS = Statement(
    "read_statistics",
    "uuid, timestamptz, text, text, timestamptz, timestamptz, integer",
    f"""
    WITH {SPAN}, {ORDERS}
    SELECT CASE WHEN (SELECT count(*) FROM bucket) <= {MAX_BUCKETS} THEN {
        json_object(
            period=json_word("$3"),
            time_zone=json_word("caller.time_zone"),
            currency=json_word(f"'{settings.CURRENCY}'"),
            buckets=f"({BUCKETS})",
            totals=f"({TOTALS})",
            by_hour=f"({BY_HOUR})",
            by_place=f"({BY_PLACE})",
            by_product=f"({BY_PRODUCT})",
            on_time_share=json_value(f"({ON_TIME_SHARE})"),
        )
    } END, caller.language, (SELECT array_agg(local ORDER BY number) FROM bucket),
        span.lower AT TIME ZONE span.zone, span.upper AT TIME ZONE span.zone
    FROM caller CROSS JOIN span""",
)


@dataclass(frozen=True)
class Statistics:
    """What was counted, as JSON; and for people the customer's language, and as their clock shows it when each bucket
    begins and the bounds of what was counted, upper excluded.
    """

    body: str
    language: str
    starts: list[datetime]
    lower: datetime
    upper: datetime


def read_statistics(
    *, caller: Caller, period: Period, since: datetime | None = None, until: datetime | None = None
) -> Statistics:
    """Statistics of the caller's delivered orders placed from `since` on and before `until`, in buckets of the period.

    Without `until` they go to the end of the bucket that it is now; without `since` they are the last USUAL_BUCKETS,
    and of `all` every order. Raises TokenInvalid; InvalidParameter for more than MAX_BUCKETS. One statement.
    """
    unit = Period.DAY if period == Period.ALL else period
    row = signed_in(
        READ_STATISTICS.row(
            caller.session_id, timezone.now(), period.value, unit.value, since, until, USUAL_BUCKETS[period]
        )
    )
    body, language, starts, lower, upper = row
    if body is None:
        fault = _("This would be more than %(limit)d buckets. Begin later, or take a longer period.")
        raise InvalidParameter({"from": [field_error(fault % {"limit": MAX_BUCKETS}, "too_many_buckets")]})
    return Statistics(body=body, language=language, starts=starts or [], lower=lower, upper=upper)
