"""Hours are wall clock: on the two days on which the clock is changed, and where the zone is no whole hour from UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalog.hours import business_date, closing_after, is_open, next_opening
from tests.catalog.values import a_branch, every_day

# In 2026 Berlin's clocks go from 02:00 to 03:00 on 29 March, and from 03:00 to 02:00 on 25 October, both at 01:00 UTC.


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def open_hours(branch, begin: datetime, hours: int) -> float:
    """How many of the hours from a moment on the branch is open, counted by quarters."""
    return sum(is_open(branch, begin + timedelta(minutes=15 * step)) for step in range(4 * hours)) / 4


def test_opening_at_ten_stays_ten_by_the_clock_of_the_wall():
    branch = a_branch(week=every_day("10:00-20:00"))

    assert next_opening(branch, utc("2026-03-28T20:00")) == utc("2026-03-29T08:00")
    assert next_opening(branch, utc("2026-03-27T20:00")) == utc("2026-03-28T09:00")
    assert next_opening(branch, utc("2026-10-24T20:00")) == utc("2026-10-25T09:00")
    assert next_opening(branch, utc("2026-10-23T20:00")) == utc("2026-10-24T08:00")


def test_the_night_of_the_short_day_is_an_hour_shorter():
    branch = a_branch(week=every_day("22:00-04:00"))

    assert closing_after(branch, utc("2026-03-28T22:00")) == utc("2026-03-29T02:00")
    assert open_hours(branch, utc("2026-03-28T12:00"), 24) == 5
    assert open_hours(branch, utc("2026-03-27T12:00"), 24) == 6


def test_the_night_of_the_long_day_is_an_hour_longer():
    branch = a_branch(week=every_day("22:00-04:00"))

    assert closing_after(branch, utc("2026-10-24T22:00")) == utc("2026-10-25T03:00")
    assert open_hours(branch, utc("2026-10-24T12:00"), 24) == 7
    assert open_hours(branch, utc("2026-10-23T12:00"), 24) == 6


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_round_the_clock_has_no_gap_when_the_clock_is_changed(day):
    branch = a_branch(week=every_day("00:00-00:00"))

    assert open_hours(branch, utc(day) - timedelta(hours=12), 48) == 48
    assert closing_after(branch, utc(day)) is None


def test_a_closing_time_that_the_clock_skips_comes_where_it_would_have_been():
    branch = a_branch(week=every_day("20:00-02:30"))

    assert closing_after(branch, utc("2026-03-28T22:00")) == utc("2026-03-29T01:30")


def test_an_opening_time_that_the_clock_skips_comes_where_it_would_have_been():
    branch = a_branch(week=every_day("02:30-06:00"))

    assert next_opening(branch, utc("2026-03-28T22:00")) == utc("2026-03-29T01:30")
    assert closing_after(branch, utc("2026-03-29T01:30")) == utc("2026-03-29T04:00")


def test_hours_of_which_the_skipped_hour_leaves_nothing_are_no_opening():
    branch = a_branch(week=every_day("02:30-03:00"))

    assert open_hours(branch, utc("2026-03-29T00:00"), 6) == 0
    assert next_opening(branch, utc("2026-03-28T22:00")) == utc("2026-03-30T00:30")


def test_a_closing_time_that_comes_twice_is_the_first():
    branch = a_branch(week=every_day("20:00-02:30"))

    assert closing_after(branch, utc("2026-10-24T22:00")) == utc("2026-10-25T00:30")
    assert not is_open(branch, utc("2026-10-25T01:15"))  # 02:15 for the second time


def test_an_opening_time_that_comes_twice_is_the_first():
    branch = a_branch(week=every_day("02:30-06:00"))

    assert next_opening(branch, utc("2026-10-24T22:00")) == utc("2026-10-25T00:30")
    assert is_open(branch, utc("2026-10-25T01:15"))


def test_a_zone_a_quarter_of_an_hour_off_is_open_by_its_own_clock():
    branch = a_branch(week=every_day("10:00-20:00"), time_zone=ZoneInfo("Asia/Kathmandu"))  # UTC+05:45

    assert not is_open(branch, utc("2026-05-04T04:14:59"))
    assert is_open(branch, utc("2026-05-04T04:15"))
    assert closing_after(branch, utc("2026-05-04T04:15")) == utc("2026-05-04T14:15")


def test_the_weekday_is_the_branch_s_and_not_the_one_in_greenwich():
    monday_only = a_branch(week=[["00:00-24:00"], *[[]] * 6], time_zone=ZoneInfo("Asia/Kathmandu"))

    assert is_open(monday_only, utc("2026-05-03T18:15"))  # Sunday in UTC, Monday 00:00 in Kathmandu
    assert not is_open(monday_only, utc("2026-05-04T18:15"))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-05-05T02:59:59", date(2026, 5, 4)),  # 04:59:59 in Berlin
        ("2026-05-05T03:00:00", date(2026, 5, 5)),
        ("2026-05-05T21:30:00", date(2026, 5, 5)),
        ("2026-05-05T22:30:00", date(2026, 5, 5)),  # 00:30 of the 6th
        ("2026-03-29T02:59:59", date(2026, 3, 28)),  # 04:59:59 of the short day
        ("2026-03-29T03:00:00", date(2026, 3, 29)),
        ("2026-10-25T03:59:59", date(2026, 10, 24)),
        ("2026-10-25T04:00:00", date(2026, 10, 25)),
    ],
)
def test_a_business_day_begins_when_the_branch_says(moment, expected):
    assert business_date(a_branch(day_starts_at=time(5)), utc(moment)) == expected


def test_a_business_day_may_begin_at_midnight():
    branch = a_branch(day_starts_at=time(0), time_zone=ZoneInfo("Asia/Kathmandu"))

    assert business_date(branch, utc("2026-05-04T18:14:59")) == date(2026, 5, 4)
    assert business_date(branch, utc("2026-05-04T18:15:00")) == date(2026, 5, 5)
