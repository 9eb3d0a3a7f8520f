"""How much less is owed when an item is removed or goodwill is given, to the last cent, and for how long it goes."""

import pytest

from customerbackend.ids import new_id
from orders.adjusting import AmountNotPossible, QuantityNotPossible
from orders.models import Order, OrderAdjustment, OrderLine
from tests.factories import make_options, make_product, put_in_stock
from tests.orders.adjustments import adds_up, goodwill, noted, remove
from tests.orders.steps import NOON, PICKUP, WAYS, advance, euro, item, nothing_written, place, row

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def order(alice, soup):
    """Three soups brought by a courier: 3 × 10.00 + 2.00."""
    return place(alice, item(soup, 3), total=3200)


def test_an_item_is_removed_at_its_price(order):
    assert remove(order).owed == 2200

    assert (row(order).owed, row(order).total) == (2200, 3200)
    assert noted(order) == [("item_removed", -1000)]


def test_several_are_removed_at_once(order):
    remove(order, 2)

    assert row(order).owed == 1200
    assert noted(order) == [("item_removed", -2000)]
    assert OrderLine.objects.get().quantity_removed == 2


def test_options_go_with_their_item(alice, branch):
    extras = make_options("extras", {"cream": 50, "bacon": 175}, max=2)
    stew = make_product("stew", price=1249, groups=(extras,))
    put_in_stock(branch, stew=9)
    both = [str(option.id) for option in extras.options.all()]
    order = place(alice, item(stew, 2), item(stew, 3, option_ids=both), total=2 * 1249 + 3 * 1474 + 200)

    remove(order, 2, line=1)

    assert noted(order) == [("item_removed", -2948)]
    assert row(order).owed == order["totals"]["total"]["amount"] - 2948
    assert list(OrderLine.objects.values_list("quantity_removed", flat=True)) == [0, 2]


def test_who_did_it_why_and_when_is_kept(order):
    remove(order, reason="sold out")
    goodwill(order, 250, reason="spilt")

    found = OrderAdjustment.objects.order_by("id").values_list("kind", "amount", "reason", "actor_kind", "actor", "at")
    assert list(found) == [
        ("item_removed", -1000, "sold out", "staff", "chef", NOON),
        ("goodwill", -250, "spilt", "staff", "chef", NOON),
    ]


def test_adjustments_add_up_until_nothing_is_owed_and_the_next_is_too_much(order):
    for amount, left in ((700, 2500), (1, 2499), (2498, 1)):
        assert goodwill(order, amount).owed == left
    with nothing_written(), pytest.raises(AmountNotPossible) as refused:
        goodwill(order, 2)
    assert refused.value.data == {"owed": euro(1)}
    assert goodwill(order, 1).owed == 0
    with nothing_written(), pytest.raises(AmountNotPossible):
        goodwill(order, 1)
    assert adds_up(order)


def test_all_of_it_can_be_let_off_at_once(order):
    assert goodwill(order, 3200).owed == 0

    assert row(order).status == "accepted"


@pytest.mark.parametrize("amount", [0, -1, -3200, 3201])
def test_an_amount_that_is_not_possible_changes_nothing(order, amount):
    with nothing_written(), pytest.raises(AmountNotPossible) as refused:
        goodwill(order, amount)

    assert (refused.value.status_code, refused.value.default_code) == (422, "amount_not_possible")


@pytest.mark.parametrize("quantity", [0, -1, 4, 10_000])
def test_a_quantity_that_is_not_possible_changes_nothing(order, quantity):
    with nothing_written(), pytest.raises(QuantityNotPossible) as refused:
        remove(order, quantity)

    assert (refused.value.status_code, refused.value.default_code) == (422, "quantity_not_possible")
    assert refused.value.data == {"quantity_left": 3}


def test_no_more_is_removed_than_is_left(order):
    remove(order, 2)
    with nothing_written(), pytest.raises(QuantityNotPossible) as refused:
        remove(order, 2)
    assert refused.value.data == {"quantity_left": 1}

    remove(order)

    assert row(order).owed == 200
    assert row(order).status == "accepted"  # staff cancel it, if it is to be
    with nothing_written(), pytest.raises(QuantityNotPossible):
        remove(order)


def test_an_item_removed_after_goodwill_lowers_no_more_than_is_owed(order):
    goodwill(order, 2500)

    assert remove(order).owed == 0

    assert noted(order) == [("goodwill", -2500), ("item_removed", -700)]


def test_what_costs_nothing_any_more_is_removed_without_an_adjustment(order):
    goodwill(order, 3200)

    changed = remove(order, 2)

    assert noted(order) == [("goodwill", -3200)]
    assert (changed.owed, changed.version, OrderLine.objects.get().quantity_removed) == (0, 3, 2)


def test_what_never_cost_anything_is_removed_without_an_adjustment(alice, branch):
    water = make_product("water", price=0)
    put_in_stock(branch, water=1)
    order = place(alice, water, total=0, delivery=PICKUP)

    assert remove(order).items[0]["quantity_removed"] == 1

    assert noted(order) == []


@pytest.mark.parametrize("status", [status for status in WAYS if status not in ("undelivered", "cancelled")])
def test_goodwill_is_goodwill_in_every_other_status(order, status):
    advance(order, *WAYS[status])

    assert goodwill(order, 500).owed == 2700

    assert noted(order) == [("goodwill", -500)]


def test_what_is_let_off_of_an_undelivered_order_is_noted_as_that(order):
    advance(order, *WAYS["undelivered"])

    goodwill(order, 3000)
    remove(order)

    assert noted(order) == [("undelivered", -3000), ("item_removed", -200)]
    assert row(order).status == "undelivered"


def test_the_same_adjustment_sent_twice_is_made_once(order):
    first, second = new_id(), new_id()
    for _ in range(2):
        assert goodwill(order, 500, adjustment_id=first).owed == 2700
    for _ in range(2):
        assert remove(order, adjustment_id=second).owed == 1700

    assert list(OrderAdjustment.objects.order_by("id").values_list("id", "amount")) == [(first, -500), (second, -1000)]
    assert (row(order).version, OrderLine.objects.get().quantity_removed) == (3, 1)


def test_nothing_but_what_is_owed_and_the_line_is_touched(order):
    before = dict(Order.objects.values().get())
    goodwill(order, 500)
    remove(order)

    after = dict(Order.objects.values().get())
    assert {name for name in after if after[name] != before[name]} == {"owed", "version", "items", "demand"}
