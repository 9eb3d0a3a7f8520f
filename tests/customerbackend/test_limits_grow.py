"""Limits that guard a secret: each window used up makes the next one twice as long, up to an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from customerbackend.models import Throttle
from customerbackend.throttling import forgive, give_back
from tests.limits import set_limits, wait_for

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
GROWING = ["sign_in_by_account", "sign_in_by_address", "password_by_customer"]


class Clock:
    """Stands still until it is moved on."""

    def __init__(self, time_machine) -> None:
        self.time_machine = time_machine
        self.now = START
        self.move_on(0)

    def move_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.time_machine.move_to(self.now, tick=False)


@pytest.fixture
def clock(time_machine, settings) -> Clock:
    set_limits(settings, **dict.fromkeys([*GROWING, "export_by_customer"], (2, 60)))
    return Clock(time_machine)


def use_up(name: str) -> int:
    """Two pass, and the third is told how long to wait."""
    assert [wait_for(name, "alice"), wait_for(name, "alice")] == [0, 0]
    return wait_for(name, "alice")


@pytest.mark.parametrize("name", GROWING)
def test_again_and_again_it_doubles_up_to_an_hour(clock, name):
    waits = []
    for _ in range(9):
        waits.append(use_up(name))
        clock.move_on(waits[-1])
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_what_guards_no_secret_does_not_grow(clock):
    waits = []
    for _ in range(4):
        waits.append(use_up("export_by_customer"))
        clock.move_on(waits[-1])
    assert waits == [60] * 4


def test_tries_that_are_refused_prolong_nothing(clock):
    assert use_up("sign_in_by_account") == 60
    for left in (59, 58, 57):
        clock.move_on(1)
        assert [wait_for("sign_in_by_account", "alice") for _ in range(20)] == [left] * 20
    clock.move_on(57)
    assert use_up("sign_in_by_account") == 120


def test_a_window_is_used_up_by_its_last_try_though_none_was_refused(clock):
    assert [wait_for("sign_in_by_account", "alice") for _ in range(2)] == [0, 0]
    clock.move_on(60)
    assert use_up("sign_in_by_account") == 120


def test_a_window_that_was_not_used_up_begins_anew(clock):
    for _ in range(3):
        clock.move_on(use_up("sign_in_by_account"))
    assert wait_for("sign_in_by_account", "alice") == 0
    clock.move_on(480)
    assert use_up("sign_in_by_account") == 60


@pytest.mark.parametrize(("quiet", "wait"), [(3599, 120), (3600, 60), (7200, 60)])
def test_after_an_hour_of_quiet_it_is_forgotten(clock, quiet, wait):
    clock.move_on(use_up("sign_in_by_account"))
    clock.move_on(quiet)
    assert use_up("sign_in_by_account") == wait


def test_each_subject_grows_for_itself_and_can_be_forgiven(clock):
    clock.move_on(use_up("sign_in_by_account"))
    assert use_up("sign_in_by_account") == 120
    assert [wait_for("sign_in_by_account", "bob") for _ in range(3)] == [0, 0, 60]
    assert wait_for("password_by_customer", "alice") == 0

    forgive(["sign_in_by_account"], ["alice"])

    assert use_up("sign_in_by_account") == 60
    assert wait_for("sign_in_by_account", "bob") == 60


def test_what_is_given_back_can_be_tried_again_but_never_becomes_more_than_the_limit(clock):
    assert wait_for("sign_in_by_address", "alice") == 0
    for _ in range(3):
        give_back("sign_in_by_address", "alice")
    assert Throttle.objects.get().count == 0
    assert use_up("sign_in_by_address") == 60
    give_back("sign_in_by_address", "nobody")
    assert Throttle.objects.count() == 1


def test_a_window_longer_than_an_hour_stays_as_long_as_it_is(clock, settings):
    set_limits(settings, sign_in_by_account=(2, 7200))
    clock.move_on(use_up("sign_in_by_account"))
    assert use_up("sign_in_by_account") == 7200
