"""`at`: when it happened, which may be a while ago, but not in the future nor before the order was where it is."""

import pytest

from tests.orders.steps import NOON, at, nothing_written, row
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def later(noon, kitchen, order):
    """Ten minutes after the order was placed; the key was used a moment ago."""
    noon.move_to(at(minutes=10), tick=False)
    assert kitchen.report(order, "accepted").status == 400
    return order


def times_of(order):
    """When the last passage happened and when it was recorded."""
    entry = row(order).log.last()
    return entry.happened_at.strftime("%M:%S"), entry.recorded_at.strftime("%M:%S")


def test_what_is_reported_late_happened_when_it_did(kitchen, later):
    answer = kitchen.report(later, "cooking", at=at(minutes=4))
    assert answer.json["status_changed_at"] == at(minutes=4)
    assert times_of(later) == ("04:00", "10:00")
    assert row(later).cooking_started_at.strftime("%M") == "04"


def test_any_offset_will_do(kitchen, later):
    assert kitchen.report(later, "cooking", at="2026-03-02T12:04:00+01:00").json["status_changed_at"] == at(minutes=4)


def test_several_steps_may_be_sent_afterwards_in_their_order(kitchen, later):
    assert kitchen.report(later, "cooking", at=at(minutes=2)).status == 200
    assert kitchen.report(later, "ready", at=at(minutes=8)).status == 200
    assert_problem(kitchen.report(later, "in_delivery", at=at(minutes=6)), 422, "moment_not_possible")
    assert kitchen.report(later, "in_delivery", at=at(minutes=9)).status == 200


@pytest.mark.parametrize(("seconds", "minute"), [(60, "10:00"), (1, "10:00"), (-1, "09:59")])
def test_a_clock_that_is_a_minute_fast_is_taken_as_now(kitchen, later, seconds, minute):
    assert kitchen.report(later, "cooking", at=at(minutes=10, seconds=seconds)).status == 200
    assert times_of(later) == (minute, "10:00")


@pytest.mark.parametrize("seconds", [-60, -1, 0])
def test_a_clock_that_is_a_minute_slow_is_taken_as_the_step_before(kitchen, later, seconds):
    kitchen.report(later, "cooking", at=at(minutes=5))
    assert kitchen.report(later, "ready", at=at(minutes=5, seconds=seconds)).status == 200
    assert times_of(later) == ("05:00", "10:00")


@pytest.mark.parametrize(
    "moment", [at(minutes=11, seconds=1), at(days=1), at(seconds=-61), at(days=-400), "1971-01-01T00:00:00Z",
               "9998-12-31T23:59:59Z"],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_can(kitchen, later, moment):
    with nothing_written():
        document = assert_problem(kitchen.report(later, "cooking", at=moment), 422, "moment_not_possible")
    assert (document["earliest"], document["latest"]) == (at(), at(minutes=10))


@pytest.mark.parametrize("moment", ["now", "", 7, "2026-03-02", "2026-03-02T11:00:00", "2026-13-02T11:00:00Z"])
def test_what_is_no_moment_is_pointed_at(kitchen, later, moment):
    with nothing_written():
        answer = kitchen.report(later, "cooking", at=moment)
    assert_problem(answer, 400, "invalid_request")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/at"]


def test_of_a_time_without_an_offset_that_is_said(kitchen, later):
    assert_invalid(kitchen.report(later, "cooking", at="2026-03-02T11:00:00"), ("/at", "naive"))
