"""A seeded history through the API: each order is there for its customer, in the shape that every order has."""

import pytest

from accounts.models import Customer
from accounts.serializers import CustomerSerializer
from orders.models import Order
from orders.serializers import CancellationSerializer, OrderPageSerializer, OrderSerializer, OrderStatusSerializer
from tests.clients import signed_in
from tests.orders.steps import NOON
from tests.shapes import assert_shape

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def customers(history, db):
    return list(Customer.objects.order_by("id"))


def test_every_order_is_in_its_customer_s_history_and_in_nobody_else_s(customers):
    seen = []
    for customer in customers:
        api, page = signed_in(customer), "orders?limit=100"
        while page:
            answer = api.get(page)
            assert answer.status == 200
            assert_shape(OrderPageSerializer, answer.json)
            seen += [(order["id"], customer.id) for order in answer.json["data"]]
            cursor = answer.json["next_cursor"]
            page = f"orders?limit=100&cursor={cursor}" if cursor else ""
        assert api.get("orders/current").json == {"data": []}

    assert sorted(seen) == sorted((str(id_), customer) for id_, customer in Order.objects.values_list("id", "customer"))
    assert len(seen) == 300


def test_one_of_each_end_reads_as_every_order_does(customers):
    for status in Order.objects.order_by("status").values_list("status", flat=True).distinct():
        order = Order.objects.filter(status=status).first()
        api, one = signed_in(order.customer), f"orders/{order.id}"
        whole = api.get(one).json
        assert_shape(OrderSerializer, whole)
        assert_shape(OrderStatusSerializer, api.get(f"{one}/status").json)
        assert_shape(CancellationSerializer, api.get(f"{one}/cancellation").json)
        assert whole["status"] == status
        assert whole["status_log"][0] == {"status": "processing", "at": whole["times"]["placed_at"]}
        assert whole["totals"]["owed"]["amount"] == order.owed
        assert len(whole["adjustments"]) == order.adjustments.count()


def test_its_customers_have_accounts_addresses_and_exports(customers):
    api = signed_in(customers[0])
    assert_shape(CustomerSerializer, api.get("account").json)
    addresses = api.get("account/addresses").json["data"]
    assert [address["is_default"] for address in addresses].count(True) == 1
    assert len(api.get("account/export").json["orders"]) == customers[0].orders.count()
