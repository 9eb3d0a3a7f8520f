"""Opening hours: wall clock of the branch, turned into moments. Pure functions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from catalog.value import Branch

HORIZON_DAYS = 60
ALWAYS = timedelta(days=HORIZON_DAYS - 3)


def intervals_of(branch: Branch, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The intervals that begin on this date of the branch's calendar, as moments in UTC, in order of beginning.

    `closes` at or before `opens` means the next day. A wall-clock time that daylight saving skips or repeats is taken
    with the offset that was in force before the change (PEP 495, fold=0); an interval of which nothing is left by that
    is none.
    """
    exception = branch.exceptions.get(day)
    for opens, closes in sorted(exception.intervals if exception else branch.hours[day.weekday()]):
        last_day = day if closes > opens else day + timedelta(days=1)
        begin = datetime.combine(day, opens, branch.time_zone).astimezone(UTC)
        end = datetime.combine(last_day, closes, branch.time_zone).astimezone(UTC)
        if begin < end:
            yield begin, end


@lru_cache(maxsize=16)
def openings_from(branch: Branch, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """When the branch is open from this date on, for HORIZON_DAYS; what touches or overlaps is one opening."""
    days = (day + timedelta(days=offset) for offset in range(HORIZON_DAYS))
    openings: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(interval for each in days for interval in intervals_of(branch, each)):
        if openings and begin <= openings[-1][1]:
            begin, end = openings[-1][0], max(end, openings.pop()[1])
        openings.append((begin, end))
    return tuple(openings)


def openings_about(branch: Branch, at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The openings that a moment may be in, or before: those from the day before on."""
    return openings_from(branch, at.astimezone(branch.time_zone).date() - timedelta(days=1))


def opening_at(branch: Branch, at: datetime) -> tuple[datetime, datetime] | None:
    """The opening (begin, end) that this moment is part of; its end is not. None: the branch is closed."""
    return next(((begin, end) for begin, end in openings_about(branch, at) if begin <= at < end), None)


def is_open(branch: Branch, at: datetime) -> bool:
    """Whether the branch is open at this moment."""
    return opening_at(branch, at) is not None


def next_opening(branch: Branch, after: datetime) -> datetime | None:
    """When a closed branch opens next, within HORIZON_DAYS; None for never, and for one that is open."""
    if is_open(branch, after):
        return None
    return next((begin for begin, _end in openings_about(branch, after) if begin > after), None)


def closing_after(branch: Branch, at: datetime) -> datetime | None:
    """When an open branch closes next; None if it is closed, or open all through HORIZON_DAYS."""
    opening = opening_at(branch, at)
    return None if opening is None or opening[1] - at > ALWAYS else opening[1]


def business_date(branch: Branch, at: datetime) -> date:
    """The branch's day that the moment belongs to: it begins at `day_starts_at`, not at midnight."""
    local = at.astimezone(branch.time_zone)
    return local.date() if local.time() >= branch.day_starts_at else local.date() - timedelta(days=1)
