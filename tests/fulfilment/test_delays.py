"""A service says that an order comes later; what is promised moves by so much, for the customer too."""

import pytest

from notifications.models import Message
from orders.fulfilment_serializers import ReportedDelaySerializer
from orders.models import OrderEvent
from tests.orders.steps import NOON, WAYS, advance, nothing_written, row
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def test_everything_that_has_not_happened_comes_so_much_later(alice, kitchen, order):
    answer = kitchen.delay(order, 20)

    assert answer.status == 200
    assert_shape(ReportedDelaySerializer, answer.json)
    assert (answer.json["id"], answer.json["number"], answer.json["status"]) == (
        order["id"], order["number"], "accepted",
    )  # fmt: skip
    before, after = order["estimates"], answer.json["estimates"]
    assert before["delivered_to"] == "2026-03-02T11:35:00.000000Z"
    assert after["delivered_to"] == "2026-03-02T11:55:00.000000Z"
    seen = alice.get(f"orders/{order['id']}").json["estimates"]
    assert {name: seen[name] for name in after} == after


def test_it_is_kept_as_an_estimate_and_told_as_an_event(kitchen, order):
    kitchen.delay(order, 20)
    assert [estimate.why for estimate in row(order).estimates.all()] == ["placed", "delayed"]
    assert OrderEvent.objects.filter(order_id=order["id"]).latest("id").type == OrderEvent.Type.ESTIMATE_CHANGED
    assert row(order).version == 2


@pytest.mark.parametrize("minutes", [0, -1, 721, 2**70, "ten", None, 1.5])
def test_a_delay_is_one_minute_to_twelve_hours(kitchen, order, minutes):
    kitchen.delay(order, 1)
    with nothing_written():
        answer = kitchen.delay(order, minutes)
    assert_problem(answer, 400, "invalid_request")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/minutes"]


def test_without_minutes_that_is_said(kitchen, order):
    answer = kitchen.post(f"fulfilment/orders/{order['id']}/delay", {}, idempotency_key="k")
    assert_invalid(answer, ("/minutes", "required"))


@pytest.mark.parametrize("status", ["delivered", "undelivered", "cancelled"])
def test_what_has_come_to_its_end_cannot_be_delayed(kitchen, order, status):
    kitchen.delay(order, 1)
    advance(order, *WAYS[status])
    messages = Message.objects.count()
    with nothing_written():
        document = assert_problem(kitchen.delay(order, 5), 409, "order_not_delayable")
    assert document["order_status"] == status
    assert Message.objects.count() == messages
