"""What can be ordered follows from recipes, free stock and the stop list. Pure functions."""

from catalog.recipes import demand, find_unavailable, portions_left
from tests.catalog.values import a_branch, a_group, a_product, an_option, ingredient_id, recipe_of, shelf

NOBODY_STOPPED: frozenset = frozenset()
EVERYTHING_FREE = None  # a branch that restocks


def unavailable(product, free, stopped=NOBODY_STOPPED):
    return find_unavailable(a_branch(products=(product,)), stopped, free)


def test_demand_adds_up_each_ingredient_once_over_all_recipes():
    wanted = demand([(recipe_of({"dough": 250, "cheese": 80}), 3), (recipe_of({"cheese": 30}), 2)])

    assert wanted == {ingredient_id("dough"): 750, ingredient_id("cheese"): 300}


def test_nothing_demands_nothing():
    assert demand([]) == {}
    assert demand([((), 5)]) == {}


def test_a_product_is_available_while_one_portion_can_be_made_to_the_last_thousandth():
    pizza = a_product(dough=250, cheese=80)

    assert unavailable(pizza, shelf(dough=250, cheese=80)) == frozenset()
    assert unavailable(pizza, shelf(dough=250, cheese=79)) == {pizza.id}
    assert unavailable(pizza, shelf(dough=10_000)) == {pizza.id}


def test_more_reserved_than_there_is_makes_it_unavailable_and_leaves_no_portion():
    pizza = a_product(dough=250)

    assert unavailable(pizza, shelf(dough=-500)) == {pizza.id}
    assert portions_left(pizza, NOBODY_STOPPED, shelf(dough=-500)) == 0


def test_portions_left_is_what_the_scarcest_ingredient_allows():
    pizza = a_product(dough=250, cheese=80)

    assert portions_left(pizza, NOBODY_STOPPED, shelf(dough=10_000, cheese=239)) == 2
    assert portions_left(pizza, NOBODY_STOPPED, shelf(dough=249, cheese=1000)) == 0


def test_where_the_branch_restocks_nothing_is_lacking_and_portions_are_not_limited():
    option = an_option(truffle=10)
    pizza = a_product(a_group(option, min=1), dough=250)

    assert unavailable(pizza, EVERYTHING_FREE) == frozenset()
    assert portions_left(pizza, NOBODY_STOPPED, EVERYTHING_FREE) is None


def test_a_product_without_a_recipe_is_not_limited_by_stock():
    voucher = a_product()

    assert unavailable(voucher, shelf()) == frozenset()
    assert portions_left(voucher, NOBODY_STOPPED, shelf()) is None


def test_an_option_that_lacks_is_unavailable_and_its_product_is_not():
    olives, ham = an_option(olives=20), an_option(ham=30)
    pizza = a_product(a_group(olives, ham, max=2), dough=250)

    assert unavailable(pizza, shelf(dough=250, olives=20)) == {ham.id}


def test_a_required_group_without_any_option_left_makes_the_product_unavailable():
    small, large = an_option(box=1), an_option(box=2)
    pizza = a_product(a_group(small, large, min=1), dough=250)

    assert unavailable(pizza, shelf(dough=250, box=1)) == {large.id}
    assert unavailable(pizza, shelf(dough=250)) == {small.id, large.id, pizza.id}
    assert portions_left(pizza, NOBODY_STOPPED, shelf(dough=250)) == 0


def test_a_group_that_requires_two_needs_two_options():
    first, second, third = an_option(a=1), an_option(b=1), an_option(c=1)
    bowl = a_product(a_group(first, second, third, min=2, max=2), rice=100)

    assert unavailable(bowl, shelf(rice=100, a=1, c=1)) == {second.id}
    assert unavailable(bowl, shelf(rice=100, a=1)) == {second.id, third.id, bowl.id}


def test_a_required_group_without_options_cannot_be_satisfied():
    pizza = a_product(a_group(min=1), dough=250)

    assert unavailable(pizza, EVERYTHING_FREE) == {pizza.id}


def test_a_group_that_requires_nothing_never_makes_a_product_unavailable():
    pizza = a_product(a_group(an_option(olives=20)), a_group(), dough=250)

    assert pizza.id not in unavailable(pizza, shelf(dough=250))


def test_what_is_on_the_stop_list_is_unavailable_although_there_is_enough():
    option = an_option()
    pizza = a_product(a_group(option), dough=250)

    assert unavailable(pizza, shelf(dough=250), frozenset({pizza.id})) == {pizza.id}
    assert unavailable(pizza, EVERYTHING_FREE, frozenset({pizza.id})) == {pizza.id}
    assert unavailable(pizza, EVERYTHING_FREE, frozenset({option.id})) == {option.id}
    assert portions_left(pizza, frozenset({pizza.id}), EVERYTHING_FREE) == 0


def test_stopping_the_only_option_of_a_required_group_stops_the_product():
    option = an_option()
    pizza = a_product(a_group(option, min=1), dough=250)

    assert unavailable(pizza, EVERYTHING_FREE, frozenset({option.id})) == {option.id, pizza.id}
