"""When each status was reached. A correction changes none; passing again sets it anew; the log has every passage."""

from datetime import timedelta

import pytest

from orders.lifecycle import move_order
from orders.statuses import Status
from tests.orders.steps import CHEF, NOON, PICKUP, advance, at, place, row

COLUMNS = {
    "placed_at", "accepted_at", "restocking_started_at", "picking_started_at", "cooking_started_at", "cooked_at",
    "delivery_started_at", "delivered_at", "closed_at", "cancelled_at",
}  # fmt: skip


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.fixture
def step(time_machine):
    """Moves an order, a minute after the step before."""
    minutes = iter(range(1, 100))

    def advance_later(order, status, reason=""):
        time_machine.move_to(NOON + timedelta(minutes=next(minutes)), tick=False)
        return advance(order, status, reason=reason)

    return advance_later


def moments(order):
    """Minutes after NOON of every timestamp that is set."""
    stored = row(order)
    values = {name: getattr(stored, name) for name in COLUMNS}
    return {name: (value - NOON).total_seconds() / 60 for name, value in values.items() if value is not None}


def test_each_status_sets_its_own_timestamp(alice, soup, step):
    order = place(alice, soup, total=1200)
    expected = {"placed_at": 0, "accepted_at": 0}
    way = [
        ("restocking", "restocking_started_at"),
        ("picking", "picking_started_at"),
        ("cooking", "cooking_started_at"),
        ("ready", "cooked_at"),
        ("in_delivery", "delivery_started_at"),
        ("delivered", "delivered_at"),
    ]
    for minute, (status, column) in enumerate(way, 1):
        step(order, status)
        expected[column] = minute
        assert moments(order) == expected


@pytest.mark.parametrize(
    ("way", "column"), [(["cancelled"], "cancelled_at"), (["cooking", "ready", "undelivered"], "closed_at")]
)
def test_the_ends_have_timestamps_too(alice, soup, step, way, column):
    order = place(alice, soup, total=1200)
    for status in way:
        step(order, status)

    assert moments(order)[column] == len(way)
    assert moments(order).keys().isdisjoint({"delivered_at", "cancelled_at", "closed_at"} - {column})


def test_a_correction_takes_back_the_time_of_what_has_not_happened_and_sets_none_anew(alice, soup, step):
    order = place(alice, soup, total=1200)
    for status in ("cooking", "ready", "in_delivery", "delivered"):  # 1, 2, 3, 4
        step(order, status)
    left = moments(order)

    for back_to, reason, undone in (
        ("in_delivery", "wrong door", "delivered_at"),
        ("ready", "forgot the drinks", "delivery_started_at"),
        ("cooking", "cold by now", "cooked_at"),
    ):
        step(order, back_to, reason)
        del left[undone]
        assert moments(order) == left

    step(order, "ready")  # 8
    step(order, "in_delivery")
    step(order, "delivered")
    assert moments(order) == left | {"cooked_at": 8, "delivery_started_at": 9, "delivered_at": 10}


def test_the_log_has_every_passage(alice, soup, step):
    order = place(alice, soup, total=1200)
    for status in ("cooking", "ready"):
        step(order, status)
    step(order, "cooking", "not done inside")
    step(order, "ready")

    assert alice.get(f"orders/{order['id']}").json["status_log"] == [
        {"status": "processing", "at": at()},
        {"status": "cooking", "at": at(minutes=1)},
        {"status": "ready", "at": at(minutes=2)},
        {"status": "cooking", "at": at(minutes=3)},
        {"status": "ready", "at": at(minutes=4)},
    ]


def test_public_times_are_those_of_visible_statuses(alice, soup, step):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    for status in ("restocking", "picking", "cooking", "ready", "delivered"):
        step(order, status)

    assert alice.get(f"orders/{order['id']}").json["times"] == {
        "placed_at": at(),
        "paid_at": None,
        "accepted_at": at(),
        "cooking_started_at": at(minutes=3),
        "cooked_at": at(minutes=4),
        "delivery_started_at": None,
        "delivered_at": at(minutes=5),
        "closed_at": None,
        "cancelled_at": None,
    }


def test_it_counts_when_it_happened_not_when_it_was_recorded(alice, soup, time_machine):
    order = place(alice, soup, total=1200)
    time_machine.move_to(NOON + timedelta(minutes=10), tick=False)

    move_order(order_id=row(order).id, to=Status.COOKING, actor=CHEF, at=NOON + timedelta(minutes=7))

    assert moments(order)["cooking_started_at"] == 7
    entry = row(order).log.last()
    assert entry.happened_at == NOON + timedelta(minutes=7)
    assert entry.recorded_at == NOON + timedelta(minutes=10)
    assert alice.get(f"orders/{order['id']}").json["status_changed_at"] == at(minutes=7)


def test_nothing_happens_in_the_future(alice, soup):
    order = place(alice, soup, total=1200)

    move_order(order_id=row(order).id, to=Status.COOKING, actor=CHEF, at=NOON + timedelta(minutes=7))

    assert moments(order)["cooking_started_at"] == 0
