"""Of any history, in any zone, for any range: the statistics are what a loop over the orders would count."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customerbackend.ids import new_id
from orders.models import Order
from tests.orders.past import delivered, keep, line, live_in, remember, said, statistics
from tests.orders.steps import place

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Tehran",
    "America/Havana", "America/Sao_Paulo", "Pacific/Chatham", "Africa/Casablanca", "America/Nuuk", "CET",
]  # fmt: skip
PRODUCTS = [new_id() for _ in range(3)]
BEGIN = datetime(2012, 1, 1, tzinfo=UTC)
DAYS = 5000  # until 2025

# Often at a whole hour, where days change somewhere.
moments = st.builds(
    lambda day, hour, odd: BEGIN + timedelta(days=day, hours=hour) + odd,
    st.integers(0, DAYS),
    st.integers(0, 23),
    st.sampled_from([timedelta(), timedelta(microseconds=-1), timedelta(microseconds=1), timedelta(minutes=45)]),
)


@dataclass(frozen=True)
class Wish:
    """One order of a history."""

    placed_at: datetime
    owed: int
    lines: list[tuple[int, int, int]]
    status: str
    delay: int

    def columns(self) -> dict[str, Any]:
        lines = [line(str(n), product_id=PRODUCTS[n], quantity=q, removed=min(q, r)) for n, q, r in self.lines]
        placed_at = self.placed_at
        return {
            "owed": self.owed,
            "total": 10**6,
            "items": lines,
            "status": self.status,
            "delivered_at": placed_at + timedelta(minutes=self.delay) if self.status == "delivered" else None,
        }

    def positions(self) -> int:
        return sum(quantity - min(quantity, removed) for _, quantity, removed in self.lines)


wishes = st.builds(
    Wish,
    placed_at=moments,
    owed=st.integers(0, 10**6),
    lines=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4),
    status=st.sampled_from(["delivered", "delivered", "delivered", "cancelled", "undelivered"]),
    delay=st.integers(0, 80),
)


def first_day(moment: datetime, zone: str, period: str) -> datetime:
    """The local day, without a zone, on which the bucket begins that a moment is in."""
    day = moment.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    back = {"day": 0, "week": day.weekday(), "month": day.day - 1, "year": day.timetuple().tm_yday - 1}
    return day - timedelta(days=back[period])


def days_of(found: dict[str, Any], zone: str) -> list[datetime]:
    """The local day on which each bucket begins. Where midnight is left out, the day begins later."""
    starts = [datetime.fromisoformat(bucket["start"]).astimezone(ZoneInfo(zone)) for bucket in found["buckets"]]
    return [start.replace(hour=0, tzinfo=None, fold=0) for start in starts]


def history(api: Any, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """All that the history has of these."""
    cursor: str | None = ""
    found = []
    while cursor is not None:
        query = f"status=delivered&limit=100&placed_from={said(since)}&placed_to={said(until)}"
        page = api.get(f"orders?{query}" + (f"&cursor={cursor}" if cursor else "")).json
        found += page["data"]
        cursor = page["next_cursor"]
    return found


@pytest.fixture
def order(alice, bob, soup):
    delivered(place(bob, soup, total=1200), *[BEGIN + timedelta(days=day) for day in range(0, DAYS, 50)])
    return place(alice, soup, total=1200)


def test_the_statistics_are_what_a_loop_over_the_history_counts(alice, order):
    @settings(max_examples=60, deadline=None, database=None)
    @given(
        zone=st.sampled_from(ZONES),
        period=st.sampled_from(["day", "week", "month", "year", "all"]),
        orders=st.lists(wishes, max_size=12),
        bounds=st.tuples(moments, moments).map(sorted),
    )
    def try_one(zone: str, period: str, orders: list[Wish], bounds: list[datetime]) -> None:
        since, until = bounds if period != "day" else (bounds[0], min(bounds[1], bounds[0] + timedelta(days=990)))
        live_in(alice, zone)
        Order.objects.filter(customer=alice.customer).exclude(id=order["id"]).delete()
        keep([remember(order, wish.placed_at, **wish.columns()) for wish in orders])
        found = statistics(alice, f"period={period}&from={said(since)}&to={said(until)}")
        counted = [wish for wish in orders if wish.status == "delivered" and since <= wish.placed_at < until]

        assert_buckets(found, counted, zone, period)
        assert_totals(found, counted, zone)
        assert_as_in_history(found, history(alice, since, until))

    try_one()


def assert_buckets(found: dict[str, Any], counted: list[Wish], zone: str, period: str) -> None:
    """Every order is in the bucket of its day, and in no other; no bucket is missing between two."""
    if period == "all":
        assert len(found["buckets"]) <= 1 and sum(bucket["orders"] for bucket in found["buckets"]) == len(counted)
        return
    orders, amounts, positions = Counter[datetime](), Counter[datetime](), Counter[datetime]()
    for wish in counted:
        day = first_day(wish.placed_at, zone, period)
        orders[day] += 1
        amounts[day] += wish.owed
        positions[day] += wish.positions()
    days = days_of(found, zone)
    assert days == sorted(set(days)) and set(orders) <= set(days)
    for day, bucket in zip(days, found["buckets"], strict=True):
        shown = (bucket["orders"], bucket["positions"], bucket["amount"]["amount"])
        assert shown == (orders[day], positions[day], amounts[day])
    for bucket, following in zip(found["buckets"], found["buckets"][1:], strict=False):
        assert bucket["start"] < bucket["end"] == following["start"]


def assert_totals(found: dict[str, Any], counted: list[Wish], zone: str) -> None:
    """Totals, hours, products and punctuality."""
    owed = sum(wish.owed for wish in counted)
    totals = found["totals"]
    assert (totals["orders"], totals["amount"]["amount"]) == (len(counted), owed)
    assert totals["positions"] == sum(wish.positions() for wish in counted)
    if counted:
        assert totals["average"]["amount"] == (2 * owed + len(counted)) // (2 * len(counted))
    hours = Counter(wish.placed_at.astimezone(ZoneInfo(zone)).hour for wish in counted)
    assert {row["hour"]: row["orders"] for row in found["by_hour"]} == {hour: hours[hour] for hour in range(24)}
    quantities = Counter[str]()
    for wish in counted:
        for number, quantity, removed in wish.lines:
            quantities[str(PRODUCTS[number])] += quantity - min(quantity, removed)
    assert {row["product_id"]: row["quantity"] for row in found["by_product"]} == dict(+quantities)
    on_time = sum(wish.delay <= 40 for wish in counted)
    assert found["on_time_share"] == (round(on_time / len(counted), 4) if counted else None)


def assert_as_in_history(found: dict[str, Any], orders: list[dict[str, Any]]) -> None:
    """To the cent."""
    for sums in (found["buckets"], found["by_hour"], found["by_place"], [found["totals"]]):
        assert sum(row["amount"]["amount"] for row in sums) == sum(
            order["totals"]["owed"]["amount"] for order in orders
        )
        assert sum(row["orders"] for row in sums) == len(orders)
