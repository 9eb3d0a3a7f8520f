"""When nothing can be lowered: without a reason, of a cancelled order, of what does not exist."""

from uuid import UUID

import pytest
from rest_framework.exceptions import NotFound

from customerbackend.ids import new_id
from orders.adjusting import OrderNotAdjustable
from orders.lifecycle import ReasonRequired
from tests.orders.adjustments import goodwill, remove
from tests.orders.steps import advance, nothing_written, place


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


@pytest.mark.parametrize("adjust", [remove, lambda order, **more: goodwill(order, 100, **more)])
@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_is_lowered(order, adjust, reason):
    with nothing_written(), pytest.raises(ReasonRequired) as refused:
        adjust(order, reason=reason)

    assert (refused.value.status_code, refused.value.default_code) == (422, "reason_required")


@pytest.mark.parametrize("adjust", [remove, lambda order: goodwill(order, 100)])
def test_of_a_cancelled_order_nothing_is_lowered(order, adjust):
    advance(order, "cancelled")

    with nothing_written(), pytest.raises(OrderNotAdjustable) as refused:
        adjust(order)

    assert (refused.value.status_code, refused.value.default_code) == (409, "order_not_adjustable")
    assert refused.value.data == {"order_status": "cancelled"}


def test_an_order_or_a_line_that_does_not_exist_is_not_found(order):
    with nothing_written(), pytest.raises(NotFound):
        goodwill({"id": str(new_id())}, 100)
    with nothing_written(), pytest.raises(NotFound):
        remove(order, line_id=new_id())


def test_a_line_of_another_order_is_not_found(order, bob, soup):
    other = place(bob, soup, total=1200)

    with nothing_written(), pytest.raises(NotFound):
        remove(order, line_id=UUID(other["items"][0]["id"]))
