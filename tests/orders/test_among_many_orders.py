"""A customer's thousands of orders among a million: statistics are exact to the cent, also of the days on which clocks
change, and reading costs what is shown. The suite has fewer orders.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Customer, Session
from orders.models import Order
from orders.statistics import READ_STATISTICS
from tests.clients import Api, signed_in
from tests.orders.pages import rows_of_page
from tests.orders.past import delivered, live_in, local, said, statistics
from tests.orders.seeded import make_company, seed
from tests.orders.steps import NOON
from tests.plans import rows_read
from tests.statements import statements_sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.time_machine(NOON, tick=False)]

# Zones, their days on which clocks change, and how many hours a day has.
ZONES = {
    "Europe/Berlin": (["2025-03-30", "2025-10-26"], {23, 24, 25}),
    "America/New_York": (["2025-03-09", "2025-11-02"], {23, 24, 25}),
    "Asia/Kathmandu": ([], {24}),
}
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("customers", "orders", "heavy"),
    [
        pytest.param(40, 1_500, 250, id="few"),
        pytest.param(20_000, 1_000_000, 5_000, id="a million", marks=pytest.mark.soak),
    ],
)
def test_sums_are_exact_in_one_statement_and_a_late_page_costs_what_the_first_does(customers, orders, heavy):
    make_company()
    seed(f"--heavy={heavy}", "--processes=2", customers=customers, orders=orders, years=2)
    alice = signed_in(Customer.objects.get(login="seed-1"))
    one = Order.objects.filter(customer=alice.customer, status="delivered").earliest("placed_at")
    delivered({"id": one.id}, *around_changes_of_clocks())
    assert Order.objects.count() > orders and alice.customer.orders.count() > heavy

    found = history(alice)

    for zone, (_days, hours) in ZONES.items():
        live_in(alice, zone)
        assert_every_day_adds_up(alice, zone, hours, found)
    session = Session.objects.get(customer=alice.customer)
    values = (session.id, NOON, "day", "day", one.placed_at, NOON, 30)
    assert rows_read(READ_STATISTICS, values) == alice.customer.orders.filter(placed_at__gte=one.placed_at).count()
    limit = heavy // 250
    assert [rows_of_page(alice, number, limit=limit) for number in (1, 200)] == [limit + 1] * 2


def around_changes_of_clocks() -> list[datetime]:
    """Every half hour from before the midnight until after the next one."""
    return [
        local(f"{day} 00:00", zone) + number * HALF_HOUR
        for zone, (days, _hours) in ZONES.items()
        for day in days
        for number in range(-2, 53)
    ]


def history(api: Api) -> list[tuple[datetime, int]]:
    """When each delivered order of the history was placed, and what is owed for it."""
    found: list[tuple[datetime, int]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get("orders?status=delivered&limit=100" + (f"&cursor={cursor}" if cursor else "")).json
        found += [
            (datetime.fromisoformat(order["times"]["placed_at"]), order["totals"]["owed"]["amount"])
            for order in page["data"]
        ]
        cursor = page["next_cursor"]
    return found


def assert_every_day_adds_up(api: Api, zone: str, hours: set[int], found: list[tuple[datetime, int]]) -> None:
    """All time by day is one statement, says of each day what the history does, and all days together are all of it."""
    query = f"period=day&from={said(min(found)[0])}&to={said(NOON)}"
    assert statistics(api, query)["time_zone"] == zone
    with statements_sent() as sent:
        shown = statistics(api, query)
    # Every thirtieth request or so is counted in the database, ahead for the next ones.
    sent = [text for text in sent if "count_tries" not in text]
    assert [text.split()[:2] for text in sent] == [["EXECUTE", "read_statistics"]]

    amounts, orders = Counter[Any](), Counter[Any]()
    for placed_at, owed in found:
        day = placed_at.astimezone(ZoneInfo(zone)).date()
        amounts[day] += owed
        orders[day] += 1
    buckets = {moment(bucket["start"]).astimezone(ZoneInfo(zone)).date(): bucket for bucket in shown["buckets"]}
    assert len(buckets) == len(shown["buckets"]) and set(orders) <= set(buckets)
    for day, bucket in buckets.items():
        assert (bucket["orders"], bucket["amount"]["amount"]) == (orders[day], amounts[day]), day
    assert {(moment(it["end"]) - moment(it["start"])) / timedelta(hours=1) for it in shown["buckets"]} == hours
    total = sum(owed for _placed_at, owed in found)
    assert sum(bucket["amount"]["amount"] for bucket in shown["buckets"]) == total
    assert shown["totals"]["amount"]["amount"] == statistics(api, "period=all")["totals"]["amount"]["amount"] == total
    assert shown["totals"]["orders"] == len(found)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
