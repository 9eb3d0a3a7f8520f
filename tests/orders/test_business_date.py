"""The branch's day: it begins when the branch says, in the branch's time zone."""

from datetime import date, time

import pytest

from orders.models import Order
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.steps import PICKUP, place


def business_date(api, **branch):
    put_in_stock(make_branch(**branch), soup=1)
    place(api, make_product("soup"), total=1000, delivery=PICKUP)
    return Order.objects.get().business_date


# Berlin: UTC+1 in winter, UTC+2 in summer.
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-03-02T03:59:59Z", date(2026, 3, 1), id="04:59:59 is still yesterday"),
        pytest.param("2026-03-02T04:00:00Z", date(2026, 3, 2), id="05:00 is today"),
        pytest.param("2026-03-02T22:59:59Z", date(2026, 3, 2), id="23:59:59 is today"),
        pytest.param("2026-03-02T23:30:00Z", date(2026, 3, 2), id="00:30 belongs to the evening before"),
        pytest.param("2026-07-02T02:59:59Z", date(2026, 7, 1), id="summer, 04:59:59"),
        pytest.param("2026-07-02T03:00:00Z", date(2026, 7, 2), id="summer, 05:00"),
        pytest.param("2026-01-01T02:00:00Z", date(2025, 12, 31), id="the old year"),
    ],
)
def test_the_day_begins_at_five_in_the_branch(alice_at, moment, expected):
    assert business_date(alice_at(moment)) == expected


def test_the_branch_says_when_its_day_begins(alice_at):
    assert business_date(alice_at("2026-03-02T03:59:59Z"), day_starts_at=time(0)) == date(2026, 3, 2)


def test_the_branch_counts_in_its_own_time_zone(alice_at):
    assert business_date(alice_at("2026-03-02T18:00:00Z"), time_zone="Asia/Vladivostok") == date(2026, 3, 2)
    # 04:00 on the third in Vladivostok


def test_it_stays_as_placed_when_the_order_is_for_another_day(alice_at):
    alice = alice_at("2026-03-02T11:00:00Z")
    put_in_stock(make_branch(), soup=1)
    soup = make_product("soup")

    place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": "2026-03-04T11:00:00Z"})

    assert Order.objects.get().business_date == date(2026, 3, 2)
