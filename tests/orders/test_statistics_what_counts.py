"""Which orders are counted, and by what: delivered ones, by what is owed and what has not been removed."""

import pytest

from orders.statuses import Status
from tests.factories import make_product, put_in_stock
from tests.orders.adjustments import goodwill, remove
from tests.orders.past import delivered, line, live_in, statistics, utc
from tests.orders.steps import NOON, WAYS, advance, euro, item, place

APRIL = "period=month&from=2026-04-01T00:00:00Z&to=2026-05-01T00:00:00Z"
WHILE_IT_RUNS = {"release_at": NOON, "payment_due_at": NOON}


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


@pytest.mark.time_machine(NOON, tick=False)
def test_what_was_taken_out_and_let_off_is_not_counted(alice, branch, soup):
    bread = make_product("bread", price=300)
    put_in_stock(branch, bread=9)
    order = place(alice, item(soup, 3), item(bread, 2), total=3800)
    remove(order, 1, line=0)
    remove(order, 2, line=1)
    goodwill(order, 150)
    advance(order, *WAYS["delivered"])

    found = statistics(alice, "period=all")

    assert found["totals"] == {"orders": 1, "positions": 2, "amount": euro(2050), "average": euro(2050)}
    assert found["by_product"] == [
        {"product_id": str(soup.id), "name": "Soup", "orders": 1, "quantity": 2, "amount": euro(2000)}
    ]
    assert found["by_place"][0]["amount"] == found["by_hour"][11]["amount"] == euro(2050)
    assert found["on_time_share"] == 1


@pytest.mark.parametrize("status", sorted(set(Status.values) - {"delivered"}))
def test_an_order_that_was_not_delivered_is_not_counted(alice, order, status):
    delivered(order, utc("2026-04-02 10:00"))
    delivered(order, utc("2026-04-03 10:00"), status=status, **WHILE_IT_RUNS)

    found = statistics(alice, APRIL)

    assert found["totals"] == {"orders": 1, "positions": 1, "amount": euro(1200), "average": euro(1200)}
    assert sum(hour["orders"] for hour in found["by_hour"]) == 1
    assert [row["orders"] for row in found["by_place"] + found["by_product"]] == [1, 1]


@pytest.mark.time_machine(NOON, tick=False)
def test_a_correction_takes_an_order_out_again(alice, order):
    advance(order, *WAYS["delivered"])
    assert statistics(alice)["totals"]["orders"] == 1

    advance(order, "in_delivery", reason="wrong tap")

    assert statistics(alice)["totals"]["orders"] == 0


def test_it_is_the_moment_of_placing_that_counts(alice, order):
    delivered(order, utc("2026-04-30 23:59"), delivered_at=utc("2026-05-01 00:30"))
    delivered(order, utc("2026-03-31 23:59"), delivered_at=utc("2026-04-01 00:30"))

    assert statistics(alice, APRIL)["totals"]["orders"] == 1


def test_others_orders_are_never_counted(alice, bob, order, soup):
    hers = place(bob, soup, total=1200)
    delivered(order, utc("2026-04-02 10:00"))
    delivered(hers, utc("2026-04-02 10:00"), utc("2026-04-03 10:00"), utc("2020-01-01 10:00"), owed=1)

    assert statistics(alice, APRIL)["totals"]["amount"] == euro(1200)
    assert statistics(alice, "period=all")["totals"]["amount"] == euro(1200)
    assert statistics(bob, APRIL)["totals"] == {
        "orders": 2, "positions": 2, "amount": euro(2), "average": euro(1),
    }  # fmt: skip


def test_neither_zone_nor_orders_of_another_move_the_buckets_of_all(alice, bob, soup, order):
    live_in(bob, "Asia/Tokyo")
    delivered(place(bob, soup, total=1200), utc("2019-01-01 10:00"))
    delivered(order, utc("2026-04-02 10:00"))

    found = statistics(alice, "period=all")

    assert found["time_zone"] == "UTC"
    assert [bucket["start"] for bucket in found["buckets"]] == ["2026-04-02T00:00:00.000000Z"]


def test_an_order_of_which_nothing_is_left_counts_by_what_is_owed(alice, order):
    delivered(order, utc("2026-04-02 10:00"), items=[line(quantity=2, removed=2)], owed=200)

    found = statistics(alice, APRIL)

    assert found["totals"] == {"orders": 1, "positions": 0, "amount": euro(200), "average": euro(200)}
    assert found["by_product"] == []
