"""How long an order takes: pure functions of the kitchen's load, stock, conditions and time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from catalog.value import Branch
from orders.estimates import MODEL_VERSION, Queue, cooking_seconds, describe_forecast, forecast, forecast_for_later
from tests.orders.steps import NOON, at

KITCHEN: Any = Branch(
    id=UUID(int=5), name="Mitte", line="", postal_code="", city="", country="DE", latitude=0, longitude=0, phone="",
    time_zone=ZoneInfo("Europe/Berlin"), day_starts_at=None, cooking_places=2, restock_seconds=1200,
    courier_wait_seconds=300, slot_minutes=15, slot_capacity=None, delivery_tax_bps=0, seller_name="", seller_tax_id="",
    seller_address="", hours=(), exceptions={}, zones=(), products={}, menu=(),
)  # fmt: skip


def estimate(**changes: Any) -> Any:
    """A courier order of 600 s cooking and 600 s travel, sent to an idle kitchen at NOON, unless said otherwise."""
    usual = {
        "now": NOON,
        "branch": KITCHEN,
        "cooking": 600,
        "queue": Queue(),
        "busy_seconds": 0,
        "is_lacking": False,
        "travel_seconds": 600,
    }
    return forecast(**{**usual, **changes})


def minutes(made: Any) -> tuple[float, float]:
    """(cooked, delivered) in minutes after NOON."""
    return (made.cooked_at - NOON).total_seconds() / 60, (made.delivered_at - NOON).total_seconds() / 60


def test_an_idle_kitchen_cooks_at_once():
    made = estimate()

    assert minutes(made) == (10, 25)
    assert (made.wait_seconds, made.courier_wait_seconds, made.travel_seconds) == (0, 300, 600)
    assert made.seconds == 1500


def test_the_queue_is_worked_off_by_all_cooking_places():
    made = estimate(queue=Queue(work_seconds=3600, open_orders=4))

    assert (made.queue_seconds, made.wait_seconds, made.open_orders) == (1800, 1800, 4)
    assert minutes(made) == (40, 55)
    assert estimate(queue=Queue(3600, 4), branch=replace(KITCHEN, cooking_places=3)).queue_seconds == 1200


@pytest.mark.parametrize(("work", "wait"), [(600, 1200), (2400, 1200), (2402, 1201), (4800, 2400)])
def test_goods_are_fetched_while_others_are_cooked_for(work, wait):
    made = estimate(queue=Queue(work_seconds=work), is_lacking=True)

    assert (made.restock_seconds, made.wait_seconds) == (1200, wait)


def test_nothing_is_fetched_when_nothing_lacks():
    assert estimate(is_lacking=False).restock_seconds == 0


def test_a_branch_that_does_not_restock_waits_for_no_goods():
    assert estimate(is_lacking=True, branch=replace(KITCHEN, restock_seconds=None)).wait_seconds == 0


def test_what_staff_announced_comes_on_top():
    made = estimate(busy_seconds=900, queue=Queue(work_seconds=1200))

    assert made.wait_seconds == 600 + 900
    assert minutes(made) == (35, 50)


def test_the_wait_for_a_courier_is_what_was_lately_seen():
    assert estimate(queue=Queue(courier_wait_seconds=40)).courier_wait_seconds == 40
    assert estimate(queue=Queue(courier_wait_seconds=0)).courier_wait_seconds == 0
    assert estimate(queue=Queue(courier_wait_seconds=None)).courier_wait_seconds == 300


def test_pickup_has_neither_courier_nor_travel():
    made = estimate(travel_seconds=None, queue=Queue(courier_wait_seconds=40))

    assert (made.courier_wait_seconds, made.travel_seconds) == (None, None)
    assert made.cooked_at == made.delivered_at == NOON + timedelta(minutes=10)


def test_the_window_begins_five_minutes_early_and_ends_ten_late():
    made = estimate()

    assert made.delivered_from == NOON + timedelta(minutes=20)
    assert made.delivered_to == NOON + timedelta(minutes=35)


def test_the_window_of_a_long_wait_is_a_fifth_of_it():
    made = estimate(queue=Queue(work_seconds=2 * 6000))  # delivered after 125 minutes

    assert made.delivered_from == NOON + timedelta(minutes=120)
    assert made.delivered_to == NOON + timedelta(minutes=150)


def test_the_window_does_not_begin_in_the_past():
    assert estimate(travel_seconds=None, cooking=60).delivered_from == NOON


def test_an_order_is_not_handed_over_before_it_was_asked_for():
    made = estimate(not_before=NOON + timedelta(minutes=60))

    assert minutes(made) == (45, 60)
    assert made.wait_seconds == 0
    assert minutes(estimate(not_before=NOON + timedelta(minutes=5))) == (10, 25)


def test_for_later_it_is_promised_as_asked():
    asked = NOON + timedelta(hours=5)

    made = forecast_for_later(now=NOON, branch=KITCHEN, cooking=600, travel_seconds=600, requested_at=asked)

    assert (made.made_at, made.delivered_at) == (NOON, asked)
    assert made.cooked_at == asked - timedelta(seconds=900)
    assert (made.delivered_from, made.delivered_to) == (asked - timedelta(minutes=5), asked + timedelta(minutes=10))
    assert (made.wait_seconds, made.open_orders, made.seconds) == (0, 0, 1500)


def test_for_later_pickup_is_cooked_when_it_is_fetched():
    asked = NOON + timedelta(hours=5)

    made = forecast_for_later(now=NOON, branch=KITCHEN, cooking=600, travel_seconds=None, requested_at=asked)

    assert made.cooked_at == made.delivered_at == asked
    assert (made.courier_wait_seconds, made.travel_seconds, made.seconds) == (None, None, 600)


@pytest.mark.parametrize(
    ("portions", "seconds"),
    [
        ([], 0),
        ([(600, 1)], 600),
        ([(600, 2)], 690),
        ([(600, 1), (300, 2)], 690),
        ([(300, 2), (600, 1)], 690),
        ([(0, 99)], 0),
        ([(600, 99)], 9420),
    ],
)
def test_the_slowest_product_cooks_and_the_others_add_a_share(portions, seconds):
    assert cooking_seconds(portions) == seconds


def test_an_estimate_is_kept_with_all_its_parts():
    made = estimate(queue=Queue(1800, 3, 120), busy_seconds=60, is_lacking=True)

    described = describe_forecast(made, "placed")

    assert described.pop("id")
    assert described == {
        "made_at": at(),
        "why": "placed",
        "wait_seconds": 1260,
        "restock_seconds": 1200,
        "queue_seconds": 900,
        "busy_seconds": 60,
        "cooking_seconds": 600,
        "courier_wait_seconds": 120,
        "travel_seconds": 600,
        "cooked_at": at(minutes=31),
        "delivered_at": at(minutes=43),
        "delivered_from": at(minutes=38),
        "delivered_to": at(minutes=53),
        "open_orders": 3,
        "model_version": MODEL_VERSION,
    }
