"""An order that was asked for a later time is not promised earlier than that, however early its steps come."""

from datetime import timedelta

import pytest

from tests.orders.promises import last, minutes_of, promised, reasons
from tests.orders.steps import NOON, PICKUP, advance, at, courier, place, row


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.fixture
def step(time_machine):
    """Moves an order so many minutes after NOON; the estimate that this makes."""

    def advance_at(minute, order, *statuses):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(order, *statuses)
        return last(order)

    return advance_at


def for_later(alice, soup, minutes=180):
    return place(alice, soup, total=1200, delivery=courier(requested_at=at(minutes=minutes)))


def test_every_early_step_still_promises_the_time_that_was_asked_for(alice, soup, step):
    order = for_later(alice, soup)

    asked = {"cooked": 165, "delivered": 180, "from": 175, "to": 190}
    assert promised(last(order)) == asked
    # Released 155 minutes early, the window is a fifth of the rest.
    assert promised(step(60, order, "accepted")) == asked | {"to": 204}
    assert promised(step(100, order, "restocking", "picking")) == asked | {"to": 196}
    assert promised(step(110, order, "cooking")) == asked | {"to": 194}
    assert promised(step(120, order, "ready")) == asked | {"cooked": 120, "to": 192}
    assert promised(step(121, order, "in_delivery")) == asked | {"cooked": 120, "to": 191.8}
    assert reasons(order) == [
        ("placed", 0), ("released", 60), ("restocked", 100), ("cooking", 110), ("cooked", 120), ("picked_up", 121),
    ]  # fmt: skip


def test_too_late_for_the_time_that_was_asked_for_the_real_one_is_promised(alice, soup, step):
    order = for_later(alice, soup)

    assert promised(step(180, order, "accepted")) == {"cooked": 190, "delivered": 205, "from": 200, "to": 215}
    assert promised(step(190, order, "cooking")) == {"cooked": 200, "delivered": 215, "from": 210, "to": 225}
    assert promised(step(201, order, "ready")) == {"cooked": 201, "delivered": 216, "from": 211, "to": 226}
    assert promised(step(207, order, "in_delivery")) == {"cooked": 201, "delivered": 217, "from": 212, "to": 227}


def test_what_is_asked_for_soon_and_goes_to_the_kitchen_at_once_is_not_promised_sooner(alice, soup, step):
    order = for_later(alice, soup, minutes=25)
    assert row(order).status == "accepted"

    assert promised(step(1, order, "cooking")) == {"cooked": 11, "delivered": 26, "from": 21, "to": 36}
    assert promised(step(3, order, "ready")) == {"cooked": 3, "delivered": 25, "from": 20, "to": 35}


def test_what_is_fetched_later_is_cooked_for_then(alice, soup, step):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(minutes=120)})

    assert promised(step(60, order, "accepted", "cooking")) == {"cooked": 120, "delivered": 120, "from": 115, "to": 132}
    assert promised(step(70, order, "ready")) == {"cooked": 70, "delivered": 120, "from": 115, "to": 130}


def test_what_was_promised_first_is_what_was_asked_for(alice, soup, step):
    order = for_later(alice, soup)
    step(200, order, "accepted", "cooking", "ready", "in_delivery", "delivered")

    assert minutes_of(row(order).first_cooked_at) == 165
    assert minutes_of(row(order).first_delivered_to) == 190
