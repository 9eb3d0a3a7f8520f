"""When a branch is open, when it closes, when it opens next: wall clock of the branch."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalog.hours import closing_after, is_open, next_opening
from tests.catalog.values import a_branch, every_day

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS_WITH_BREAK = [["11:00-14:00", "17:00-22:00"]] * 5 + [[], []]


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-05-04T10:59:59", False),
        ("2026-05-04T11:00:00", True),
        ("2026-05-04T13:59:59.999999", True),
        ("2026-05-04T14:00:00", False),
        ("2026-05-04T15:30:00", False),
        ("2026-05-04T17:00:00", True),
        ("2026-05-04T22:00:00", False),
        ("2026-05-09T12:00:00", False),  # a Saturday
    ],
)
def test_a_branch_with_a_break_is_open_from_each_opening_until_just_before_its_closing(moment, expected):
    assert is_open(a_branch(week=WEEKDAYS_WITH_BREAK), berlin(moment)) is expected


def test_in_the_break_the_next_opening_is_the_same_afternoon():
    branch = a_branch(week=WEEKDAYS_WITH_BREAK)
    in_the_break = berlin("2026-05-04T14:00:00")

    assert next_opening(branch, in_the_break) == berlin("2026-05-04T17:00:00")
    assert closing_after(branch, in_the_break) is None


def test_an_open_branch_has_a_closing_time_and_no_next_opening():
    branch = a_branch(week=WEEKDAYS_WITH_BREAK)
    at_noon = berlin("2026-05-04T12:00:00")

    assert closing_after(branch, at_noon) == berlin("2026-05-04T14:00:00")
    assert next_opening(branch, at_noon) is None


def test_after_the_last_closing_of_the_week_the_next_opening_is_on_monday():
    branch = a_branch(week=WEEKDAYS_WITH_BREAK)

    assert next_opening(branch, berlin("2026-05-08T22:00:00")) == berlin("2026-05-11T11:00:00")


def test_hours_past_midnight_belong_to_the_evening_on_which_they_begin():
    branch = a_branch(week=[["18:00-02:00"], *[[]] * 6])  # Monday evening only

    assert is_open(branch, berlin("2026-05-04T23:59:59"))
    assert is_open(branch, berlin("2026-05-05T00:00:00"))
    assert is_open(branch, berlin("2026-05-05T01:59:59"))
    assert not is_open(branch, berlin("2026-05-05T02:00:00"))
    assert not is_open(branch, berlin("2026-05-04T01:00:00"))
    assert closing_after(branch, berlin("2026-05-04T20:00:00")) == berlin("2026-05-05T02:00:00")


def test_closing_at_the_hour_of_opening_means_a_whole_day():
    branch = a_branch(week=[["10:00-10:00"], *[[]] * 6])

    assert not is_open(branch, berlin("2026-05-04T09:59:59"))
    assert is_open(branch, berlin("2026-05-05T09:59:59"))
    assert not is_open(branch, berlin("2026-05-05T10:00:00"))
    assert closing_after(branch, berlin("2026-05-04T10:00:00")) == berlin("2026-05-05T10:00:00")


def test_round_the_clock_is_always_open_and_never_closes():
    branch = a_branch(week=every_day("00:00-00:00"))
    monday = berlin("2026-05-04T00:00:00")

    assert all(is_open(branch, monday + timedelta(minutes=30 * step)) for step in range(7 * 48))
    assert closing_after(branch, monday) is None
    assert next_opening(branch, monday) is None


def test_intervals_that_touch_are_one_opening():
    branch = a_branch(week=[["10:00-14:00", "14:00-24:00"], ["00:00-03:00"], *[[]] * 5])

    assert closing_after(branch, berlin("2026-05-04T11:00:00")) == berlin("2026-05-05T03:00:00")


def test_intervals_that_overlap_are_one_opening():
    branch = a_branch(week=[["10:00-20:00", "12:00-14:00", "19:00-21:00"], *[[]] * 6])

    assert closing_after(branch, berlin("2026-05-04T10:00:00")) == berlin("2026-05-04T21:00:00")
    assert is_open(branch, berlin("2026-05-04T18:00:00"))


def test_a_branch_without_hours_never_opens():
    branch = a_branch()
    now = berlin("2026-05-04T12:00:00")

    assert not is_open(branch, now)
    assert next_opening(branch, now) is None
    assert closing_after(branch, now) is None


def test_a_date_that_is_closed_has_no_hours_at_all():
    branch = a_branch(week=every_day("10:00-20:00"), exceptions={"2026-12-25": []})

    assert is_open(branch, berlin("2026-12-24T12:00:00"))
    assert not is_open(branch, berlin("2026-12-25T12:00:00"))
    assert is_open(branch, berlin("2026-12-26T12:00:00"))


def test_the_next_opening_is_found_beyond_several_holidays():
    closed: dict[str, list[str]] = {"2026-12-25": [], "2026-12-26": [], "2026-12-27": []}
    branch = a_branch(week=every_day("10:00-20:00"), exceptions=closed)

    assert next_opening(branch, berlin("2026-12-24T20:00:00")) == berlin("2026-12-28T10:00:00")


def test_a_shortened_day_replaces_the_hours_of_its_weekday():
    branch = a_branch(week=every_day("10:00-20:00"), exceptions={"2026-12-31": ["11:30-18:00"]})

    assert not is_open(branch, berlin("2026-12-31T10:30:00"))
    assert next_opening(branch, berlin("2026-12-31T10:30:00")) == berlin("2026-12-31T11:30:00")
    assert closing_after(branch, berlin("2026-12-31T12:00:00")) == berlin("2026-12-31T18:00:00")
    assert not is_open(branch, berlin("2026-12-31T19:00:00"))


def test_the_evening_before_a_closed_date_still_ends_after_midnight():
    branch = a_branch(week=every_day("18:00-02:00"), exceptions={"2026-12-25": []})

    assert is_open(branch, berlin("2026-12-25T01:00:00"))
    assert not is_open(branch, berlin("2026-12-25T19:00:00"))
    assert not is_open(branch, berlin("2026-12-26T01:00:00"))


def test_a_holiday_interrupts_round_the_clock():
    branch = a_branch(week=every_day("00:00-00:00"), exceptions={"2026-12-25": []})

    assert closing_after(branch, berlin("2026-12-20T12:00:00")) == berlin("2026-12-25T00:00:00")
    assert next_opening(branch, berlin("2026-12-25T00:00:00")) == berlin("2026-12-26T00:00:00")


def test_an_exception_can_open_a_day_that_is_usually_closed():
    branch = a_branch(week=WEEKDAYS_WITH_BREAK, exceptions={"2026-05-09": ["12:00-15:00"]})

    assert is_open(branch, berlin("2026-05-09T12:00:00"))
    assert next_opening(branch, berlin("2026-05-08T22:00:00")) == berlin("2026-05-09T12:00:00")
