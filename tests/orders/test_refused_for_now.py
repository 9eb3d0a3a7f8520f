"""What cannot be ordered at this moment: 409, with what the client needs to recover. Nothing is written."""

from datetime import time, timedelta

import pytest

from catalog.models import HoursException, StopListEntry
from tests.factories import make_options, make_product, order_body, put_in_stock
from tests.orders.steps import NOON, PICKUP, at, courier, euro, item, nothing_written, place

DATA = {"type", "title", "status", "detail", "code", "errors", "request_id"}

pytestmark = pytest.mark.time_machine(NOON, tick=False)


def refused(api, code, *items, total=1200, **changes):
    """The data fields of the refusal with this code."""
    with nothing_written():
        answer = api.place(order_body(*items, total=total, **changes))
    assert (answer.status, answer.code) == (409, code), answer.text
    return {name: value for name, value in answer.json.items() if name not in DATA}


def test_a_stopped_product_is_unavailable(alice, soup, branch):
    bread = make_product("bread", recipe={"soup": 1})
    StopListEntry.objects.create(branch=branch, product=bread)

    assert refused(alice, "item_unavailable", soup, bread) == {
        "items": [{"index": 1, "product_id": str(bread.id), "option_id": None}]
    }


def test_a_stopped_option_makes_only_itself_unavailable(alice, soup, branch):
    extras = make_options("extras", {"cheese": 100, "ham": 100})
    pizza = make_product("pizza", price=900, recipe={"soup": 1}, groups=(extras,))
    cheese, ham = extras.options.all()
    StopListEntry.objects.create(branch=branch, option=cheese)

    assert refused(alice, "item_unavailable", item(pizza, option_ids=[str(cheese.id)])) == {
        "items": [{"index": 0, "product_id": str(pizza.id), "option_id": str(cheese.id)}]
    }
    place(alice, item(pizza, option_ids=[str(ham.id)]), total=1200)


def test_a_stop_ends_when_its_time_has_come(alice, soup, branch, time_machine):
    StopListEntry.objects.create(branch=branch, product=soup, until=NOON + timedelta(minutes=5))
    refused(alice, "item_unavailable", soup)

    time_machine.move_to(NOON + timedelta(minutes=5), tick=False)

    place(alice, soup, total=1200)


def test_not_enough_stock_says_how_many_are_left(alice, soup, branch):
    cake = make_product("cake")
    put_in_stock(branch, cake=3)

    assert refused(alice, "not_enough_stock", item(soup), item(cake, 4), total=5200) == {
        "items": [{"index": 1, "product_id": str(cake.id), "quantity": 4, "left": 3}]
    }
    place(alice, item(cake, 3), total=3200)
    assert refused(alice, "not_enough_stock", cake) == {
        "items": [{"index": 0, "product_id": str(cake.id), "quantity": 1, "left": 0}]
    }


def test_lines_that_share_what_lacks_are_all_named(alice, branch):
    bun, toast = (make_product(key, recipe={"flour": flour, key: 1}) for key, flour in (("bun", 2), ("toast", 1)))
    rice = make_product("rice")
    put_in_stock(branch, flour=5, bun=100, toast=100, rice=100)

    assert refused(alice, "not_enough_stock", item(bun, 2), item(rice), item(toast, 2), total=5200) == {
        "items": [
            {"index": 0, "product_id": str(bun.id), "quantity": 2, "left": 2},
            {"index": 2, "product_id": str(toast.id), "quantity": 2, "left": 5},
        ]
    }


def test_an_option_counts_into_what_lacks(alice, branch):
    extras = make_options("extras", {"double": 0}, recipes={"double": {"meat": 1}})
    burger = make_product("burger", recipe={"meat": 1}, groups=(extras,))
    put_in_stock(branch, meat=3)
    double = item(burger, 2, option_ids=[str(extras.options.get().id)])

    assert refused(alice, "not_enough_stock", double, total=2200) == {
        "items": [{"index": 0, "product_id": str(burger.id), "quantity": 2, "left": 1}]
    }


def test_an_ingredient_that_was_never_counted_is_not_there(alice, branch):
    cake = make_product("cake")

    assert refused(alice, "not_enough_stock", cake)["items"][0]["left"] == 0


def test_branch_closed_says_when_it_opens_next(alice, soup, branch):
    branch.hours.all().delete()
    branch.hours.create(weekday=0, opens=time(9), closes=time(12))
    branch.hours.create(weekday=0, opens=time(13), closes=time(20))
    branch.hours.create(weekday=1, opens=time(10), closes=time(20))

    # noon in Berlin: the morning is over to the second
    assert refused(alice, "branch_closed", soup) == {"next_opening_at": at(hours=1)}
    later = {**PICKUP, "requested_at": at(hours=9)}
    assert refused(alice, "branch_closed", soup, total=1000, delivery=later) == {"next_opening_at": at(hours=22)}


def test_a_holiday_is_a_closed_day(alice, soup, branch):
    HoursException.objects.create(branch=branch, date=NOON.date(), name="Holiday")

    assert refused(alice, "branch_closed", soup) == {"next_opening_at": at(hours=12)}


def test_a_branch_that_never_opens_knows_no_next_opening(alice, soup, branch):
    branch.hours.all().delete()

    assert refused(alice, "branch_closed", soup) == {"next_opening_at": None}


def test_branch_paused_until_it_is_over(alice, soup, branch, time_machine):
    branch.state.is_paused = True
    branch.state.paused_until = NOON + timedelta(minutes=10)
    branch.state.save()

    assert refused(alice, "branch_paused", soup) == {}

    time_machine.move_to(NOON + timedelta(minutes=10), tick=False)
    place(alice, soup, total=1200)


@pytest.mark.parametrize("wrong", [0, 1199, 1201, 2**53 - 1])
def test_total_changed_gives_the_right_one(alice, soup, wrong):
    found = refused(alice, "total_changed", soup, total=wrong)

    assert found["total"] == euro(1200)
    assert found["totals"] == {
        "items": euro(1000),
        "delivery": euro(200),
        "charges": [{"kind": "delivery", "name": "Delivery", "amount": euro(200)}],
        "total": euro(1200),
        "tax": [
            {"rate_bps": 700, "net": euro(935), "tax": euro(65)},
            {"rate_bps": 1900, "net": euro(168), "tax": euro(32)},
        ],
        "owed": euro(1200),
    }


def test_a_price_that_changed_between_looking_and_placing_is_refused(alice, soup):
    type(soup).objects.update(price=1100)

    assert refused(alice, "total_changed", soup)["total"] == euro(1300)


def test_slot_full_says_the_next_slot_with_a_place(alice, soup, branch):
    type(branch).objects.update(slot_capacity=1)
    for minutes in (300, 315, 345):
        place(alice, soup, total=1200, delivery=courier(requested_at=at(minutes=minutes)))

    assert refused(alice, "slot_full", soup, delivery=courier(requested_at=at(minutes=314))) == {
        "next_slot_at": at(minutes=330)
    }


def test_slot_full_knows_no_next_when_the_following_day_is_full_too(alice, soup, branch):
    type(branch).objects.update(slot_capacity=1, slot_minutes=720)
    for hours in (3, 14):
        place(alice, soup, total=1200, delivery=courier(requested_at=at(hours=hours)))

    assert refused(alice, "slot_full", soup, delivery=courier(requested_at=at(hours=4))) == {"next_slot_at": None}
