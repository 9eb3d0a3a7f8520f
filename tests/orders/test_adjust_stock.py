"""What is removed before cooking starts is set aside no more; from cooking on it has been used."""

import pytest

from catalog.models import THOUSANDTHS, Reservation, Stock, StockMovement
from catalog.stock import find_contradictions
from orders.models import OrderLine
from tests.factories import make_branch, make_ingredient, make_options, make_product, put_in_stock
from tests.orders.adjustments import goodwill, remove
from tests.orders.steps import NOON, WAYS, advance, at, courier, item, place, row

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture(autouse=True)
def books_agree(db):
    yield
    assert find_contradictions() == []


@pytest.fixture
def stew(branch):
    """Two beans and a pinch of salt; with more beans as an option."""
    extras = make_options("extras", {"more-beans": 100}, recipes={"more-beans": {"beans": 1}})
    put_in_stock(branch, beans=50, salt=50)
    return make_product("stew", recipe={"beans": 2, "salt": 1}, groups=(extras,))


@pytest.fixture
def order(alice, stew):
    """Three plain, two with more beans: 12 beans, 5 salt."""
    option = str(stew.option_groups.get().options.get().id)
    return place(alice, item(stew, 3), item(stew, 2, option_ids=[option]), total=5400)


def in_units(quantities):
    """Whole units by ingredient key, of thousandths by ingredient id."""
    keys = {str(make_ingredient(key).id): key for key in ("beans", "salt")}
    return {keys[ingredient]: thousandths / THOUSANDTHS for ingredient, thousandths in quantities.items()}


def shelf():
    """(on hand, reserved) in whole units, by ingredient."""
    rows = Stock.objects.values_list("ingredient__key", "on_hand", "reserved")
    return {key: (on_hand / THOUSANDTHS, reserved / THOUSANDTHS) for key, on_hand, reserved in rows}


def wanted(order):
    """(wanted, reserved) in whole units of what is open, by ingredient."""
    held = Reservation.objects.filter(holder_id=order["id"], closed_at=None)
    rows = held.values_list("stock__ingredient__key", "wanted", "reserved")
    return {key: (want / THOUSANDTHS, reserved / THOUSANDTHS) for key, want, reserved in rows}


def test_a_line_keeps_what_one_of_it_takes_with_its_options(order):
    plain, with_more = OrderLine.objects.all()

    assert in_units(plain.demand) == {"beans": 2, "salt": 1}
    assert in_units(with_more.demand) == {"beans": 3, "salt": 1}
    assert in_units(row(order).demand) == {"beans": 12, "salt": 5}


@pytest.mark.parametrize("status", ["accepted", "restocking", "picking"])
def test_before_cooking_what_it_takes_is_given_back(order, status):
    advance(order, *WAYS[status])

    remove(order, 2)

    assert in_units(row(order).demand) == {"beans": 8, "salt": 3}
    assert wanted(order) == {"beans": (8, 8), "salt": (3, 3)}
    assert shelf() == {"beans": (50, 8), "salt": (50, 3)}


def test_options_are_given_back_with_their_item(order):
    remove(order, line=1)

    assert in_units(row(order).demand) == {"beans": 9, "salt": 4}
    assert shelf() == {"beans": (50, 9), "salt": (50, 4)}


def test_while_it_waits_for_payment_what_it_takes_is_given_back(alice, stew, settings):
    settings.PAYMENT_METHODS = ["card"]
    order = place(alice, item(stew, 3), total=3200, payment_method="card")
    assert order["status"] == "waiting_for_payment"

    remove(order)

    assert in_units(row(order).demand) == {"beans": 4, "salt": 2}
    assert shelf() == {"beans": (50, 4), "salt": (50, 2)}


@pytest.mark.parametrize("status", ["cooking", "ready", "in_delivery", "delivered", "undelivered"])
def test_from_cooking_on_it_has_been_used(order, status):
    advance(order, *WAYS[status])
    movements = StockMovement.objects.count()

    remove(order, 3)

    assert in_units(row(order).demand) == {"beans": 12, "salt": 5}
    assert shelf() == {"beans": (38, 0), "salt": (45, 0)}
    assert StockMovement.objects.count() == movements


