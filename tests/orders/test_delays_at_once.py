"""Two members of staff delay one order at the same moment: both delays count."""

from datetime import timedelta

import pytest

from orders.delaying import delay_order
from orders.lifecycle import move_order
from orders.statuses import Status
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.steps import CHEF, place, row
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    soup = make_product("soup")
    put_in_stock(make_branch(), soup=9)
    return row(place(signed_in(make_customer("alice")), soup, total=1200))


def test_delays_at_once_add_up(order):
    results = run_together(*[lambda: delay_order(order_id=order.id, minutes=5)] * 8)

    assert [result for result in results if isinstance(result, Exception)] == []
    promised = order.estimated_delivered_at
    order.refresh_from_db()
    assert order.estimated_delivered_at == promised + timedelta(minutes=40)
    assert order.version == 9
    assert order.estimates.filter(why="delayed").count() == 8


def test_a_delay_beside_a_move_changes_nothing_of_the_move(order):
    run_together(
        lambda: move_order(order_id=order.id, to=Status.COOKING, actor=CHEF),
        *[lambda: delay_order(order_id=order.id, minutes=5)] * 4,
    )

    order.refresh_from_db()
    assert (order.status, order.version) == ("cooking", 6)
    assert order.cooking_started_at is not None
