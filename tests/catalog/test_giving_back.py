"""A holder that wants less gives back a part: first what it waits for, then what is set aside for it."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from catalog import stock
from catalog.models import Reservation, StockMovement
from catalog.stock import find_contradictions
from tests.catalog.books import consume, held, parts, receive, release, set_aside, shelf
from tests.factories import make_branch
from tests.threads import run_together


@pytest.fixture(autouse=True)
def books_agree(db):
    yield
    assert find_contradictions() == []


@transaction.atomic
def give_back(holder_id, **quantities):
    by_ingredient = {ingredient.id: quantity for ingredient, quantity in parts(**quantities).items()}
    stock.give_back(holder_id=holder_id, quantities=by_ingredient, at=timezone.now(), actor="chef")


def closed(holder_id):
    """(reserved, consumed, released) of what is closed."""
    rows = Reservation.objects.filter(holder_id=holder_id, closed_at__isnull=False)
    return list(rows.values_list("reserved", "consumed", "released"))


def test_what_is_given_back_is_free_again_and_the_rest_stays_set_aside(branch):
    receive(branch, flour=1000, salt=50)
    order = set_aside(branch, flour=300, salt=10)

    give_back(order, flour=100)

    assert held(order) == {"flour": (200, 200), "salt": (10, 10)}
    assert shelf(branch) == {"flour": (1000, 200), "salt": (50, 10)}
    assert closed(order) == []


def test_it_is_a_movement_of_its_own_by_whoever_did_it(branch):
    receive(branch, flour=1000)
    order = set_aside(branch, flour=300)

    give_back(order, flour=100)
    give_back(order, flour=50)

    movements = StockMovement.objects.filter(kind="release").order_by("id")
    assert [(m.on_hand_change, m.reserved_change, m.actor) for m in movements] == [(0, -100, "chef"), (0, -50, "chef")]
    assert len({order, *(movement.operation_id for movement in movements)}) == 3
    assert Reservation.objects.get().released == 150


def test_what_it_waits_for_goes_first(branch):
    receive(branch, flour=300)
    order = set_aside(branch, flour=500)

    give_back(order, flour=150)
    assert held(order) == {"flour": (350, 300)}
    assert StockMovement.objects.filter(kind="release").count() == 0

    give_back(order, flour=150)
    assert held(order) == {"flour": (200, 200)}
    assert shelf(branch) == {"flour": (300, 200)}


def test_what_becomes_free_goes_to_the_oldest_backorder(branch):
    receive(branch, flour=300)
    first, second, third = (set_aside(branch, flour=200) for _ in range(3))

    give_back(first, flour=150)

    assert [held(each)["flour"] for each in (first, second, third)] == [(50, 50), (200, 200), (200, 50)]
    assert shelf(branch) == {"flour": (300, 300)}


def test_of_what_nothing_is_wanted_any_more_the_reservation_is_closed(branch):
    receive(branch, flour=1000, salt=50)
    order = set_aside(branch, flour=300, salt=10)

    give_back(order, salt=10)

    assert closed(order) == [(10, 0, 10)]
    assert shelf(branch) == {"flour": (1000, 300), "salt": (50, 0)}
    give_back(order, salt=10)  # wanted no longer: nothing to give back
    assert shelf(branch) == {"flour": (1000, 300), "salt": (50, 0)}


def test_a_backorder_of_which_nothing_is_wanted_any_more_waits_for_nothing(branch):
    first, second = set_aside(branch, flour=200), set_aside(branch, flour=200)

    give_back(first, flour=200)
    receive(branch, flour=200)

    assert held(second) == {"flour": (200, 200)}
    assert closed(first) == [(0, 0, 0)]


def test_cooking_takes_what_is_left(branch):
    receive(branch, flour=1000, salt=50)
    order = set_aside(branch, flour=300, salt=10)
    give_back(order, flour=100, salt=10)

    assert consume(order) == []

    assert shelf(branch) == {"flour": (800, 0), "salt": (50, 0)}
    assert sorted(closed(order)) == [(10, 0, 10), (200, 200, 100)]


def test_releasing_the_rest_gives_all_of_it_back(branch):
    receive(branch, flour=1000)
    order = set_aside(branch, flour=300)
    give_back(order, flour=100)

    release(order)

    assert shelf(branch) == {"flour": (1000, 0)}
    assert closed(order) == [(200, 0, 300)]


def test_a_holder_without_any_has_nothing_to_give_back(branch):
    receive(branch, flour=1000)
    order = set_aside(branch, flour=300)
    consume(order)

    give_back(order, flour=100)

    assert shelf(branch) == {"flour": (700, 0)}
    assert StockMovement.objects.filter(kind="release").count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_who_give_back_while_goods_arrive_leave_nothing_free_that_somebody_waits_for():
    branch = make_branch(restock_minutes=30)
    receive(branch, flour=800, salt=100)
    holders = [set_aside(branch, flour=200, salt=100) for _ in range(8)]

    results = run_together(
        *[partial(give_back, holder, flour=50, salt=100) for holder in holders],
        partial(receive, branch, flour=100, salt=10),
    )

    assert results == [None] * 9
    waiting = Reservation.objects.filter(closed_at=None)
    assert list(waiting.values_list("wanted", flat=True)) == [150] * 8
    assert shelf(branch) == {"flour": (900, 900), "salt": (110, 0)}
