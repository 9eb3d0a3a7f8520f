"""Which branch hands an order over when several could."""

from datetime import time
from uuid import UUID

import pytest

from tests.factories import make_branch, put_in_stock
from tests.orders.steps import NOON, PICKUP, at, courier, place

pytestmark = pytest.mark.time_machine(NOON, tick=False)

EVENING = [(weekday, time(18), time(22)) for weekday in range(7)]


@pytest.fixture
def cheap(soup):
    """A second branch that delivers to the same place for less."""
    branch = make_branch("Pankow", fee=100)
    put_in_stock(branch, soup=100)
    return branch


def chosen(order):
    return UUID(order["delivery"]["branch_id"])


def test_a_courier_comes_from_the_best_serving_branch(alice, soup, cheap):
    assert chosen(place(alice, soup, total=1100)) == cheap.id


def test_priority_of_the_zone_counts_more_than_the_fee(alice, soup, branch, cheap):
    cheap.zones.update(priority=2)

    assert chosen(place(alice, soup, total=1200)) == branch.id


def test_pickup_is_at_the_first_branch(alice, soup, branch, cheap):
    assert chosen(place(alice, soup, total=1000, delivery=PICKUP)) == branch.id


def test_the_branch_that_is_named_is_taken(alice, soup, branch, cheap):
    fetched = place(alice, soup, total=1000, delivery={**PICKUP, "branch_id": str(cheap.id)})
    brought = place(alice, soup, total=1200, delivery=courier(branch_id=str(branch.id)))

    assert (chosen(fetched), chosen(brought)) == (cheap.id, branch.id)


def test_a_paused_branch_is_passed_over(alice, soup, branch, cheap):
    cheap.state.is_paused = True
    cheap.state.save()

    assert chosen(place(alice, soup, total=1200)) == branch.id


def test_a_closed_branch_is_passed_over(alice, soup, branch):
    put_in_stock(make_branch("Late", fee=100, hours=EVENING), soup=10)

    assert chosen(place(alice, soup, total=1200)) == branch.id


def test_for_later_a_pause_of_the_minute_does_not_matter(alice, soup, cheap):
    cheap.state.is_paused = True
    cheap.state.save()

    order = place(alice, soup, total=1100, delivery=courier(requested_at=at(hours=5)))

    assert (chosen(order), order["status"]) == (cheap.id, "scheduled")


def test_for_later_the_branch_must_be_open_when_the_courier_leaves(alice, soup, branch):
    # Opens at 17:00 UTC; a courier that is there at 17:05 has left 15 minutes before.
    late = make_branch("Late", fee=100, hours=EVENING)
    put_in_stock(late, soup=10)

    just_open = place(alice, soup, total=1200, delivery=courier(requested_at=at(hours=6, minutes=5)))
    open_ = place(alice, soup, total=1100, delivery=courier(requested_at=at(hours=6, minutes=15)))
    # Closes at 21:00 UTC; the last one may still be on the way.
    just_closed = place(alice, soup, total=1100, delivery=courier(requested_at=at(hours=10, minutes=5)))

    assert [chosen(order) for order in (just_open, open_, just_closed)] == [branch.id, late.id, late.id]


def test_a_pause_counts_when_it_is_asked_for_so_soon_that_it_begins_now(alice, soup, branch, cheap):
    cheap.state.is_paused = True
    cheap.state.save()

    order = place(alice, soup, total=1200, delivery=courier(requested_at=at(minutes=12)))

    assert (chosen(order), order["status"]) == (branch.id, "processing")
