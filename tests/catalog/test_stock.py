"""What comes, goes, and is counted: each change a movement, each stock row their sum."""

import pytest
from django.db import IntegrityError

from catalog.models import Stock, StockMovement
from catalog.stock import QuantityInvalid, find_contradictions
from customerbackend.ids import new_id
from tests.catalog.books import consume, count, discard, held, receive, release, set_aside, shelf
from tests.factories import make_branch, make_ingredient

pytestmark = pytest.mark.django_db


def movements() -> list[tuple[str, int, int]]:
    """Kind and changes, as they were booked."""
    return list(StockMovement.objects.order_by("id").values_list("kind", "on_hand_change", "reserved_change"))


def test_goods_that_arrive_are_added(branch):
    receive(branch, flour=500, salt=20)
    receive(branch, flour=250)

    assert shelf(branch) == {"flour": (750, 0), "salt": (20, 0)}
    assert sorted(movements()) == [("receipt", 20, 0), ("receipt", 250, 0), ("receipt", 500, 0)]


def test_a_movement_says_who_why_and_in_which_operation(branch):
    operation_id = new_id()
    receive(branch, flour=500)

    discard(branch, operation_id, flour=100)

    movement = StockMovement.objects.get(kind="waste")
    assert (movement.operation_id, movement.actor, movement.reason) == (operation_id, "kitchen", "burnt")
    assert movement.stock == Stock.objects.get()


def test_what_is_thrown_away_is_taken_off(branch):
    receive(branch, flour=500)

    assert discard(branch, flour=500) == []

    assert shelf(branch) == {"flour": (0, 0)}
    assert movements() == [("receipt", 500, 0), ("waste", -500, 0)]


@pytest.mark.parametrize("quantity", [501, 0, -1])
def test_no_more_than_there_is_and_not_nothing_can_be_thrown_away(branch, quantity):
    receive(branch, flour=500, salt=10)

    with pytest.raises(QuantityInvalid):
        discard(branch, salt=5, flour=quantity)

    assert shelf(branch) == {"flour": (500, 0), "salt": (10, 0)}
    assert StockMovement.objects.filter(kind="waste").count() == 0


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_and_less_cannot_arrive(branch, quantity):
    with pytest.raises(QuantityInvalid):
        receive(branch, salt=5, flour=quantity)

    assert movements() == []
    assert shelf(branch) == {}


def test_a_count_is_the_truth(branch):
    receive(branch, flour=500, salt=10)

    assert count(branch, flour=480, salt=12) == []

    assert shelf(branch) == {"flour": (480, 0), "salt": (12, 0)}
    assert sorted(movements()[2:]) == [("count", -20, 0), ("count", 2, 0)]


def test_a_count_cannot_be_less_than_nothing(branch):
    receive(branch, flour=500)

    with pytest.raises(QuantityInvalid):
        count(branch, flour=-1)

    assert shelf(branch) == {"flour": (500, 0)}


def test_a_count_below_what_is_set_aside_is_taken_and_told(branch):
    receive(branch, flour=500, salt=10)
    order = set_aside(branch, flour=300, salt=10)

    overdrawn = count(branch, flour=200, salt=10)

    assert [(row.ingredient_id, row.on_hand, row.reserved) for row in overdrawn] == [
        (make_ingredient("flour").id, 200, 300)
    ]
    assert shelf(branch) == {"flour": (200, 300), "salt": (10, 10)}
    assert held(order) == {"flour": (300, 300), "salt": (10, 10)}


def test_throwing_away_what_is_set_aside_is_told(branch):
    receive(branch, flour=500)
    set_aside(branch, flour=400)

    overdrawn = discard(branch, flour=200)

    assert [(row.on_hand, row.reserved) for row in overdrawn] == [(300, 400)]


def test_a_count_that_finds_more_fills_what_waits(branch):
    order = set_aside(branch, flour=300)

    count(branch, flour=200)

    assert held(order) == {"flour": (300, 200)}
    assert shelf(branch) == {"flour": (200, 200)}


@pytest.mark.parametrize("book", [receive, discard, count])
def test_an_operation_is_booked_once(branch, book):
    receive(branch, flour=500)
    operation_id = new_id()
    book(branch, operation_id, flour=100)
    before, booked = shelf(branch), movements()

    with pytest.raises(IntegrityError):
        book(branch, operation_id, flour=100)

    assert (shelf(branch), movements()) == (before, booked)


def test_a_count_that_found_what_the_book_says_is_booked_once_too(branch):
    receive(branch, flour=500)
    operation_id = new_id()
    count(branch, operation_id, flour=500)
    discard(branch, flour=100)

    with pytest.raises(IntegrityError):
        count(branch, operation_id, flour=500)

    assert shelf(branch) == {"flour": (400, 0)}


def test_an_operation_of_which_one_part_was_booked_before_books_nothing(branch):
    operation_id = new_id()
    receive(branch, operation_id, flour=500)

    with pytest.raises(IntegrityError):
        receive(branch, operation_id, salt=10, flour=500)

    assert shelf(branch) == {"flour": (500, 0)}


def test_one_operation_may_change_a_row_in_different_ways(branch):
    operation_id = new_id()
    receive(branch, operation_id, flour=500)
    discard(branch, operation_id, flour=100)

    assert shelf(branch) == {"flour": (400, 0)}


def test_branches_have_stock_of_their_own(branch):
    other = make_branch("Other")
    receive(branch, flour=500)
    receive(other, flour=70)
    set_aside(other, flour=50)

    assert shelf(branch) == {"flour": (500, 0)}
    assert shelf(other) == {"flour": (70, 50)}


def test_what_was_closed_is_neither_released_nor_consumed_again(branch):
    receive(branch, flour=500)
    cooked, cancelled = set_aside(branch, flour=200), set_aside(branch, flour=100)
    consume(cooked)
    release(cancelled)
    before, booked = shelf(branch), movements()

    for holder_id in (cooked, cancelled, new_id()):
        release(holder_id)
        assert consume(holder_id) == []

    assert (shelf(branch), movements()) == (before, booked) == ({"flour": (300, 0)}, booked)
    assert find_contradictions() == []
