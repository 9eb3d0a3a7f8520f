"""Every answer about orders has the very keys that its serializer promises, whatever the order has been through."""

import pytest

from orders.models import Order
from orders.serializers import (
    CancellationSerializer,
    CurrentOrdersSerializer,
    OrderPageSerializer,
    OrderSerializer,
    OrderStatusSerializer,
)
from tests.factories import make_ingredient, make_options, make_product, order_body, put_in_stock
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, courier, euro, item, place
from tests.shapes import assert_shape

pytestmark = pytest.mark.time_machine(NOON, tick=False)


def assert_all_shapes(api, order):
    one = f"orders/{order['id']}"
    assert_shape(OrderSerializer, api.get(one).json)
    assert_shape(OrderStatusSerializer, api.get(f"{one}/status").json)
    assert_shape(CancellationSerializer, api.get(f"{one}/cancellation").json)
    assert_shape(OrderPageSerializer, api.get("orders?limit=1").json)
    assert_shape(CurrentOrdersSerializer, api.get("orders/current").json)


@pytest.mark.parametrize("status", WAYS)
def test_an_order_in_every_status(alice, soup, status):
    order = place(alice, soup, total=1200)
    place(alice, soup, total=1200)
    advance(order, *WAYS[status])

    assert_all_shapes(alice, order)


def test_an_order_with_all_that_there_can_be(alice, branch):
    make_ingredient("mystery", contains=None)
    extras = make_options("extras", {"cheese": 100})
    pizza = make_product("pizza", recipe={"mystery": 1}, groups=(extras,))
    put_in_stock(branch, mystery=5)
    spot = courier()["place"] | {"apartment": "1", "latitude": 52, "longitude": 13.5, "leave_at_door": True}
    body = order_body(
        item(pizza, 2, option_ids=[str(extras.options.get().id)], note="hot"),
        total=2400,
        delivery=courier(place=spot, contact={"name": "C", "phone": "+493023125007"}, requested_at=at(minutes=20)),
        change_from=euro(5000),
        comment="Thanks",
    )

    answer = alice.place(body)

    assert_shape(OrderSerializer, answer.json)
    assert_all_shapes(alice, answer.json)


def test_an_order_with_as_little_as_there_can_be(alice, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP)

    assert_all_shapes(alice, order)


def test_an_order_for_later_and_one_that_waits_for_payment(alice, soup):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=5)})
    assert_all_shapes(alice, order)

    Order.objects.update(
        status="waiting_for_payment", payment_method="card", payment_state="waiting", payment_due_at=NOON
    )
    assert_all_shapes(alice, order)


def test_an_order_that_was_paid_and_given_back(alice, soup):
    order = place(alice, soup, total=1200)
    Order.objects.update(amount_paid=1200, amount_refunded=200, paid_at=NOON, payment_state="partly_refunded")

    assert_all_shapes(alice, order)
    seen = alice.get(f"orders/{order['id']}").json
    assert (seen["payment"]["paid"], seen["payment"]["refunded"]) == (euro(1200), euro(200))
    assert seen["times"]["paid_at"] == at()
