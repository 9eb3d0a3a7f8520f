"""Which buckets there are: from midnight to midnight, none missing, and what falls into which."""

from datetime import datetime, timedelta

import pytest

from tests.orders.past import counts, delivered, live_in, statistics, utc
from tests.orders.steps import euro, place

# A Wednesday, eleven at night in Berlin: there it is the eleventh, and in UTC too.
EVENING = "2026-03-11T22:00:00Z"


@pytest.fixture
def order(alice, soup):
    live_in(alice, "Europe/Berlin")
    return place(alice, soup, total=1200)


def bounds(found):
    """Start and end of each bucket."""
    return [(bucket["start"][:16], bucket["end"][:16]) for bucket in found["buckets"]]


def test_by_default_thirty_days_with_today(alice_at):
    alice = alice_at(EVENING)

    found = statistics(alice)

    assert found["period"] == "day"
    assert len(found["buckets"]) == 30
    assert bounds(found)[0] == ("2026-02-10T00:00", "2026-02-11T00:00")
    assert bounds(found)[-1] == ("2026-03-11T00:00", "2026-03-12T00:00")


@pytest.mark.parametrize(
    ("period", "number", "first", "last"),
    [
        ("week", 12, ("2025-12-22T00:00", "2025-12-29T00:00"), ("2026-03-09T00:00", "2026-03-16T00:00")),
        ("month", 12, ("2025-04-01T00:00", "2025-05-01T00:00"), ("2026-03-01T00:00", "2026-04-01T00:00")),
        ("year", 5, ("2022-01-01T00:00", "2023-01-01T00:00"), ("2026-01-01T00:00", "2027-01-01T00:00")),
        ("all", 1, ("2026-03-11T00:00", "2026-03-12T00:00"), ("2026-03-11T00:00", "2026-03-12T00:00")),
    ],
)
def test_by_default_so_many_of_each_period(alice_at, period, number, first, last):
    found = statistics(alice_at(EVENING), f"period={period}")

    assert (len(found["buckets"]), bounds(found)[0], bounds(found)[-1]) == (number, first, last)


def test_today_is_the_customers(alice_at):
    alice = alice_at(EVENING)
    live_in(alice, "Asia/Tokyo")  # where it is already seven in the morning

    found = statistics(alice)

    assert found["time_zone"] == "Asia/Tokyo"
    assert bounds(found)[-1] == ("2026-03-11T15:00", "2026-03-12T15:00")


def test_without_a_beginning_they_are_the_last_ones_before_the_end(alice):
    for end in ("2026-03-11T00:00:00Z", "2026-03-10T00:00:00.000001Z"):
        found = statistics(alice, f"to={end}")
        assert (len(found["buckets"]), bounds(found)[-1]) == (30, ("2026-03-10T00:00", "2026-03-11T00:00"))


def test_without_an_end_they_go_on_until_the_one_that_it_is_now(alice_at):
    found = statistics(alice_at(EVENING), "period=month&from=2025-12-31T23:59:59Z")

    assert [start[:7] for start, _end in bounds(found)] == ["2025-12", "2026-01", "2026-02", "2026-03"]


def test_all_is_one_from_the_day_of_the_first_order_counted_to_that_of_the_end(alice, order):
    delivered(order, utc("2019-05-05 22:30"), utc("2026-01-01 12:00"))
    delivered(order, utc("2018-01-01 12:00"), status="cancelled")

    found = statistics(alice, "period=all&to=2026-03-01T12:00:00Z")

    assert found["buckets"] == [
        {"start": "2019-05-05T22:00:00.000000Z", "end": "2026-03-01T23:00:00.000000Z",
         "orders": 2, "positions": 2, "amount": euro(2400)}
    ]  # fmt: skip


def test_each_begins_where_the_one_before_ends(alice, order):
    for period in ("day", "week", "month", "year"):
        found = bounds(statistics(alice, f"period={period}&from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"))
        assert [end for _start, end in found[:-1]] == [start for start, _end in found[1:]]