def test_goodwill_changes_nothing_of_stock(order):
    movements = StockMovement.objects.count()

    goodwill(order, 5400)

    assert wanted(order) == {"beans": (12, 12), "salt": (5, 5)}
    assert StockMovement.objects.count() == movements


def test_cooking_uses_what_is_left(order):
    remove(order, 3)
    remove(order, line=1)

    advance(order, "cooking")

    assert shelf() == {"beans": (47, 0), "salt": (49, 0)}


def test_cancelling_after_that_gives_back_the_rest(order):
    remove(order)
    advance(order, "cancelled")

    assert shelf() == {"beans": (50, 0), "salt": (50, 0)}


def test_when_everything_is_removed_nothing_is_set_aside_and_it_can_go_on_or_be_cancelled(alice, stew):
    orders = [place(alice, item(stew), total=1200) for _ in range(2)]
    for order in orders:
        remove(order)
        assert (row(order).demand, wanted(order)) == ({}, {})
    assert shelf() == {"beans": (50, 0), "salt": (50, 0)}

    advance(orders[0], "cooking")
    advance(orders[1], "cancelled")

    assert shelf() == {"beans": (50, 0), "salt": (50, 0)}


def test_what_waits_for_goods_goes_first_and_what_is_freed_goes_to_the_oldest_who_waits(alice, bob):
    branch = make_branch(restock_minutes=20)
    cake = make_product("cake")
    put_in_stock(branch, cake=4)
    first, second, third = (place(each, item(cake, 3), total=3200) for each in (alice, bob, bob))
    assert [wanted(order)["cake"] for order in (first, second, third)] == [(3, 3), (3, 1), (3, 0)]

    remove(second)
    assert [wanted(order)["cake"] for order in (first, second, third)] == [(3, 3), (2, 1), (3, 0)]

    remove(first, 2)
    assert [wanted(order)["cake"] for order in (first, second, third)] == [(1, 1), (2, 2), (3, 1)]
    assert shelf() == {"cake": (4, 4)}


def test_an_order_for_later_demands_less_and_sets_only_that_aside_at_its_release(alice, stew):
    order = place(alice, item(stew, 3), total=3200, delivery=courier(requested_at=at(days=1)))
    assert order["status"] == "scheduled"

    remove(order, 2)
    assert in_units(row(order).demand) == {"beans": 2, "salt": 1}
    assert shelf() == {"beans": (50, 0), "salt": (50, 0)}

    advance(order, "accepted")
    assert shelf() == {"beans": (50, 2), "salt": (50, 1)}


def test_an_order_for_later_of_which_nothing_is_left_is_released_all_the_same(alice, stew):
    order = place(alice, item(stew, 3), total=3200, delivery=courier(requested_at=at(days=1)))
    remove(order, 3)

    advance(order, "accepted")

    assert (row(order).status, row(order).demand) == ("accepted", {})
    assert shelf() == {"beans": (50, 0), "salt": (50, 0)}


def test_of_a_line_of_before_its_demand_was_kept_stock_stays_as_it_is(order):
    OrderLine.objects.update(demand=None)

    assert remove(order, 3).owed == 2400

    assert in_units(row(order).demand) == {"beans": 12, "salt": 5}
    assert wanted(order) == {"beans": (12, 12), "salt": (5, 5)}


def test_what_changed_in_the_recipe_meanwhile_does_not_count(order, stew):
    stew.recipe.all().delete()

    remove(order, 3)

    assert wanted(order) == {"beans": (6, 6), "salt": (2, 2)}


def test_work_and_estimates_stay(order):
    before = row(order)

    remove(order, 3)

    names = ("work_seconds", "cooking_seconds", "wait_seconds", "estimated_cooked_at", "estimated_delivered_to")
    assert [getattr(row(order), name) for name in names] == [getattr(before, name) for name in names]
    assert before.estimates.count() == 1
