"""An order that several adjust at the same moment, or one adjusts while another cooks or cancels it."""

from collections import Counter
from functools import partial

import pytest

from catalog.models import Reservation, Stock
from catalog.stock import find_contradictions
from customerbackend.ids import new_id
from orders.adjusting import AmountNotPossible, OrderNotAdjustable, QuantityNotPossible
from orders.models import Order, OrderLine
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.adjustments import adds_up, goodwill, noted, remove
from tests.orders.steps import advance, item, place, row
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def soup():
    branch = make_branch()
    product = make_product("soup")
    put_in_stock(branch, soup=1000)
    return product


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def test_an_item_removed_while_cooking_starts_is_given_back_or_used_and_never_both(alice, soup):
    used = 0
    for _ in range(ROUNDS):
        order = place(alice, item(soup, 3), total=3200)

        removed, cooked = run_together(partial(remove, order, 2), partial(advance, order, "cooking"))

        assert isinstance(removed, Order) and isinstance(cooked, Order)
        found = row(order)
        assert (found.status, found.version, found.owed) == ("cooking", 3, 1200)
        assert OrderLine.objects.get(order_id=found.id).quantity_removed == found.items[0]["quantity_removed"] == 2
        held = Reservation.objects.get(holder_id=found.id)
        assert {str(held.stock.ingredient_id): held.consumed} == found.demand
        assert (held.consumed, held.released) in ((1000, 2000), (3000, 0))
        used += held.consumed
        assert find_contradictions() == []
    assert Stock.objects.values_list("on_hand", "reserved").get() == (1_000_000 - used, 0)


def test_of_two_who_remove_the_same_last_item_one_does(alice, soup):
    for _ in range(ROUNDS):
        order = place(alice, soup, total=1200)

        results = run_together(partial(remove, order), partial(remove, order))

        assert outcomes(results) == {Order.__name__: 1, QuantityNotPossible.__name__: 1}
        found = row(order)
        assert (found.owed, found.version, found.demand, found.items[0]["quantity_removed"]) == (200, 2, {}, 1)
        assert noted(order) == [("item_removed", -1000)]
    assert Stock.objects.values_list("on_hand", "reserved").get() == (1_000_000, 0)
    assert find_contradictions() == []


def test_of_twenty_who_let_the_customer_off_all_of_it_one_does(alice, soup):
    order = place(alice, soup, total=1200)

    results = run_together(*[partial(goodwill, order, 1200)] * 20)

    assert outcomes(results) == {Order.__name__: 1, AmountNotPossible.__name__: 19}
    assert (row(order).owed, row(order).version) == (0, 2)
    assert noted(order) == [("goodwill", -1200)]


def test_parts_that_are_let_off_at_once_all_count(alice, soup):
    order = place(alice, item(soup, 5), total=5200)

    results = run_together(*[partial(goodwill, order, 100)] * 6, *[partial(remove, order)] * 4)

    assert outcomes(results) == {Order.__name__: 10}
    found = row(order)
    assert (found.owed, found.version, found.items[0]["quantity_removed"]) == (600, 11, 4)
    assert adds_up(order)


def test_a_form_that_was_sent_twice_at_once_counts_once(alice, soup):
    for _ in range(ROUNDS):
        order, adjustment_id = place(alice, soup, total=1200), new_id()

        results = run_together(*[partial(goodwill, order, 100, adjustment_id=adjustment_id)] * 3)

        assert outcomes(results) == {Order.__name__: 3}
        assert (row(order).owed, row(order).version) == (1100, 2)


def test_an_item_removed_while_the_customer_cancels_leaves_nothing_owed_and_nothing_set_aside(alice, soup):
    for _ in range(ROUNDS):
        order = place(alice, item(soup, 2), total=2200)

        removed, cancelled = run_together(partial(remove, order), partial(alice.cancel, order["id"]))

        assert isinstance(removed, Order | OrderNotAdjustable)
        assert cancelled.status == 200
        assert row(order).owed == 0 and adds_up(order)
    assert Stock.objects.values_list("on_hand", "reserved").get() == (1_000_000, 0)
    assert find_contradictions() == []
