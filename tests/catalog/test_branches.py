"""GET /branches: where, when open, whether it takes orders now."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from catalog.models import BranchState, HoursException
from catalog.serializers import BranchPageSerializer
from tests.factories import make_branch
from tests.shapes import assert_shape

WEEKDAYS = [(weekday, *hours) for weekday in range(5) for hours in ((time(11), time(14)), (time(17), time(1)))]
MONDAY_NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # 12:00 in Berlin


def shown(anybody) -> dict:
    (found,) = anybody.get("branches").json["data"]
    return found


def test_branches_have_the_promised_shape(anybody):
    HoursException.objects.create(branch=make_branch(phone="+49 30 1"), date=date(2026, 12, 25), name="Christmas Day")
    make_branch("Closed", hours=[], postal_prefixes=())

    answer = anybody.get("branches")

    assert answer.status == 200
    assert_shape(BranchPageSerializer, answer.json)
    assert answer.json["next_cursor"] is None


@time_machine.travel(MONDAY_NOON, tick=False)
def test_a_branch_is_shown_with_all_that_a_customer_needs(anybody):
    branch = make_branch("Mitte", hours=[(0, time(11), time(14)), (4, time(17), time(1))], phone="+49 30 2312500")
    HoursException.objects.create(branch=branch, date=date(2026, 12, 31), opens=time(10), closes=time(12))
    HoursException.objects.create(
        branch=branch, date=date(2026, 12, 31), name="Silvester", opens=time(14), closes=time(16)
    )
    HoursException.objects.create(branch=branch, date=date(2026, 12, 25), name="Christmas Day")

    assert shown(anybody) == {
        "id": str(branch.id),
        "name": "Mitte",
        "city": "Berlin",
        "address": {
            "line": "Invalidenstr. 1",
            "postal_code": "10115",
            "city": "Berlin",
            "country": "DE",
            "latitude": 52.53,
            "longitude": 13.38,
        },
        "phone": "+49 30 2312500",
        "time_zone": "Europe/Berlin",
        "opening_hours": [
            {"weekday": 1, "opens": "11:00", "closes": "14:00"},
            {"weekday": 5, "opens": "17:00", "closes": "01:00"},
        ],
        "exceptions": [
            {"date": "2026-12-25", "name": "Christmas Day", "hours": []},
            {
                "date": "2026-12-31",
                "name": "Silvester",
                "hours": [{"opens": "10:00", "closes": "12:00"}, {"opens": "14:00", "closes": "16:00"}],
            },
        ],
        "open_now": True,
        "closes_at": "2026-05-04T12:00:00.000000Z",
        "next_opening_at": None,
        "paused": False,
        "busy_minutes": 0,
        "payment_methods": ["cash", "terminal", "qr", "card"],
        "rating": None,
    }


@pytest.mark.parametrize(
    ("now", "open_now", "closes_at", "next_opening_at"),
    [
        ("2026-05-04T08:59", False, None, "2026-05-04T09:00:00.000000Z"),
        ("2026-05-04T09:00", True, "2026-05-04T12:00:00.000000Z", None),
        ("2026-05-04T12:00", False, None, "2026-05-04T15:00:00.000000Z"),
        ("2026-05-04T22:30", True, "2026-05-04T23:00:00.000000Z", None),
        ("2026-05-08T23:00", False, None, "2026-05-11T09:00:00.000000Z"),
    ],
)
def test_a_branch_says_whether_it_is_open_and_when_that_changes(anybody, now, open_now, closes_at, next_opening_at):
    make_branch(hours=WEEKDAYS)

    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
        branch = shown(anybody)

    assert (branch["open_now"], branch["closes_at"], branch["next_opening_at"]) == (
        open_now,
        closes_at,
        next_opening_at,
    )


def test_a_branch_round_the_clock_is_open_and_never_closes(anybody, branch):
    found = shown(anybody)

    assert (found["open_now"], found["closes_at"], found["next_opening_at"]) == (True, None, None)


def test_a_branch_without_hours_is_closed_and_nothing_is_known(anybody):
    make_branch(hours=[])

    found = shown(anybody)

    assert (found["open_now"], found["closes_at"], found["next_opening_at"]) == (False, None, None)


def test_a_pause_and_its_end_are_seen(anybody, branch):
    BranchState.objects.filter(branch=branch).update(is_paused=True, paused_until=datetime(2026, 5, 4, 11, tzinfo=UTC))

    with time_machine.travel(datetime(2026, 5, 4, 10, 59, 59, tzinfo=UTC), tick=False):
        assert shown(anybody)["paused"] is True
        assert shown(anybody)["open_now"] is True
    with time_machine.travel(datetime(2026, 5, 4, 11, 0, tzinfo=UTC), tick=False):
        assert shown(anybody)["paused"] is False


def test_a_pause_without_an_end_lasts(anybody, branch):
    BranchState.objects.filter(branch=branch).update(is_paused=True)

    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        assert shown(anybody)["paused"] is True


def test_being_busy_and_its_end_are_seen(anybody, branch):
    BranchState.objects.filter(branch=branch).update(busy_minutes=20, busy_until=datetime(2026, 5, 4, 11, tzinfo=UTC))

    with time_machine.travel(datetime(2026, 5, 4, 10, 59, 59, tzinfo=UTC), tick=False):
        assert shown(anybody)["busy_minutes"] == 20
    with time_machine.travel(datetime(2026, 5, 4, 11, 0, tzinfo=UTC), tick=False):
        assert shown(anybody)["busy_minutes"] == 0


def test_the_state_of_one_branch_is_not_another_s(anybody, branch):
    other = make_branch("Other")
    BranchState.objects.filter(branch=other).update(is_paused=True, busy_minutes=15)

    found = anybody.get("branches").json["data"]

    assert [(b["name"], b["paused"], b["busy_minutes"]) for b in found] == [("Mitte", False, 0), ("Other", True, 15)]


def test_a_branch_without_a_row_of_state_is_calm(anybody, branch):
    BranchState.objects.all().delete()

    assert (shown(anybody)["paused"], shown(anybody)["busy_minutes"]) == (False, 0)


def test_branches_come_in_their_positions_and_withdrawn_ones_are_gone(anybody):
    make_branch("Second", position=2)
    make_branch("Gone", position=0, is_active=False)
    make_branch("First", position=1)

    assert [branch["name"] for branch in anybody.get("branches").json["data"]] == ["First", "Second"]
