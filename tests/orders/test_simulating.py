"""Warehouse, kitchen and couriers that are not there move orders as real ones would, and let be what others moved."""

from datetime import timedelta

import pytest

from catalog.models import Reservation, Stock
from catalog.stock import find_contradictions
from orders.lifecycle import ActorKind
from orders.models import Order, StatusLogEntry
from orders.simulating import Simulator, Step, take_step
from orders.statuses import Status
from tests.factories import make_branch, make_product
from tests.orders.steps import NOON, PICKUP, advance, at, courier, nothing_written, place, row

AT_ONCE = 1e15


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def play(speed=AT_ONCE, absent=0.0):
    """What is moved, as (number, status)."""
    return [(order.number, str(order.status)) for order in Simulator(speed=speed, seed=1, absent=absent).play()]


def way_of(order):
    """Every status of the log."""
    return list(StatusLogEntry.objects.filter(order_id=order["id"]).order_by("id").values_list("status", flat=True))


def test_an_order_goes_all_the_way_to_the_door(alice, soup):
    order = place(alice, soup, total=1200)

    assert play() == [(order["number"], to) for to in ("picking", "cooking", "ready", "in_delivery", "delivered")]

    actors = row(order).log.exclude(status="accepted").values_list("actor_kind", "actor").distinct()
    assert set(actors) == {(ActorKind.SERVICE.value, "simulator")}
    assert [why.why for why in row(order).estimates.all()] == ["placed", "cooking", "cooked", "picked_up"]
    assert Reservation.objects.get().consumed == 1000
    assert find_contradictions() == []


def test_what_is_fetched_is_handed_out(alice, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    play()

    assert way_of(order) == ["accepted", "picking", "cooking", "ready", "delivered"]


def test_what_lacks_is_fetched_from_the_store_and_booked(alice):
    make_branch(restock_minutes=20)
    order = place(alice, make_product("soup"), total=1200)
    play()

    assert way_of(order) == ["accepted", "restocking", "picking", "cooking", "ready", "in_delivery", "delivered"]
    assert (Stock.objects.get().on_hand, Stock.objects.get().reserved) == (0, 0)
    assert Reservation.objects.get().consumed == 1000
    assert find_contradictions() == []


def test_now_and_then_nobody_is_at_home(alice, soup):
    orders = [place(alice, soup, total=1200) for _ in range(60)]
    play(absent=0.5)

    absent = [order for order in orders if row(order).status == "undelivered"]
    assert 5 < len(absent) < 55
    assert {row(order).log.last().reason for order in absent} == {"customer_absent"}
    assert Order.objects.filter(status="delivered").count() == 60 - len(absent)


def test_what_is_not_for_them_stays(alice, soup):
    scheduled = place(alice, soup, total=1200, delivery=courier(requested_at=at(hours=5)))
    unpaid = place(alice, soup, total=1200, payment_method="card")
    cancelled = place(alice, soup, total=1200)
    advance(cancelled, "cancelled")

    with nothing_written():
        assert play() == []
    assert [row(order).status for order in (scheduled, unpaid, cancelled)] == [
        "scheduled", "waiting_for_payment", "cancelled",
    ]  # fmt: skip


def test_steps_take_about_as_long_as_was_estimated(alice, soup, time_machine):
    order, moved = place(alice, soup, total=1200), dict[str, int]()
    for minute in range(120):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        moved |= {status: minute for _number, status in play(speed=1)}

    assert list(moved) == ["picking", "cooking", "ready", "in_delivery", "delivered"]
    # 10, 5 and 10 minutes, a third to three times of it.
    assert 3 <= moved["ready"] - moved["cooking"] <= 31
    assert 1 <= moved["in_delivery"] - moved["ready"] <= 16
    assert 3 <= moved["delivered"] - moved["in_delivery"] <= 31
    assert row(order).status == "delivered"


def test_at_sixty_times_the_speed_a_minute_takes_a_second(alice, soup, time_machine):
    place(alice, soup, total=1200)
    slow, fast = Simulator(speed=1, seed=1), Simulator(speed=60, seed=1)
    order = Order.objects.select_related("branch").get()
    order.is_lacking = False

    wait = slow.next_step(order).due_at - NOON
    assert abs((fast.next_step(order).due_at - NOON) * 60 - wait) < timedelta(milliseconds=1)


def test_the_same_seed_has_the_same_chances_and_another_one_others(alice, soup):
    place(alice, soup, total=1200)
    order = Order.objects.select_related("branch").get()
    order.is_lacking = False

    def due(seed):
        return Simulator(speed=1, seed=seed).next_step(order).due_at

    assert due(1) == due(1)
    assert len({due(seed) for seed in range(20)}) == 20


def test_no_more_cook_at_once_than_there_are_places(alice, soup):
    orders = [place(alice, soup, total=1200) for _ in range(5)]
    advance(orders[0], "cooking")
    for order in orders[1:]:
        advance(order, "picking")

    due = [step.to for _order, step in Simulator(speed=AT_ONCE, seed=1).find_due()]
    assert sorted(due) == [Status.COOKING, Status.READY]


def test_what_is_wanted_later_is_not_handed_over_before(alice, soup, time_machine):
    order = place(alice, soup, total=1200, delivery=courier(requested_at=at(minutes=25)))
    advance(order, "cooking", "ready")

    assert play(speed=1) == []
    time_machine.move_to(NOON + timedelta(minutes=14, seconds=59), tick=False)
    assert play(speed=1) == []
    time_machine.move_to(NOON + timedelta(minutes=15), tick=False)
    assert play(speed=1) == [(order["number"], "in_delivery")]
    time_machine.move_to(NOON + timedelta(minutes=24, seconds=59), tick=False)
    assert play(speed=1) == []


def test_what_somebody_else_has_moved_meanwhile_is_left_to_them(alice, soup):
    order = row(place(alice, soup, total=1200))
    step = Step(Status.PICKING, NOON)
    advance({"id": order.id}, "restocking")

    with nothing_written():
        assert take_step(order_id=order.id, version=order.version, step=step) is None


def test_a_refusal_does_not_keep_the_others_waiting(alice, soup):
    gone, kept = place(alice, soup, total=1200), place(alice, soup, total=1200)
    simulator = Simulator(speed=AT_ONCE, seed=1)
    due = simulator.find_due()
    row(gone).delete()
    wrong = Step(Status.DELIVERED, NOON)

    assert [simulator.advance(each) is not None for each in due] == [False, True]
    assert simulator.advance((row(kept), wrong)) is None
    assert row(kept).status == "picking"
