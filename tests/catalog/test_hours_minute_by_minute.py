"""Whatever the hours: somebody who looks at the clock on the wall every minute finds what the functions say."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hours import closing_after, is_open, next_opening
from catalog.value import Branch
from tests.catalog.values import a_branch

MINUTE = timedelta(minutes=1)
MONDAY = date(2026, 5, 4)  # no zone below changes its clocks in this fortnight
WATCHED_DAYS = 3

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
intervals = st.builds("{}-{}".format, clocks, clocks)
days = st.lists(intervals, max_size=3, unique_by=lambda interval: interval[:5])
exceptions = st.dictionaries(st.sampled_from(["2026-05-05", "2026-05-06", "2026-05-07"]), days, max_size=2)
zones = st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"]).map(ZoneInfo)
branches = st.builds(
    lambda week, exceptions, zone: a_branch(week=week, exceptions=exceptions, time_zone=zone),
    st.lists(days, min_size=7, max_size=7),
    exceptions,
    zones,
)


def begins_on(branch: Branch, day: date):
    exception = branch.exceptions.get(day)
    return exception.intervals if exception else branch.hours[day.weekday()]


def looks_open(branch: Branch, moment: datetime) -> bool:
    """Look at the clock on the wall: is it in today's hours, or still in yesterday's?"""
    wall = moment.astimezone(branch.time_zone)
    today, clock = wall.date(), wall.time()
    for opens, closes in begins_on(branch, today):
        if opens <= clock and (clock < closes or closes <= opens):
            return True
    return any(clock < closes <= opens for opens, closes in begins_on(branch, today - timedelta(days=1)))


@settings(max_examples=20, deadline=None)
@given(branch=branches)
def test_open_closing_and_opening_agree_with_a_look_at_the_wall_every_minute(branch):
    begin = datetime.combine(MONDAY, datetime.min.time(), branch.time_zone) + timedelta(days=1)
    minutes = [begin + MINUTE * step for step in range(WATCHED_DAYS * 24 * 60)]
    seen = [looks_open(branch, minute) for minute in minutes]

    assert [is_open(branch, minute) for minute in minutes] == seen

    for step in range(0, len(minutes), 247):
        change = next((minutes[later] for later in range(step, len(minutes)) if seen[later] != seen[step]), None)
        if change is not None:
            expected = (change, None) if seen[step] else (None, change)
            assert (closing_after(branch, minutes[step]), next_opening(branch, minutes[step])) == expected
