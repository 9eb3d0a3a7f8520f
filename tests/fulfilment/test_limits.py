"""Requests of services count like all others: by client address, and by key as by session."""

import pytest

from tests.fulfilment.services import Service, make_service
from tests.limits import assert_throttled, at, set_limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)


def test_a_key_is_counted_wherever_it_is_used_from_and_another_is_not_concerned(settings, kitchen, order):
    set_limits(settings, requests_by_service_key=(2, 60))
    statuses = [at(f"198.51.100.{number}", kitchen).report(order, "cooking").status for number in range(3)]
    assert statuses == [200, 200, 429]
    assert_throttled(kitchen.delay(order, 5), 60)
    assert make_service("courier").report(order, "ready").status == 200


def test_what_is_no_key_is_counted_by_address_before_it_is_looked_up(settings, order):
    set_limits(settings, requests_by_address=(2, 60))
    stranger = at("198.51.100.7", Service("cbk_" + "x" * 43))
    assert [stranger.report(order, "cooking").status for _ in range(3)] == [401, 401, 429]
    assert_throttled(at("198.51.100.7", make_service("kitchen")).report(order, "cooking"), 60)


def test_a_key_does_not_use_up_what_a_session_may_send(settings, alice, kitchen, order):
    set_limits(settings, requests_by_session=(9, 60), requests_by_service_key=(1, 60))
    assert [kitchen.delay(order, 1).status for _ in range(2)] == [200, 429]
    assert alice.get("account").status == 200
