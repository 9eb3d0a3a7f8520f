"""An order that waits to be paid, and of which staff let the customer off everything, has nothing to wait for."""

import pytest

from orders.adjusting import give_goodwill, remove_item
from orders.models import Order
from orders.statuses import Status
from tests.orders.steps import CHEF, place

pytestmark = pytest.mark.django_db


def test_with_nothing_left_to_be_paid_it_goes_on(alice, soup):
    order = place(alice, soup, total=1200, payment_method="card")

    give_goodwill(order_id=order["id"], amount=1199, actor=CHEF, reason="long wait")
    assert Order.objects.get().status == Status.WAITING_FOR_PAYMENT

    give_goodwill(order_id=order["id"], amount=1, actor=CHEF, reason="long wait")
    shown = alice.get(f"orders/{order['id']}").json
    assert (shown["status"], shown["payment"]["state"]) == ("processing", "paid")


def test_with_nothing_left_to_be_cooked_it_does_not(alice, soup):
    order = place(alice, soup, total=1000, payment_method="card", delivery={"method": "pickup"})

    remove_item(order_id=order["id"], line_id=order["items"][0]["id"], quantity=1, actor=CHEF, reason="sold out")

    assert Order.objects.get().status == Status.WAITING_FOR_PAYMENT
    answer = alice.post(f"orders/{order['id']}/payments", {}, idempotency_key="pay")
    assert (answer.status, answer.code) == (409, "already_paid")
