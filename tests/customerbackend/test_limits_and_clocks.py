"""What a limit does when clocks differ, and with rows that nobody expects."""

from datetime import UTC, datetime, timedelta

import pytest

from customerbackend.models import Throttle
from customerbackend.throttling import Leases, Throttled, count_try, key_of
from tests.clients import Api
from tests.limits import assert_throttled, set_limits, wait_for

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
NAME = "sign_in_by_account"


@pytest.fixture
def at_second(time_machine, settings):
    set_limits(settings, sign_in_by_account=(4, 60), requests_by_session=(80, 60), requests_by_address=(80, 60))

    def move_to(seconds: float) -> None:
        time_machine.move_to(START + timedelta(seconds=seconds), tick=False)

    move_to(0)
    return move_to


def test_two_machines_whose_clocks_differ_by_seconds_share_one_window(at_second):
    """One is five seconds ahead of the other; they take turns."""
    for ahead in (0, 5, 0, 5):
        at_second(ahead)
        assert wait_for(NAME, "alice") == 0
    at_second(0)
    assert wait_for(NAME, "alice") == 60
    at_second(5)
    assert wait_for(NAME, "alice") == 55
    assert Throttle.objects.get().count == 6


def test_the_machine_that_is_ahead_begins_the_next_window_for_both(at_second):
    for _ in range(5):
        wait_for(NAME, "alice")
    at_second(60)  # on the one that is ahead; the other one has 55 seconds past
    assert wait_for(NAME, "alice") == 0
    at_second(55)
    assert [wait_for(NAME, "alice") for _ in range(4)] == [0, 0, 0, 125]
    assert (Throttle.objects.get().rounds, Throttle.objects.get().resets_at) == (1, START + timedelta(seconds=180))


def test_a_clock_that_is_set_back_stops_nobody_for_longer_than_it_was_set_back(at_second):
    wait_for(NAME, "alice")
    at_second(-30)
    assert [wait_for(NAME, "alice") for _ in range(4)] == [0, 0, 0, 90]


def test_what_was_counted_ahead_by_a_slow_clock_is_no_more_than_one_lease(at_second):
    fast, slow = Leases(), Leases()
    slow.spend("requests_by_session", "alice")
    at_second(60)
    passed = 0
    for at, machine in [(60, fast)] * 100 + [(55, slow)] * 100:
        at_second(at)
        try:
            machine.spend("requests_by_session", "alice")
            passed += 1
        except Throttled:
            pass
    assert passed == 80 + 1  # the second half of a lease of two


@pytest.mark.parametrize("resets_at", [datetime(1, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_window_of_long_ago_is_over(at_second, resets_at):
    Throttle.objects.create(key=key_of(NAME, "alice"), count=9, rounds=7, resets_at=resets_at)
    assert [wait_for(NAME, "alice") for _ in range(5)] == [0, 0, 0, 0, 60]
    assert Throttle.objects.get().rounds == 0


@pytest.mark.parametrize("count", [2**31 - 1, 2**31 - 2, 2_000_000_000])
def test_a_count_that_can_go_no_higher_is_refused_and_no_fault(at_second, count):
    ends = START + timedelta(seconds=30)
    keys = [(NAME, "login:nobody"), ("requests_by_address", "127.0.0.1/32")]
    for name, subject in keys:
        Throttle.objects.create(key=key_of(name, subject), count=count, rounds=0, resets_at=ends)
    assert [wait_for(NAME, "login:nobody") for _ in range(3)] == [30] * 3
    assert_throttled(Api().get("menu"), 30)
    at_second(30)
    assert Api().post("auth/sign-in", {"login": "nobody", "password": "wrong"}).status == 401


def test_the_longest_and_highest_limit_that_can_be_set_is_counted(at_second, settings):
    set_limits(settings, sign_in_by_account=(10**9, 9_999_999), requests_by_address=(10**9, 9_999_999))
    leases = Leases()
    for _ in range(3):
        count_try(NAME, "alice")
        leases.spend("requests_by_address", "198.51.100.7/32")
    row = Throttle.objects.get(key=key_of(NAME, "alice"))
    assert (row.count, row.resets_at) == (3, START + timedelta(seconds=9_999_999))


def test_rounds_stop_growing_before_their_column_ends(at_second):
    Throttle.objects.create(key=key_of(NAME, "alice"), count=4, rounds=32767, resets_at=START)
    assert [wait_for(NAME, "alice") for _ in range(5)] == [0, 0, 0, 0, 3600]
    assert Throttle.objects.get().rounds == 20


@pytest.mark.parametrize("subject", ["", "x" * 10_000, "o'; DROP TABLE x; --", "Ж\n%s", "\x00"])
def test_whatever_the_subject_is_it_is_counted(at_second, subject):
    assert [wait_for(NAME, subject) for _ in range(5)] == [0, 0, 0, 0, 60]
    assert wait_for(NAME, subject + "?") == 0
