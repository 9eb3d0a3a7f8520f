"""Times of the catalog are brought to the medians of what really happened, exactly, and only where enough is known."""

from datetime import timedelta

import pytest

from catalog.loading import read_version
from catalog.models import Branch, DeliveryZone, Product
from orders.calibrating import measure_fits
from orders.models import Order, OrderLine
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, courier, item, place, row
from tests.statements import statements_sent

DAY = timedelta(days=1)


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def fits(placed_from=NOON, placed_to=NOON + DAY):
    """(what, of what): before, after, cases."""
    found = measure_fits(placed_from=placed_from, placed_to=placed_to)
    return {(fit.quantity.name, fit.name): (fit.before, fit.after, fit.cases) for fit in found}


def test_what_happened_as_assumed_stays(alice, soup, deliver):
    deliver(alice, soup, total=1200)

    assert fits() == {
        ("cooking", "Soup"): (600, 600, 1),
        ("travel", "Mitte, Near"): (600, 600, 1),
        ("courier wait", "Mitte"): (300, 300, 1),
    }


def test_the_median_counts_and_no_outlier(alice, soup, deliver):
    for ready in (11, 12, 13, 13, 600):
        deliver(alice, soup, total=1200, ready=ready, in_delivery=ready + 2, delivered=ready + 9)

    assert fits() == {
        ("cooking", "Soup"): (600, 780, 5),
        ("travel", "Mitte, Near"): (600, 420, 5),
        ("courier wait", "Mitte"): (300, 120, 5),
    }


def test_of_an_even_number_the_middle_of_both_counts(alice, soup, deliver):
    for ready in (8, 9):
        deliver(alice, soup, total=1200, ready=ready)

    assert fits()["cooking", "Soup"] == (600, 510, 2)


@pytest.mark.parametrize(
    ("seconds", "rounded"), [(1, 0), (14.9, 0), (15, 30), (44.9, 30), (45, 60), (674, 660), (675, 690)]
)
def test_it_is_half_minutes(alice, soup, deliver, seconds, rounded):
    deliver(alice, soup, total=1200, ready=seconds / 60)

    assert fits()["cooking", "Soup"] == (600, rounded, 1)


@pytest.mark.parametrize(("quantity", "minutes"), [(1, 10), (2, 11.5), (5, 16)])
def test_further_portions_are_taken_off_as_estimates_put_them_on(alice, soup, deliver, quantity, minutes):
    deliver(alice, item(soup, quantity), total=1000 * quantity + 200, ready=minutes)

    assert fits()["cooking", "Soup"] == (600, 600, 1)


def test_portions_of_several_lines_are_taken_together(alice, soup, deliver):
    deliver(alice, item(soup, 2, note="hot"), item(soup, note="cold"), total=3200, ready=13)

    assert fits()["cooking", "Soup"] == (600, 600, 1)


def test_two_products_together_tell_of_neither(alice, soup, branch, deliver):
    cake = make_product("cake")
    put_in_stock(branch, cake=9)
    deliver(alice, soup, cake, total=2200)

    assert fits().keys() == {("travel", "Mitte, Near"), ("courier wait", "Mitte")}


def test_of_what_something_was_removed_the_cooking_is_not_told(alice, soup, deliver):
    order = deliver(alice, item(soup, 2), total=2200)
    OrderLine.objects.filter(order_id=order["id"]).update(quantity_removed=1)

    assert ("cooking", "Soup") not in fits()


@pytest.mark.parametrize("ready", [0, -1])
def test_cooked_as_soon_as_begun_it_was_only_tapped_so(alice, soup, deliver, ready):
    order = deliver(alice, soup, total=1200)
    Order.objects.filter(id=order["id"]).update(cooked_at=NOON + timedelta(minutes=ready))

    assert ("cooking", "Soup") not in fits()


def test_a_courier_who_was_there_before_has_not_waited(alice, soup, deliver):
    order = deliver(alice, soup, total=1200)
    Order.objects.filter(id=order["id"]).update(cooked_at=NOON + timedelta(minutes=16))

    assert fits()["courier wait", "Mitte"] == (300, 0, 1)


def test_what_is_fetched_tells_of_the_kitchen_only(alice, soup, deliver):
    deliver(alice, soup, total=1000, delivery=PICKUP, ready=20, delivered=90)

    assert fits() == {("cooking", "Soup"): (600, 1200, 1)}


def test_each_zone_and_branch_stands_for_itself(alice, soup, branch, deliver):
    other = make_branch("Altona")
    put_in_stock(other, soup=9)
    DeliveryZone.objects.create(
        branch=branch, key="far", name="Far", postal_prefixes=["10119"], fee=200, minimum=0, travel_seconds=900,
        priority=0,
    )  # fmt: skip
    far = courier(branch_id=str(branch.id))
    far["place"] = {**far["place"], "postal_code": "10119"}
    deliver(alice, soup, total=1200, delivery=courier(branch_id=str(branch.id)), delivered=27)
    deliver(alice, soup, total=1200, delivery=courier(branch_id=str(other.id)), in_delivery=16, delivered=20)
    deliver(alice, soup, total=1200, delivery=far, in_delivery=11, delivered=31)

    assert fits() == {
        ("cooking", "Soup"): (600, 600, 3),
        ("travel", "Mitte, Far"): (900, 1200, 1),
        ("travel", "Mitte, Near"): (600, 720, 1),
        ("travel", "Altona, Near"): (600, 240, 1),
        ("courier wait", "Mitte"): (300, 180, 2),
        ("courier wait", "Altona"): (300, 360, 1),
    }


def test_an_order_counts_for_the_zone_that_it_was_promised_for(alice, soup, branch, deliver):
    assert row(place(alice, soup, total=1000, delivery=PICKUP)).zone_key is None
    order = deliver(alice, soup, total=1200)
    assert row(order).zone_key == "near"

    # Erasing its customer leaves no place; a menu file makes the zones anew, under the same keys.
    Order.objects.update(place={"city": "–", "line": "–"})
    branch.zones.all().delete()
    DeliveryZone.objects.create(
        branch=branch, key="near", name="Nearer", postal_prefixes=["999"], fee=0, minimum=0, travel_seconds=60
    )
    assert fits()["travel", "Mitte, Nearer"] == (60, 600, 1)

    branch.zones.all().delete()
    assert ("travel", "Mitte, Nearer") not in fits()


def test_only_orders_placed_in_the_span_count(alice, soup, deliver):
    deliver(alice, soup, total=1200, ready=12)
    deliver(alice, soup, total=1200, placed=60, ready=14)
    deliver(alice, soup, total=1200, placed=90, ready=None, in_delivery=None, delivered=None)

    assert fits()["cooking", "Soup"] == (600, 780, 2)
    assert fits(placed_to=NOON + timedelta(hours=1))["cooking", "Soup"] == (600, 720, 1)
    assert fits(placed_from=NOON + timedelta(minutes=1))["cooking", "Soup"] == (600, 840, 1)


@pytest.mark.django_db(transaction=True)
def test_measuring_takes_three_statements_and_changes_nothing():
    make_branch()
    make_product("soup")
    version = read_version()
    fits()
    with statements_sent() as sent:
        fits()

    assert len(sent) == 3
    assert read_version() == version
    assert Product.objects.get().cooking_seconds == 600
    assert (DeliveryZone.objects.get().travel_seconds, Branch.objects.get().courier_wait_seconds) == (600, 300)
