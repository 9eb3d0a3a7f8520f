"""A wrong tap taken back: what was estimated by it is estimated anew from what has really happened."""

from datetime import timedelta

import pytest

from tests.orders.promises import last, promised, reasons
from tests.orders.steps import NOON, PICKUP, advance, place, row


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.fixture
def step(time_machine):
    """Moves an order so many minutes after NOON."""

    def advance_at(minute, order, *statuses, reason=""):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(order, *statuses, reason=reason)
        return last(order)

    return advance_at


def test_back_in_the_kitchen_it_cooks_on_from_where_it_was(alice, soup, step):
    order = place(alice, soup, total=1200)
    step(0, order, "cooking")
    step(2, order, "ready")
    made = step(3, order, "cooking", reason="Not done inside")

    assert (made.why, made.open_orders) == ("cooking", 0)
    assert promised(made) == {"cooked": 10, "delivered": 25, "from": 20, "to": 35}


def test_what_should_have_been_cooked_by_now_is_cooked_now(alice, soup, step):
    order = place(alice, soup, total=1200)
    step(0, order, "cooking")
    step(20, order, "ready")
    made = step(30, order, "cooking", reason="Dropped")

    assert promised(made) == {"cooked": 30, "delivered": 45, "from": 40, "to": 55}


def test_back_on_the_counter_it_waits_for_a_courier_from_when_it_was_cooked(alice, soup, step):
    order = place(alice, soup, total=1200)
    step(10, order, "cooking", "ready")
    step(11, order, "in_delivery")
    made = step(12, order, "ready", reason="Another order was taken")

    assert made.why == "cooked"
    assert made.courier_wait_seconds == 300, "the pick-up that was none has not been measured"
    assert promised(made) == {"cooked": 10, "delivered": 25, "from": 20, "to": 35}

    step(13, order, "in_delivery")
    made = step(40, order, "ready", reason="Again")
    assert promised(made) == {"cooked": 10, "delivered": 50, "from": 45, "to": 60}


def test_back_on_its_way_it_arrives_when_it_would_have_or_now(alice, soup, step):
    order = place(alice, soup, total=1200)
    step(10, order, "cooking", "ready", "in_delivery")
    step(14, order, "delivered")
    made = step(15, order, "in_delivery", reason="Wrong house")

    assert made.why == "picked_up"
    assert promised(made) == {"cooked": 10, "delivered": 20, "from": 15, "to": 30}

    step(30, order, "delivered")
    made = step(31, order, "in_delivery", reason="Wrong again")
    assert promised(made) == {"cooked": 10, "delivered": 31, "from": 31, "to": 41}


def test_what_was_fetched_by_somebody_else_is_cooked_again(alice, soup, step):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    step(0, order, "cooking")
    step(10, order, "ready")
    made = step(12, order, "cooking", reason="Handed to another customer")

    assert promised(made) == {"cooked": 12, "delivered": 12, "from": 12, "to": 22}


def test_no_correction_changes_what_was_promised_first(alice, soup, step):
    order = place(alice, soup, total=1200)
    step(5, order, "cooking", "ready", "in_delivery", "delivered")
    for back in ("in_delivery", "ready", "cooking"):
        step(50, order, back, reason="All wrong")

    assert row(order).first_cooked_at == NOON + timedelta(minutes=10)
    assert row(order).first_delivered_to == NOON + timedelta(minutes=35)
    assert [why for why, _minute in reasons(order)] == [
        "placed", "cooking", "cooked", "picked_up", "picked_up", "cooked", "cooking",
    ]  # fmt: skip
