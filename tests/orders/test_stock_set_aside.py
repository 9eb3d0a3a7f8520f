"""Placing sets ingredients aside: reservations, movements, and a stock row that is the sum of both."""

from catalog.models import THOUSANDTHS, Reservation, Stock, StockMovement
from catalog.stock import find_contradictions, receive
from customerbackend.ids import new_id
from tests.factories import make_branch, make_ingredient, make_options, make_product, put_in_stock
from tests.orders.steps import advance, item, place, row


def shelf(branch):
    """(on hand, reserved) in whole units, by ingredient."""
    return {
        stock.ingredient.key: (stock.on_hand / THOUSANDTHS, stock.reserved / THOUSANDTHS)
        for stock in Stock.objects.filter(branch=branch).select_related("ingredient")
    }


def held(order):
    """(wanted, reserved, consumed, released) in whole units, by ingredient."""
    return {
        part.stock.ingredient.key: tuple(
            amount / THOUSANDTHS for amount in (part.wanted, part.reserved, part.consumed, part.released)
        )
        for part in Reservation.objects.filter(holder_id=order["id"]).select_related("stock__ingredient")
    }


def test_the_demand_of_all_lines_and_options_is_reserved(alice, branch):
    extras = make_options("extras", {"more-beans": 100}, recipes={"more-beans": {"beans": 1}})
    stew = make_product("stew", recipe={"beans": 2, "salt": 1}, groups=(extras,))
    put_in_stock(branch, beans=50, salt=50, rice=7)
    option = str(extras.options.get().id)

    order = place(alice, item(stew, 3), item(stew, 2, option_ids=[option]), total=5400)

    # 3 × 2 and 2 × (2 + 1) beans; 5 salt; nothing of what is not in it
    assert held(order) == {"beans": (12, 12, 0, 0), "salt": (5, 5, 0, 0)}
    assert shelf(branch) == {"beans": (50, 12), "salt": (50, 5), "rice": (7, 0)}
    assert row(order).demand == {
        str(make_ingredient("beans").id): 12_000,
        str(make_ingredient("salt").id): 5000,
    }


def test_a_movement_is_written_for_each_ingredient(alice, soup, branch):
    order = place(alice, item(soup, 3), total=3200)

    movement = StockMovement.objects.get(kind="reserve")
    assert str(movement.operation_id) == order["id"]
    assert (movement.on_hand_change, movement.reserved_change) == (0, 3000)
    assert movement.created_at == row(order).placed_at
    assert find_contradictions() == []


def test_the_last_portion_can_be_had(alice, branch):
    cake = make_product("cake", recipe={"cake": 1})
    put_in_stock(branch, cake=2)

    place(alice, item(cake, 2), total=2200)

    assert shelf(branch) == {"cake": (2, 2)}


def test_what_lacks_is_a_backorder_where_the_branch_restocks(alice):
    branch = make_branch(restock_minutes=20)
    cake = make_product("cake", recipe={"cake": 1, "box": 1})
    put_in_stock(branch, cake=1)

    order = place(alice, item(cake, 3), total=3200)

    assert order["status"] == "processing"
    assert held(order) == {"cake": (3, 1, 0, 0), "box": (3, 0, 0, 0)}
    assert shelf(branch) == {"cake": (1, 1), "box": (0, 0)}
    assert [movement.reserved_change for movement in StockMovement.objects.filter(kind="reserve")] == [1000]
    assert find_contradictions() == []


def test_received_goods_fill_the_oldest_backorder_first(alice, bob):
    branch = make_branch(restock_minutes=20)
    cake = make_product("cake")
    first = place(alice, item(cake, 2), total=2200)
    second = place(bob, item(cake, 2), total=2200)

    receive(branch=branch, quantities={make_ingredient("cake"): 3000}, operation_id=new_id(), actor="warehouse")

    assert held(first) == {"cake": (2, 2, 0, 0)}
    assert held(second) == {"cake": (2, 1, 0, 0)}
    assert shelf(branch) == {"cake": (3, 3)}
    assert find_contradictions() == []


def test_cooking_consumes_what_was_reserved(alice, soup, branch):
    order = place(alice, item(soup, 3), total=3200)

    advance(order, "picking")
    assert shelf(branch) == {"soup": (100, 3)}
    advance(order, "cooking")

    assert held(order) == {"soup": (3, 3, 3, 0)}
    assert shelf(branch) == {"soup": (97, 0)}
    assert Reservation.objects.get().closed_at is not None
    assert find_contradictions() == []


def test_cooking_again_after_a_correction_consumes_nothing_more(alice, soup, branch):
    order = place(alice, item(soup, 3), total=3200)
    advance(order, "cooking", "ready")

    advance(order, "cooking", reason="tapped too early")
    advance(order, "ready", "in_delivery")
    advance(order, "ready", reason="still here")
    advance(order, "cooking", reason="burnt")
    advance(order, "ready")

    assert shelf(branch) == {"soup": (97, 0)}
    assert StockMovement.objects.filter(kind="consume").count() == 1
    assert find_contradictions() == []


def test_cooking_what_the_book_does_not_have_books_the_difference(alice):
    branch = make_branch(restock_minutes=20)
    cake = make_product("cake")
    put_in_stock(branch, cake=1)
    order = place(alice, item(cake, 3), total=3200)

    advance(order, "cooking")  # straight from accepted: who cooks knows best

    assert held(order) == {"cake": (3, 1, 3, 0)}
    assert shelf(branch) == {"cake": (0, 0)}
    counted = StockMovement.objects.get(kind="count", operation_id=order["id"])
    assert (counted.on_hand_change, counted.reserved_change) == (2000, 0)
    assert find_contradictions() == []


def test_cancelling_releases_for_others(alice, soup, branch):
    order = place(alice, item(soup, 3), total=3200)

    advance(order, "cancelled")

    assert held(order) == {"soup": (3, 3, 0, 3)}
    assert shelf(branch) == {"soup": (100, 0)}
    assert find_contradictions() == []


def test_what_a_cancelled_order_held_goes_to_the_oldest_backorder(alice, bob):
    branch = make_branch(restock_minutes=20)
    cake = make_product("cake")
    put_in_stock(branch, cake=2)
    first = place(alice, item(cake, 2), total=2200)
    second = place(bob, item(cake, 3), total=3200)

    advance(first, "cancelled")

    assert held(second) == {"cake": (3, 2, 0, 0)}
    assert shelf(branch) == {"cake": (2, 2)}
    assert find_contradictions() == []


def test_cancelling_a_backorder_waits_no_longer_for_goods(alice):
    branch = make_branch(restock_minutes=20)
    order = place(alice, make_product("cake"), total=1200)
    advance(order, "restocking")
    advance(order, "cancelled", reason="the store is empty")

    receive(branch=branch, quantities={make_ingredient("cake"): 1000}, operation_id=new_id(), actor="warehouse")

    assert held(order) == {"cake": (1, 0, 0, 0)}
    assert shelf(branch) == {"cake": (1, 0)}


def test_a_branch_without_the_ingredient_gets_a_row_for_it(alice):
    branch = make_branch(restock_minutes=20)

    place(alice, make_product("cake"), total=1200)

    assert shelf(branch) == {"cake": (0, 0)}