def test_an_order_of_the_first_moment_belongs_to_the_bucket_and_one_of_its_end_does_not(alice, order):
    midnight = utc("2026-01-19 23:00")
    moments = [midnight + timedelta(microseconds=count) for count in (-1, 0, 1)]
    delivered(order, *moments)

    found = statistics(alice, "from=2026-01-18T23:00:00Z&to=2026-01-20T23:00:00Z")

    assert counts(found) == {"2026-01-18T23:00": 1, "2026-01-19T23:00": 2}


@pytest.mark.parametrize(
    ("period", "moment"),
    [("week", "2026-03-02"), ("month", "2026-03-01"), ("year", "2026-01-01"), ("week", "2024-12-30")],
)
def test_weeks_months_and_years_change_at_their_midnight(alice, order, period, moment):
    edge = utc(f"{moment} 00:00") - timedelta(hours=1)
    delivered(order, edge - timedelta(microseconds=1), edge)
    around = [(edge + timedelta(days=days)).isoformat()[:19] for days in (-3, 3)]

    found = statistics(alice, f"period={period}&from={around[0]}Z&to={around[1]}Z")

    assert [bucket["orders"] for bucket in found["buckets"]] == [1, 1]
    assert found["buckets"][1]["start"][:16] == edge.isoformat()[:16]


def test_the_first_and_the_last_are_whole_and_count_only_what_is_asked_for(alice, order):
    day = [utc(f"2026-02-{day:02} {hour:02}:00") for day in (9, 10, 11) for hour in (9, 15)]
    delivered(order, *day)

    found = statistics(alice, "period=day&from=2026-02-09T10:00:00Z&to=2026-02-11T15:00:00Z")

    assert bounds(found)[0] == ("2026-02-08T23:00", "2026-02-09T23:00")
    assert bounds(found)[-1] == ("2026-02-10T23:00", "2026-02-11T23:00")
    assert [bucket["orders"] for bucket in found["buckets"]] == [1, 2, 1]
    assert found["totals"]["orders"] == 4


@pytest.mark.parametrize("period", ["day", "week", "month", "year", "all"])
@pytest.mark.parametrize("since", ["2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z", "2035-01-01T00:00:00Z"])
def test_between_a_moment_and_an_earlier_one_there_is_none(alice, order, period, since):
    delivered(order, utc("2026-03-02 11:00"))

    found = statistics(alice, f"period={period}&from={since}&to=2026-03-02T11:00:00Z")

    assert (found["buckets"], found["totals"]["orders"]) == ([], 0)
    assert len(found["by_hour"]) == 24


def test_after_today_there_is_none_either(alice_at):
    assert statistics(alice_at(EVENING), "from=2026-03-12T00:00:00Z")["buckets"] == []


@pytest.mark.parametrize(
    ("period", "first"),
    [("day", datetime(2023, 6, 16)), ("week", datetime(2007, 1, 8)), ("month", datetime(1971, 1, 1))],
)
def test_a_thousand_are_given_and_one_more_is_refused(alice, period, first):
    end = {"day": "2026-03-12", "week": "2026-03-09", "month": "2054-05-01"}[period]
    query = f"period={period}&to={end}T00:00:00Z&from="

    assert len(statistics(alice, f"{query}{first.isoformat()}Z")["buckets"]) == 1000
    refused = alice.get(f"orders/statistics?{query}{(first - timedelta(microseconds=1)).isoformat()}Z")

    if period == "month":  # the year before cannot be asked for
        assert refused.json["errors"][0]["code"] == "invalid"
        refused = alice.get(f"orders/statistics?{query.replace('05-01', '05-02')}{first.isoformat()}Z")
    assert (refused.status, refused.code) == (400, "invalid_request")
    assert [(fault["parameter"], fault["code"]) for fault in refused.json["errors"]] == [("from", "too_many_buckets")]


def test_however_long_the_time_it_is_refused_at_once_and_all_is_one(alice, order):
    delivered(order, utc("2026-03-02 11:00"))
    since = "from=1971-01-01T00:00:00Z&to=9998-12-31T00:00:00Z"

    for period in ("day", "week", "month", "year"):
        assert alice.get(f"orders/statistics?period={period}&{since}").status == 400
    assert [bucket["orders"] for bucket in statistics(alice, f"period=all&{since}")["buckets"]] == [1]
