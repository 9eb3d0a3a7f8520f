"""Customers, staff, workers and Stripe's events meet at one order: money, order and stock end as they should.

Each race fails without the lock that it is about.
"""

import pytest

from tests.factories import put_in_stock
from tests.limits import set_limits
from tests.payments.meeting import meet, meet_backwards, rush
from tests.payments.races import AT_COOKING, AT_ONCE

pytestmark = pytest.mark.django_db(transaction=True)

HOW = (meet, meet_backwards, rush)
ROUNDS = 2
ROUNDS_IN_SOAK = 100  # the books of all before are looked through after each


def name_of(race):
    return race.__name__.replace("_", "-")


@pytest.fixture
def run(shop, branch, settings):
    """Runs a race so many times, by a new customer each, who reach the order's row in each order, or by chance."""
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    set_limits(settings, requests_by_address=(10**6, 60))
    put_in_stock(branch, soup=1000)

    def run_race(race, rounds):
        settings.PAYMENTS_CAPTURE = "at_cooking" if race in AT_COOKING else "at_once"
        for number in range(rounds):
            race(shop.visited_by(f"guest-{number}"), HOW[number % len(HOW)])

    return run_race


@pytest.mark.parametrize("race", [*AT_ONCE, *AT_COOKING], ids=name_of)
def test_it_ends_as_it_should(run, race):
    run(race, ROUNDS)


@pytest.mark.soak
@pytest.mark.parametrize("race", [*AT_ONCE, *AT_COOKING], ids=name_of)
def test_it_ends_as_it_should_hundreds_of_times(run, race):
    run(race, ROUNDS_IN_SOAK)
