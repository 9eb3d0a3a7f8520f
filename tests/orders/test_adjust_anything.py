"""Whatever is adjusted, in any order: the sums are what somebody with pencil and paper would write."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Reservation, Stock
from catalog.stock import find_contradictions
from customerbackend.errors import Refusal
from orders.models import OrderLine
from tests.factories import make_branch, make_options, make_product, put_in_stock
from tests.orders.adjustments import adds_up, goodwill, noted, remove
from tests.orders.steps import PICKUP, advance, item, place, row

PRICES = (1000, 349, 0)
baskets = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 4)), min_size=1, max_size=4)
removals = st.tuples(st.just("remove"), st.integers(0, 3), st.integers(0, 3))
waivers = st.tuples(st.just("goodwill"), st.integers(-1, 3000))
changes = st.lists(removals | waivers, max_size=8)


@dataclass
class Paper:
    """An order on paper: what each line has left, costs, and what is owed."""

    left: list[int]
    prices: list[int]
    owed: int

    def remove(self, line: int, quantity: int) -> bool:
        """Whether it can be; then it is."""
        if not 0 < quantity <= self.left[line]:
            return False
        self.left[line] -= quantity
        self.owed -= min(self.owed, quantity * self.prices[line])
        return True

    def goodwill(self, amount: int) -> bool:
        """Whether it can be; then it is."""
        if not 0 < amount <= self.owed:
            return False
        self.owed -= amount
        return True


def adjust(order: dict[str, Any], paper: Paper, change: tuple[Any, ...]) -> None:
    """Adjust the order and the paper; both take it, or both do not."""
    kind, *values = change
    if kind == "remove":
        values[0] %= len(paper.left)
        possible, carry_out = paper.remove(*values), lambda: remove(order, values[1], line=values[0])
    else:
        possible, carry_out = paper.goodwill(*values), lambda: goodwill(order, *values)
    before = row(order).version
    if possible:
        assert carry_out().version == before + 1
    else:
        with pytest.raises(Refusal):
            carry_out()
        assert row(order).version == before


def assert_as_on_paper(order: dict[str, Any], paper: Paper) -> None:
    """Sums, lines, demand and what is wanted of stock."""
    found = row(order)
    assert found.owed == paper.owed
    assert adds_up(order)
    assert [line["quantity"] - line["quantity_removed"] for line in found.items] == paper.left
    demand: dict[str, int] = {}
    for line, left in zip(OrderLine.objects.filter(order_id=found.id), paper.left, strict=True):
        assert line.quantity_left == left
        for ingredient, of_one in line.demand.items() if left else ():
            demand[ingredient] = demand.get(ingredient, 0) + of_one * left
    wanted = Reservation.objects.filter(holder_id=found.id, closed_at=None)
    assert found.demand == demand
    assert {str(id): want for id, want in wanted.values_list("stock__ingredient_id", "wanted")} == demand
    assert find_contradictions() == []


def test_any_series_of_adjustments_adds_up_and_what_is_released_in_the_end_is_as_before(alice):
    branch = make_branch(restock_minutes=20)
    extras = make_options("extras", {"more": 51}, recipes={"more": {"beans": 2, "cream": 1}})
    recipes: list[dict[str, int]] = [{"beans": 2, "salt": 1}, {"beans": 1}, {}]
    products = [
        make_product(f"dish-{number}", price=price, recipe=recipe, groups=(extras,))
        for number, (price, recipe) in enumerate(zip(PRICES, recipes, strict=True))
    ]
    put_in_stock(branch, beans=9, salt=3, cream=20)
    option = str(extras.options.get().id)

    @settings(max_examples=25, deadline=None, database=None)
    @given(basket=baskets, series=changes)
    def try_one(basket: list[tuple[int, bool, int]], series: list[tuple[Any, ...]]) -> None:
        prices = [PRICES[number] + 51 * with_more for number, with_more, _quantity in basket]
        quantities = [quantity for _number, _with_more, quantity in basket]
        total = sum(price * quantity for price, quantity in zip(prices, quantities, strict=True))
        wanted = [item(products[n], quantity, option_ids=[option] * more) for n, more, quantity in basket]
        before = list(Stock.objects.order_by("id").values())
        order = place(alice, *wanted, total=total, delivery=PICKUP)
        paper = Paper(quantities, prices, total)
        for change in series:
            adjust(order, paper, change)
            assert_as_on_paper(order, paper)
        advance(order, "cancelled")
        assert row(order).owed == 0 and sum(amount for _kind, amount in noted(order)) == -total
        assert list(Stock.objects.order_by("id").values()) == before
        assert find_contradictions() == []

    try_one()
