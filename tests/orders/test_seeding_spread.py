"""How a seeded history is spread: by the clock of the branch, while it is open, over the years and among customers."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count, Max, Min

from accounts.models import Customer
from catalog.hours import business_date, is_open
from catalog.loading import current_catalog, read_version
from catalog.models import HoursException
from orders.accuracy import measure_accuracy
from orders.calibrating import measure_fits
from orders.models import Order
from tests.orders.seeded import make_company, seed
from tests.orders.steps import NOON

pytestmark = pytest.mark.time_machine(NOON, tick=False)
YEAR = timedelta(days=365.25)


@pytest.fixture
def company(db):
    return make_company()


def test_orders_come_while_their_branch_is_open_on_its_business_day(company):
    HoursException.objects.create(branch=company[0], date=NOON.date() - timedelta(days=90), name="Inventory")
    seed(orders=400)

    catalog = current_catalog(read_version())
    for order in Order.objects.only("branch_id", "placed_at", "business_date"):
        branch = catalog.branch(order.branch_id)
        assert is_open(branch, order.placed_at)
        assert order.business_date == business_date(branch, order.placed_at)
    assert Order.objects.values("branch").distinct().count() == 2
    assert not Order.objects.filter(branch=company[0], business_date=NOON.date() - timedelta(days=90)).exists()


def test_they_fill_the_years_ever_more_with_rush_hours_and_weekends(company):
    seed(customers=60, orders=1500, years=2)

    mitte = Order.objects.filter(branch=company[0])
    zone = current_catalog(read_version()).branches[0].time_zone
    local = [at.astimezone(zone) for at in mitte.values_list("placed_at", flat=True)]
    by_hour, by_weekday = Counter(at.hour for at in local), Counter(at.weekday() for at in local)
    assert by_hour[19] > by_hour[15] > by_hour[4]
    assert by_hour[12] > by_hour[10]
    assert by_weekday[4] > by_weekday[1]
    span = Order.objects.aggregate(first=Min("placed_at"), last=Max("placed_at"))
    assert NOON - 2 * YEAR < span["first"] < NOON - 2 * YEAR + timedelta(days=7)
    assert NOON - timedelta(days=2) < span["last"] < NOON - timedelta(hours=8)
    assert Order.objects.filter(placed_at__lt=NOON - YEAR).count() < 0.45 * 1500


def test_some_customers_order_much_more_than_others_and_live_by_several_clocks(company):
    seed(customers=100, orders=1000)

    counts = sorted(Customer.objects.annotate(count=Count("orders")).values_list("count", flat=True))
    assert sum(counts[:50]) < 0.3 * 1000
    assert len(set(Customer.objects.values_list("time_zone", flat=True))) > 4
    assert {"Europe/Berlin", "Europe/Lisbon"} < set(Customer.objects.values_list("time_zone", flat=True))


def test_the_first_customer_orders_as_often_as_is_said(company):
    first = Customer.objects.filter(login="seed-1")
    seed(orders=300)
    assert first.get().orders.count() >= 15

    Order.objects.all().delete()
    Customer.objects.all().delete()
    said = seed("--heavy=200", customers=100, orders=300)
    assert said == "300 orders of the customers seed-1 to seed-100 have been written, 200 of them of seed-1.\n"
    assert 200 <= first.get().orders.count() < 230


def test_estimates_were_about_right(company):
    seed(customers=60, orders=800)

    lines = measure_accuracy(placed_from=NOON - YEAR, placed_to=NOON)
    assert [(line.event, line.promise) for line in lines] == [
        ("cooking", "first"), ("cooking", "last"), ("delivery", "first"), ("delivery", "last"),
    ]  # fmt: skip
    delivered = Order.objects.filter(status="delivered")
    assert lines[0].orders == delivered.count()
    assert lines[2].orders == delivered.filter(delivery_method="courier").count()
    for line in lines:
        assert -5 < line.bias_minutes < 10
        assert 0.5 < line.error_minutes < 12
    assert lines[3].error_minutes < lines[2].error_minutes
    fits = measure_fits(placed_from=NOON - YEAR, placed_to=NOON)
    assert {fit.quantity.name for fit in fits} == {"cooking", "travel", "courier wait"}
    for fit in fits:
        if fit.cases >= 50 and fit.before >= 300:
            assert 0.8 < fit.median / fit.before < 1.4
