"""`calibrate_estimates` says before → after and changes what enough orders tell; estimates are nearer from then on."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.loading import read_version
from catalog.models import Branch, DeliveryZone, Product
from orders.accuracy import measure_accuracy
from tests.factories import make_product, put_in_stock
from tests.orders.steps import NOON, advance, nothing_written, place

DAY = timedelta(days=1)


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def calibrate(*arguments):
    out = StringIO()
    call_command("calibrate_estimates", *arguments, stdout=out)
    return out.getvalue().splitlines()


def times():
    """Seconds of cooking, of the way, of the wait for a courier."""
    zone, branch = DeliveryZone.objects.get(), Branch.objects.get()
    return Product.objects.get(key="soup").cooking_seconds, zone.travel_seconds, branch.courier_wait_seconds


def test_what_enough_orders_tell_is_changed(alice, soup, deliver):
    for number in range(3):
        deliver(alice, soup, total=1200, placed=60 * number, ready=20, in_delivery=25, delivered=29)

    version = read_version()
    assert calibrate("--minimum", "3") == [
        "cooking, Soup: 600 s → 1200 s (3 orders)",
        "travel, Mitte, Near: 600 s → 240 s (3 orders)",
        "courier wait, Mitte: 300 s stays (3 orders)",
        "2 of 3 changed.",
    ]
    assert times() == (1200, 240, 300)
    assert read_version() > version


def test_a_dry_run_says_it_and_changes_nothing(alice, soup, deliver):
    deliver(alice, soup, total=1200, ready=20, in_delivery=22, delivered=30)

    with nothing_written():
        said = calibrate("--minimum", "1", "--dry-run")
    assert said[0] == "cooking, Soup: 600 s → 1200 s (1 order)"
    assert said[-1] == "3 of 3 would change."


def test_of_too_few_orders_nothing_is_concluded(alice, soup, branch, deliver):
    cake = make_product("cake")
    put_in_stock(branch, cake=9)
    for number in range(19):
        deliver(alice, soup, total=1200, placed=number, ready=20, in_delivery=25, delivered=35)
    deliver(alice, cake, total=1200, placed=30)

    with nothing_written():
        assert calibrate() == [
            "travel, Mitte, Near: 600 s stays (20 orders)",
            "courier wait, Mitte: 300 s stays (20 orders)",
            "Too few orders: Cake, Soup.",
            "0 of 4 changed.",
        ]


def test_without_a_span_the_last_four_weeks_count(alice, soup, deliver, time_machine):
    deliver(alice, soup, total=1200, ready=20)
    for days, said in ((27, "cooking, Soup: 600 s → 1200 s (1 order)"), (29, "0 of 0 would change.")):
        time_machine.move_to(NOON + days * DAY, tick=False)
        assert calibrate("--minimum", "1", "--dry-run")[0] == said


def test_with_a_span_its_orders_count(alice, soup, deliver):
    deliver(alice, soup, total=1200, ready=20)
    span = ("--from", "2026-03-02", "--to", "2026-03-02T11:00Z", "--minimum", "1")

    assert calibrate(*span) == ["0 of 0 changed."]
    with pytest.raises(CommandError, match="--to must be after --from"):
        calibrate("--from", "2026-03-02", "--to", "2026-03-01")


def test_what_nothing_tells_of_does_not_raise_the_version(alice, soup, deliver):
    deliver(alice, soup, total=1200)
    version = read_version()

    assert calibrate("--minimum", "1")[-1] == "0 of 3 changed."
    assert read_version() == version


def test_a_kitchen_that_takes_twice_as_long_is_believed(alice, soup, deliver):
    def bias(day):
        measured = measure_accuracy(placed_from=NOON + day * DAY, placed_to=NOON + (day + 1) * DAY)
        return {(line.event, line.promise): round(line.bias_minutes, 6) for line in measured}

    # Cooks 19, 20, 20, 20 and 21 minutes, then 8 until a courier comes, then 14 on the way.
    def work(day):
        for number, minutes in enumerate((19, 20, 20, 20, 21)):
            ready = {"ready": minutes, "in_delivery": minutes + 8, "delivered": minutes + 22}
            deliver(alice, soup, total=1200, placed=day * 24 * 60 + number * 240, **ready)

    work(0)
    assert bias(0) == {
        ("cooking", "first"): 10, ("cooking", "last"): 10, ("delivery", "first"): 17, ("delivery", "last"): 4,
    }  # fmt: skip

    calibrate("--minimum", "5")

    assert times() == (1200, 840, 480)
    work(1)
    assert bias(1) == {
        ("cooking", "first"): 0, ("cooking", "last"): 0, ("delivery", "first"): 0, ("delivery", "last"): 0,
    }  # fmt: skip


def test_orders_that_are_under_way_keep_what_they_were_promised(alice, soup, deliver):
    order = place(alice, soup, total=1200)
    deliver(alice, soup, total=1200, ready=20)
    calibrate("--minimum", "1")

    moved = advance(order, "cooking")
    assert (moved.cooking_seconds, moved.travel_seconds) == (600, 600)
    assert Product.objects.get().cooking_seconds == 1200
