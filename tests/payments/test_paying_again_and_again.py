"""What is paid is paid; and who asks too often is asked to wait."""

import pytest

from tests.limits import assert_throttled, set_limits
from tests.orders.steps import NOON, advance
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def test_what_is_paid_is_paid(shop):
    payment = shop.paid()
    for body in ({}, {"method": "card"}, {"method": "qr"}):
        assert_problem(shop.start({"id": payment.order_id}, **body), 409, "already_paid")
    advance({"id": payment.order_id}, "cooking", "ready", "in_delivery", "delivered")
    assert_problem(shop.start({"id": payment.order_id}), 409, "already_paid")
    assert len(shop.intents()) == 1


@pytest.mark.time_machine(NOON, tick=False)
def test_who_tries_too_often_is_asked_to_wait_and_replays_do_not_count(shop, settings):
    set_limits(settings, payment_by_customer=(3, 600))
    order = shop.order()
    assert [shop.start(order, key="k").status for _ in range(5)] == [201] * 5
    assert [shop.start(order).status for _ in range(2)] == [200] * 2
    shop.stripe.requests.clear()

    assert_throttled(shop.start(order, key="new"), 600)
    assert_throttled(shop.start(order, method="qr"), 600)

    assert shop.stripe.requests == []
    assert shop.start(order, key="k").headers["Idempotent-Replayed"] == "true"
    set_limits(settings, payment_by_customer=(30, 600))
    assert shop.start(order, key="new").status == 200
