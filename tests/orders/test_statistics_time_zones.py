"""Days as the customer's clock counts them: of 23 and of 25 hours, in zones of odd minutes, with strange midnights."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from customerbackend.times import time_zones
from orders.statistics import sql_zone
from tests.orders.past import counts, delivered, live_in, local, statistics, utc
from tests.orders.steps import place


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


def lengths(found):
    """Start of each bucket and how many hours it has."""
    ends = [(datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"])) for each in found["buckets"]]
    return [(start.isoformat()[:16], (end - start) / timedelta(hours=1)) for start, end in ends]


@pytest.mark.parametrize(
    ("zone", "query", "expected"),
    [
        ("Europe/Berlin", "from=2026-03-28T00:00:00Z&to=2026-03-30T12:00:00Z",
         {"2026-03-27T23:00": 24, "2026-03-28T23:00": 23, "2026-03-29T22:00": 24}),
        ("Europe/Berlin", "from=2026-10-24T00:00:00Z&to=2026-10-26T12:00:00Z",
         {"2026-10-23T22:00": 24, "2026-10-24T22:00": 25, "2026-10-25T23:00": 24}),
        ("America/New_York", "from=2026-03-07T12:00:00Z&to=2026-03-09T12:00:00Z",
         {"2026-03-07T05:00": 24, "2026-03-08T05:00": 23, "2026-03-09T04:00": 24}),
        ("America/New_York", "from=2026-10-31T12:00:00Z&to=2026-11-02T12:00:00Z",
         {"2026-10-31T04:00": 24, "2026-11-01T04:00": 25, "2026-11-02T05:00": 24}),
        ("Asia/Kathmandu", "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z",
         {"2026-02-28T18:15": 24, "2026-03-01T18:15": 24}),
        # Half an hour of summer time.
        ("Australia/Lord_Howe", "from=2026-04-04T00:00:00Z&to=2026-04-05T12:00:00Z",
         {"2026-04-03T13:00": 24, "2026-04-04T13:00": 24.5}),
        # Midnight comes twice: the day begins with the first one.
        ("America/Havana", "from=2025-11-01T12:00:00Z&to=2025-11-03T12:00:00Z",
         {"2025-11-01T04:00": 24, "2025-11-02T04:00": 25, "2025-11-03T05:00": 24}),
        # Midnight never comes: after 23:59 it is 01:00.
        ("America/Sao_Paulo", "from=2017-10-14T12:00:00Z&to=2017-10-16T12:00:00Z",
         {"2017-10-14T03:00": 24, "2017-10-15T03:00": 23, "2017-10-16T02:00": 24}),
        # After 23:59 it is 23:00 once more: the day goes on.
        ("America/Sao_Paulo", "from=2018-02-17T12:00:00Z&to=2018-02-18T12:00:00Z",
         {"2018-02-17T02:00": 25, "2018-02-18T03:00": 24}),
        # There was no 30 December.
        ("Pacific/Apia", "from=2011-12-29T12:00:00Z&to=2011-12-31T12:00:00Z",
         {"2011-12-29T10:00": 24, "2011-12-30T10:00": 24, "2011-12-31T10:00": 24}),
        # To PostgreSQL this is one hour ahead of UTC all the year.
        ("CET", "from=2026-03-28T12:00:00Z&to=2026-03-30T12:00:00Z",
         {"2026-03-27T23:00": 24, "2026-03-28T23:00": 23, "2026-03-29T22:00": 24}),
    ],
)  # fmt: skip
def test_a_day_goes_from_midnight_to_midnight(alice, zone, query, expected):
    live_in(alice, zone)

    assert lengths(statistics(alice, query)) == list(expected.items())


def test_each_hour_of_the_day_that_has_two_more_belongs_to_it(alice, order):
    live_in(alice, "Europe/Berlin")
    midnight = local("2026-10-25 00:00", "Europe/Berlin")
    delivered(order, *[midnight + timedelta(hours=hour) for hour in range(-1, 26)])

    found = statistics(alice, "from=2026-10-23T22:00:00Z&to=2026-10-26T23:00:00Z")

    assert [bucket["orders"] for bucket in found["buckets"]] == [1, 25, 1]
    assert {row["hour"]: row["orders"] for row in found["by_hour"] if row["orders"] != 1} == {0: 2, 2: 2, 23: 2}


def test_the_hour_that_is_left_out_has_no_orders(alice, order):
    live_in(alice, "America/New_York")
    midnight = local("2026-03-08 00:00", "America/New_York")
    delivered(order, *[midnight + timedelta(hours=hour) for hour in range(23)])

    found = statistics(alice, "from=2026-03-08T05:00:00Z&to=2026-03-09T04:00:00Z")

    assert [bucket["orders"] for bucket in found["buckets"]] == [23]
    assert [row["hour"] for row in found["by_hour"] if not row["orders"]] == [2]


def test_in_the_hour_that_comes_twice_midnight_too(alice, order):
    zone = "America/Havana"
    live_in(alice, zone)
    delivered(order, *[local("2025-11-02 00:30", zone, fold) for fold in (0, 1)])
    delivered(order, local("2025-11-01 23:59", zone), local("2025-11-02 01:00", zone))

    found = statistics(alice, "from=2025-11-01T12:00:00Z&to=2025-11-03T12:00:00Z")

    assert counts(found) == {"2025-11-01T04:00": 1, "2025-11-02T04:00": 3}


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Pacific/Kiritimati"])
def test_minutes_before_and_after_midnight_are_two_days(alice, order, zone):
    live_in(alice, zone)
    delivered(order, local("2026-05-09 23:59", zone), local("2026-05-10 00:01", zone))
    day = local("2026-05-09 12:00", zone)

    found = statistics(alice, f"from={day:%Y-%m-%dT%H:%M:%SZ}&to={day + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")

    assert [bucket["orders"] for bucket in found["buckets"]] == [1, 1]
    assert found["buckets"][1]["start"][:16] == local("2026-05-10 00:00", zone).isoformat()[:16]
    assert {row["hour"]: row["orders"] for row in found["by_hour"] if row["orders"]} == {0: 1, 23: 1}


def test_the_week_and_the_month_of_a_zone_begin_at_its_midnight(alice, order):
    live_in(alice, "Asia/Kathmandu")
    # Monday, 1 June 2026 in Kathmandu.
    delivered(order, utc("2026-05-31 18:14"), utc("2026-05-31 18:15"))

    for period in ("week", "month"):
        found = statistics(alice, f"period={period}&from=2026-05-31T12:00:00Z&to=2026-06-01T12:00:00Z")
        assert [bucket["orders"] for bucket in found["buckets"]] == [1, 1]
        assert found["buckets"][1]["start"] == "2026-05-31T18:15:00.000000Z"


@pytest.mark.parametrize("moment", [utc("2024-01-15 12:00"), utc("2024-07-15 12:00")])
def test_every_zone_that_a_customer_can_have_is_the_same_to_postgresql(db, moment):
    names = sorted(time_zones())
    sql = f"SELECT name, %s AT TIME ZONE {sql_zone('name')} FROM unnest(%s) AS name"
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment, names])
        shown = dict(cursor.fetchall())

    expected = {name: moment.astimezone(ZoneInfo(name)).replace(tzinfo=None) for name in names}
    assert {name: shown[name] for name in names if shown[name] != expected[name]} == {}
