"""Opening hours: wall clock of the branch, turned into moments. Pure functions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from catalog.value import Branch

HORIZON_DAYS = 60


def intervals_of(branch: Branch, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The intervals that begin on this date of the branch's calendar, as moments in UTC, in order of beginning.

    `closes` at or before `opens` means the next day. A wall-clock time that daylight saving skips or repeats is taken
    with the offset that was in force before the change (PEP 495, fold=0).
    """
    exception = branch.exceptions.get(day)
    for opens, closes in sorted(exception.intervals if exception else branch.hours[day.weekday()]):
        last_day = day if closes > opens else day + timedelta(days=1)
        begin = datetime.combine(day, opens, branch.time_zone).astimezone(UTC)
        end = datetime.combine(last_day, closes, branch.time_zone).astimezone(UTC)
        yield begin, end


def opening_at(branch: Branch, at: datetime) -> tuple[datetime, datetime] | None:
    """The interval (begin, end) in which the branch is open at this moment; the end is not part of it."""
    today = at.astimezone(branch.time_zone).date()
    for day in (today - timedelta(days=1), today):
        for begin, end in intervals_of(branch, day):
            if begin <= at < end:
                return begin, end
    return None


def is_open(branch: Branch, at: datetime) -> bool:
    """Whether the branch is open at this moment."""
    return opening_at(branch, at) is not None


def next_opening(branch: Branch, after: datetime) -> datetime | None:
    """When a closed branch opens next, within HORIZON_DAYS; None for never, and for one that is open."""
    if is_open(branch, after):
        return None
    first = after.astimezone(branch.time_zone).date()
    for offset in range(HORIZON_DAYS):
        for begin, _end in intervals_of(branch, first + timedelta(days=offset)):
            if begin > after:
                return begin
    return None


def closing_after(branch: Branch, at: datetime) -> datetime | None:
    """When an open branch closes, intervals that touch counted as one; None if it is closed or never closes."""
    interval = opening_at(branch, at)
    if interval is None:
        return None
    end = interval[1]
    for _ in range(HORIZON_DAYS):
        following = opening_at(branch, end)
        if following is None:
            return end
        end = following[1]
    return None


def business_date(branch: Branch, at: datetime) -> date:
    """The branch's day that the moment belongs to: it begins at `day_starts_at`, not at midnight."""
    local = at.astimezone(branch.time_zone)
    return local.date() if local.time() >= branch.day_starts_at else local.date() - timedelta(days=1)
