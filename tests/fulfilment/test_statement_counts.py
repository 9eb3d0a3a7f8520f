"""How many statements a report takes: a number that grows neither with the order nor with the lines counted."""

import pytest

from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.fulfilment.services import lines_of, make_service
from tests.orders.steps import place
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch():
    return make_branch()


@pytest.fixture
def products(branch):
    made = [make_product(f"dish{number}") for number in range(20)]
    put_in_stock(branch, **{f"dish{number}": 1000 for number in range(20)})
    return made


@pytest.fixture
def kitchen():
    return make_service("kitchen")


def count(*requests) -> int:
    """Statements of the last of several requests alike, which finds everything warm."""
    *before, last = requests
    for request in before:
        assert request().status == 200
    with statements_sent() as sent:
        assert last().status == 200
    return len(sent)


@pytest.mark.parametrize("lines", [1, 20])
def test_reporting_a_status_takes_as_many_for_one_line_as_for_twenty(kitchen, products, lines):
    alice = signed_in(make_customer("alice"))
    orders = [place(alice, *products[:lines], total=1000 * lines + 200) for _ in range(2)]
    assert count(*[lambda order=order: kitchen.report(order, "cooking") for order in orders]) == 15


def test_a_status_that_holds_already_takes_six(kitchen, products):
    order = place(signed_in(make_customer("alice")), products[0], total=1200)
    # The key · BEGIN · the claim · the order · the answer kept · COMMIT
    assert count(*[lambda: kitchen.report(order, "cooking")] * 3) == 6


def test_a_replay_takes_four(kitchen, products):
    order = place(signed_in(make_customer("alice")), products[0], total=1200)
    assert count(*[lambda: kitchen.report(order, "cooking", key="k")] * 3) == 4


def test_reporting_a_delay_takes_ten_and_three_more_when_the_customer_is_told_that_it_is_late(kitchen, products):
    order = place(signed_in(make_customer("alice")), products[0], total=1200)
    assert count(*[lambda: kitchen.delay(order, 1)] * 3) == 10
    assert count(lambda: kitchen.delay(order, 60)) == 13


@pytest.mark.parametrize("lines", [1, 20])
def test_reporting_stock_takes_as_many_for_one_line_as_for_twenty(kitchen, branch, products, lines):
    counted = lines_of(**{f"dish{number}": 5000 for number in range(lines)})
    assert count(*[lambda: kitchen.count_lines(branch, *counted)] * 2) == 14
