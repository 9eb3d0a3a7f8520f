"""The figures of the statistics, every one of them, of a few orders."""

from datetime import timedelta

import pytest

from orders.statistics_serializers import StatisticsSerializer
from tests.factories import make_product
from tests.orders.past import delivered, line, live_in, statistics, utc
from tests.orders.steps import euro, place
from tests.shapes import assert_shape

APRIL = "period=day&from=2026-03-31T22:00:00Z&to=2026-04-03T22:00:00Z"


@pytest.fixture
def order(alice, soup):
    """Placed now, in Berlin's Ackerstr. 1 for 12.00; not delivered, and so never counted itself."""
    live_in(alice, "Europe/Berlin")
    return place(alice, soup, total=1200)


def test_everything_of_three_orders(alice, order, branch, soup):
    bread = make_product("bread")
    both = [line("Soup", quantity=2, product_id=soup.id), line("Bread", price=300, product_id=bread.id)]
    delivered(order, utc("2026-04-01 10:00"))
    delivered(order, utc("2026-04-03 10:59"), items=both, total=2500, owed=2400, delivered_at=utc("2026-04-03 12:00"))
    pickup = {"delivery_method": "pickup", "place": None, "branch_id": branch.id}
    delivered(order, utc("2026-04-03 17:30"), **pickup, total=1000, owed=1000)

    assert statistics(alice, APRIL) == {
        "period": "day",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "buckets": [
            {"start": "2026-03-31T22:00:00.000000Z", "end": "2026-04-01T22:00:00.000000Z",
             "orders": 1, "positions": 1, "amount": euro(1200)},
            {"start": "2026-04-01T22:00:00.000000Z", "end": "2026-04-02T22:00:00.000000Z",
             "orders": 0, "positions": 0, "amount": euro(0)},
            {"start": "2026-04-02T22:00:00.000000Z", "end": "2026-04-03T22:00:00.000000Z",
             "orders": 2, "positions": 4, "amount": euro(3400)},
        ],
        "totals": {"orders": 3, "positions": 5, "amount": euro(4600), "average": euro(1533)},
        "by_hour": [
            {"hour": hour, "orders": {12: 2, 19: 1}.get(hour, 0), "amount": euro({12: 3600, 19: 1000}.get(hour, 0))}
            for hour in range(24)
        ],
        "by_place": [
            {"method": "courier", "branch_id": None, "name": "Berlin, Ackerstr. 1", "orders": 2, "amount": euro(3600)},
            {"method": "pickup", "branch_id": str(branch.id), "name": "Mitte", "orders": 1, "amount": euro(1000)},
        ],
        "by_product": [
            {"product_id": str(soup.id), "name": "Soup", "orders": 3, "quantity": 4, "amount": euro(4000)},
            {"product_id": str(bread.id), "name": "Bread", "orders": 1, "quantity": 1, "amount": euro(300)},
        ],
        "on_time_share": 0.6667,
    }  # fmt: skip


def test_nothing_at_all(alice):
    found = statistics(alice, APRIL)

    assert [(bucket["orders"], bucket["positions"], bucket["amount"]) for bucket in found["buckets"]] == [
        (0, 0, euro(0))
    ] * 4  # in UTC
    assert found["totals"] == {"orders": 0, "positions": 0, "amount": euro(0), "average": None}
    assert found["by_hour"] == [{"hour": hour, "orders": 0, "amount": euro(0)} for hour in range(24)]
    assert (found["by_place"], found["by_product"], found["on_time_share"]) == ([], [], None)


@pytest.mark.parametrize("period", ["day", "week", "month", "year", "all"])
@pytest.mark.parametrize("range", ["", "&from=2026-03-15T12:00:00Z", "&to=2026-04-02T12:00:00Z"])
def test_every_answer_has_the_shape_that_is_promised(alice, order, period, range):
    delivered(order, utc("2026-04-01 10:00"), utc("2026-04-02 10:00"))

    assert_shape(StatisticsSerializer, statistics(alice, f"period={period}{range}"))


def test_an_average_is_rounded_half_up(alice, order):
    delivered(order, utc("2026-04-01 10:00"), owed=1000)
    delivered(order, utc("2026-04-01 10:00"), owed=1001)
    assert statistics(alice, APRIL)["totals"]["average"] == euro(1001)

    delivered(order, utc("2026-04-01 10:00"), owed=1000)
    assert statistics(alice, APRIL)["totals"]["average"] == euro(1000)


def test_free_orders_count_as_orders(alice, order):
    delivered(order, utc("2026-04-01 10:00"), owed=0)

    found = statistics(alice, APRIL)

    assert found["totals"] == {"orders": 1, "positions": 1, "amount": euro(0), "average": euro(0)}
    assert found["by_place"][0]["orders"] == 1


def test_on_time_is_what_was_handed_over_by_the_end_of_the_last_promise(alice, order):
    placed = utc("2026-04-01 10:00")
    promise = placed + timedelta(minutes=40)
    delivered(order, placed, delivered_at=promise)
    assert statistics(alice, APRIL)["on_time_share"] == 1

    delivered(
        order, placed, delivered_at=promise + timedelta(microseconds=1), first_delivered_to=utc("2030-01-01 00:00")
    )
    assert statistics(alice, APRIL)["on_time_share"] == 0.5

    delivered(order, placed, delivered_at=None)  # nobody knows when
    assert statistics(alice, APRIL)["on_time_share"] == 0.5
