"""How good estimates were: bias, error and lateness of the first and the last promise, to the minute."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from orders.accuracy import measure_accuracy
from orders.delaying import delay_order
from orders.lifecycle import lock_order
from orders.paying import add_paid, go_on
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, advance, courier, item, place, row
from tests.statements import statements_sent

DAY = timedelta(days=1)


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def measure(placed_from=NOON, placed_to=NOON + DAY, by=""):
    """By group, event and promise: orders, bias, error, share within five minutes, share late."""
    lines = measure_accuracy(placed_from=placed_from, placed_to=placed_to, by=by)
    return {
        (line.group, line.event, line.promise): (
            line.orders, round(line.bias_minutes, 6), round(line.error_minutes, 6), line.within_5_minutes, line.late
        )
        for line in lines
    }  # fmt: skip


def test_what_came_as_promised_has_no_error(alice, soup, deliver):
    deliver(alice, soup, total=1200)

    assert measure() == {
        ("", "cooking", "first"): (1, 0, 0, 1, None),
        ("", "cooking", "last"): (1, 0, 0, 1, None),
        ("", "delivery", "first"): (1, 0, 0, 1, 0),
        ("", "delivery", "last"): (1, 0, 0, 1, 0),
    }


def test_early_and_late_cancel_out_in_the_bias_and_not_in_the_error(alice, soup, deliver):
    # Promised: cooked at 10, delivered at 25, until 35.
    deliver(alice, soup, total=1200, ready=4, in_delivery=9, delivered=19)
    # The wait for a courier that was just seen is 5 minutes, as assumed before.
    deliver(alice, soup, total=1200, placed=60, cooking=8, ready=20, in_delivery=30, delivered=36)

    assert measure() == {
        ("", "cooking", "first"): (2, 2, 8, 0, None),  # −6, +10
        ("", "cooking", "last"): (2, -2, 4, 0.5, None),  # 4 − 10, 20 − 18
        ("", "delivery", "first"): (2, 2.5, 8.5, 0, 0.5),  # −6, +11 and late
        ("", "delivery", "last"): (2, -2, 2, 1, 0),  # 19 − 19, 36 − 40
    }


@pytest.mark.parametrize(("delivered", "late"), [(35, 0), (35 + 1 / 60, 1)])
def test_late_means_after_the_end_of_the_window(alice, soup, deliver, delivered, late):
    deliver(alice, soup, total=1200, delivered=delivered)

    assert measure()["", "delivery", "first"][-1] == late


@pytest.mark.parametrize(("delivered", "within"), [(20, 1), (30, 1), (30 + 1 / 60, 0), (20 - 1 / 60, 0)])
def test_five_minutes_are_within_five_minutes(alice, soup, deliver, delivered, within):
    deliver(alice, soup, total=1200, delivered=delivered)

    assert measure()["", "delivery", "first"][3] == within


def test_of_what_waited_to_be_paid_the_first_promise_is_that_of_the_payment(alice, soup, time_machine):
    order = place(alice, soup, total=1200, payment_method="card")
    time_machine.move_to(NOON + timedelta(minutes=12), tick=False)
    with transaction.atomic():
        locked = lock_order(row(order).id)
        add_paid(locked, amount=1200, at=NOON)
        go_on(locked)
    for minute, status in ((12, "cooking"), (22, "ready"), (27, "in_delivery"), (40, "delivered")):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(order, status)

    assert measure()["", "cooking", "first"] == (1, 0, 0, 1, None)
    assert measure()["", "delivery", "first"] == (1, 3, 3, 1, 0)


def test_what_staff_said_of_a_delay_is_the_last_promise(alice, soup, time_machine):
    order = place(alice, soup, total=1200)
    delay_order(order_id=row(order).id, minutes=30)
    time_machine.move_to(NOON + timedelta(minutes=38), tick=False)
    advance(order, "cooking", "ready", "in_delivery", "delivered")

    # Cooking began when it was cooked, so that the promise of that moment was the last one.
    assert measure()["", "cooking", "first"] == (1, 28, 28, 0, None)
    assert measure()["", "cooking", "last"] == (1, -10, 10, 0, None)
    assert measure()["", "delivery", "first"] == (1, 13, 13, 0, 1)


def test_what_was_estimated_after_cooking_is_no_promise_to_cook(alice, soup, deliver, time_machine):
    order = deliver(alice, soup, total=1200, ready=17, in_delivery=20, delivered=None)
    delay_order(order_id=row(order).id, minutes=60)
    advance(order, "delivered")

    assert measure()["", "cooking", "last"] == (1, 7, 7, 0, None)


def test_only_delivered_orders_placed_in_the_span_count(alice, soup, deliver):
    deliver(alice, soup, total=1200)
    deliver(alice, soup, total=1200, placed=60, delivered=None)
    cancelled = deliver(alice, soup, total=1200, placed=60, cooking=None, ready=None, in_delivery=None, delivered=None)
    advance(cancelled, "cancelled")
    deliver(alice, soup, total=1200, placed=120)

    assert measure()["", "delivery", "first"][0] == 2
    assert measure(placed_to=NOON + timedelta(hours=2))["", "delivery", "first"][0] == 1
    assert measure(placed_from=NOON + timedelta(seconds=1))["", "delivery", "first"][0] == 1
    assert measure(placed_from=NOON + DAY, placed_to=NOON + DAY * 2) == {}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_the_span_is_of_moments_whatever_day_the_branch_has(alice, deliver, zone):
    put_in_stock(make_branch(time_zone=zone), soup=9)
    soup = make_product("soup")
    for placed in (-720, -360, 0, 360, 719):
        deliver(alice, soup, total=1200, placed=placed)

    for minute in (-720, -360, 0, 360, 719):
        moment = NOON + timedelta(minutes=minute)
        assert measure(moment, moment + timedelta(microseconds=1))["", "cooking", "first"][0] == 1
    assert measure(datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC))["", "cooking", "first"][0] == 5


def test_of_what_is_fetched_only_the_cooking_counts(alice, soup, deliver):
    deliver(alice, soup, total=1000, delivery=PICKUP, ready=13, delivered=90)

    assert measure() == {
        ("", "cooking", "first"): (1, 3, 3, 1, None),
        ("", "cooking", "last"): (1, 3, 3, 1, None),
    }


def test_by_hour_means_the_branch_s_hour(alice, soup, branch, deliver):
    branch.time_zone = "Asia/Kathmandu"
    branch.save()
    deliver(alice, soup, total=1200)  # 16:45 there
    deliver(alice, soup, total=1200, placed=15, delivered=29)  # 17:00
    deliver(alice, soup, total=1200, placed=24 * 60 - 1, delivered=20)  # 16:44 on the next day

    found = measure(placed_to=NOON + 2 * DAY, by="hour")
    assert {key: line[0] for key, line in found.items() if key[1:] == ("delivery", "first")} == {
        ("16", "delivery", "first"): 2,
        ("17", "delivery", "first"): 1,
    }
    assert found["17", "delivery", "first"] == (1, 4, 4, 1, 0)
    assert next(iter(found))[0] == "16"


def test_by_branch_each_stands_for_itself_in_its_place(alice, soup, branch, deliver):
    other = make_branch("Altona", travel_seconds=1200)
    put_in_stock(other, soup=9)
    deliver(alice, soup, total=1200, delivery=courier(branch_id=str(branch.id)))
    deliver(alice, soup, total=1200, delivery=courier(branch_id=str(other.id)))

    found = measure(by="branch")
    assert list(dict.fromkeys(group for group, *_ in found)) == ["Mitte", "Altona"]
    assert found["Mitte", "delivery", "first"] == (1, 0, 0, 1, 0)
    assert found["Altona", "delivery", "first"] == (1, -10, 10, 0, 0)


def test_by_product_an_order_counts_once_with_each_of_its_products(alice, soup, branch, deliver):
    cake = make_product("cake", cooking_seconds=0)
    put_in_stock(branch, cake=9)
    deliver(alice, item(soup, note="one"), item(soup, note="two"), item(cake), total=3200, ready=14)
    deliver(alice, cake, total=1200, placed=60, ready=1)

    found = measure(by="product")
    cooking = {key[0]: line for key, line in found.items() if key[1:] == ("cooking", "first")}
    assert cooking == {"Cake": (2, 1.75, 1.75, 1, None), "Soup": (1, 2.5, 2.5, 1, None)}


@pytest.mark.parametrize("by", ["", "hour", "branch", "product"])
@pytest.mark.django_db(transaction=True)
def test_it_is_one_statement(by):
    measure(by=by)
    with statements_sent() as sent:
        measure(by=by)
    assert len(sent) == 1
