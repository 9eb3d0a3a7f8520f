"""What is lacking is a backorder; what becomes free goes to those that have waited longest."""

import pytest

from catalog.models import StockMovement
from catalog.stock import find_contradictions
from customerbackend.ids import new_id
from tests.catalog.books import consume, count, discard, held, receive, release, set_aside, shelf
from tests.factories import make_branch, make_ingredient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert find_contradictions() == []


def test_what_is_free_is_set_aside_and_the_rest_waits(branch):
    receive(branch, flour=500)

    first, second, third = (set_aside(branch, flour=300) for _ in range(3))

    assert [held(each)["flour"] for each in (first, second, third)] == [(300, 300), (300, 200), (300, 0)]
    assert shelf(branch) == {"flour": (500, 500)}


def test_of_what_was_never_there_everything_waits(branch):
    order = set_aside(branch, flour=300)

    assert held(order) == {"flour": (300, 0)}
    assert shelf(branch) == {"flour": (0, 0)}
    assert StockMovement.objects.count() == 0


def test_a_receipt_fills_the_oldest_in_full_before_the_next(branch):
    first, second, third = (set_aside(branch, flour=300) for _ in range(3))

    receive(branch, flour=450)

    assert [held(each)["flour"] for each in (first, second, third)] == [(300, 300), (300, 150), (300, 0)]
    receive(branch, flour=1000)
    assert [held(each)["flour"] for each in (first, second, third)] == [(300, 300)] * 3
    assert shelf(branch) == {"flour": (1450, 900)}


def test_a_receipt_and_what_it_fills_are_one_operation(branch):
    set_aside(branch, flour=300)
    set_aside(branch, flour=100)
    operation_id = new_id()

    receive(branch, operation_id, flour=1000)

    found = StockMovement.objects.filter(operation_id=operation_id).order_by("id")
    assert list(found.values_list("kind", "on_hand_change", "reserved_change")) == [
        ("receipt", 1000, 0),
        ("reserve", 0, 400),
    ]


def test_a_receipt_fills_only_what_it_brings_and_only_at_its_branch(branch):
    other = make_branch("Other")
    here, there = set_aside(branch, flour=300, salt=10), set_aside(other, flour=300)

    receive(branch, flour=1000)

    assert held(here) == {"flour": (300, 300), "salt": (10, 0)}
    assert held(there) == {"flour": (300, 0)}


def test_who_comes_later_gets_nothing_that_is_set_aside_for_the_earlier(branch):
    receive(branch, flour=300)
    set_aside(branch, flour=300)

    later = set_aside(branch, flour=100)

    assert held(later) == {"flour": (100, 0)}


def test_what_is_released_goes_to_the_oldest_backorder(branch):
    receive(branch, flour=300)
    first, second, third = (set_aside(branch, flour=200) for _ in range(3))

    release(first)

    assert [held(each)["flour"] for each in (second, third)] == [(200, 200), (200, 100)]
    assert shelf(branch) == {"flour": (300, 300)}


def test_a_backorder_that_is_released_waits_no_longer(branch):
    first, second = set_aside(branch, flour=200), set_aside(branch, flour=200)
    release(first)

    receive(branch, flour=200)

    assert held(first) == {"flour": (200, 0)}
    assert held(second) == {"flour": (200, 200)}


def test_cooking_takes_all_that_was_wanted_and_books_what_was_not_on_the_books(branch):
    receive(branch, flour=100, salt=10)
    order = set_aside(branch, flour=300, salt=10)

    assert consume(order) == []

    assert shelf(branch) == {"flour": (0, 0), "salt": (0, 0)}
    booked = StockMovement.objects.filter(operation_id=order, stock__ingredient__key="flour").order_by("id")
    assert list(booked.values_list("kind", "on_hand_change", "reserved_change")) == [
        ("reserve", 0, 100),
        ("count", 200, 0),
        ("consume", -300, -100),
    ]


def test_cooking_with_what_was_set_aside_for_others_tells_whose_is_lacking(branch):
    receive(branch, flour=300, salt=50)
    first, second = set_aside(branch, flour=300), set_aside(branch, flour=200, salt=10)

    assert consume(second) == [make_ingredient("flour").id]

    assert shelf(branch) == {"flour": (100, 300), "salt": (40, 0)}
    assert held(first) == {"flour": (300, 300)}


def test_goods_that_only_make_good_what_is_overdrawn_fill_nothing(branch):
    receive(branch, flour=300)
    set_aside(branch, flour=300)
    discard(branch, flour=200)
    waiting = set_aside(branch, flour=100)

    receive(branch, flour=200)
    assert held(waiting) == {"flour": (100, 0)}

    count(branch, flour=350)
    assert held(waiting) == {"flour": (100, 50)}
