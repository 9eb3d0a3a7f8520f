"""An order is brought through its whole life by those who work on it, and its customer sees what customers see."""

import pytest

from orders.fulfilment_serializers import ReportedStatusSerializer
from orders.models import Order
from tests.fulfilment.services import make_service
from tests.orders.steps import NOON, PICKUP, at, place, row
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db

LIFE = {
    "restocking": ["picking"],
    "picking": ["cooking"],
    "cooking": ["ready"],
    "ready": ["in_delivery", "undelivered"],
    "in_delivery": ["delivered", "undelivered"],
    "delivered": [],
}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


def test_every_step_is_answered_with_where_the_order_stands_and_what_may_follow(kitchen, order, noon):
    for minute, (status, allowed) in enumerate(LIFE.items(), 1):
        noon.move_to(at(minutes=minute), tick=False)
        answer = kitchen.report(order, status)
        assert answer.status == 200, answer.text
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json == {
            "id": order["id"],
            "number": order["number"],
            "status": status,
            "status_changed_at": at(minutes=minute),
            "allowed": allowed,
        }
        assert_shape(ReportedStatusSerializer, answer.json)


def test_the_log_says_which_service_it_was(kitchen, order):
    make_service("courier").report(order, "cooking")
    kitchen.report(order, "ready")
    _placed, *moved = row(order).log.values_list("status", "actor_kind", "actor")
    assert moved == [("cooking", "service", "courier"), ("ready", "service", "kitchen")]


def test_the_customer_sees_processing_all_the_while(alice, kitchen, order):
    seen = []
    for status in LIFE:
        kitchen.report(order, status)
        paths = (f"orders/{order['id']}", f"orders/{order['id']}/status", "orders", "orders/current")
        answers = [alice.get(path) for path in paths]
        assert not any(word in answer.text for answer in answers for word in ("restocking", "picking", "kitchen"))
        seen.append(answers[1].json["status"])
    assert seen == ["processing", "processing", "cooking", "ready", "in_delivery", "delivered"]


def test_an_answer_tells_nothing_of_the_customer(alice, kitchen, order, branch):
    told = kitchen.report(order, "cooking").text + kitchen.delay(order, 5).text + kitchen.count(branch, soup=5).text
    for word in (alice.customer.name, "Ackerstr", str(alice.customer.id), "+49", "1200", "EUR", "cash"):
        assert word not in told


def test_an_order_to_be_fetched_is_handed_out(alice, kitchen, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP)
    kitchen.report(order, "cooking")
    assert kitchen.report(order, "ready").json["allowed"] == ["delivered", "undelivered"]
    refused = kitchen.report(order, "in_delivery")
    assert (refused.status, refused.code) == (409, "move_not_allowed")
    assert kitchen.report(order, "delivered").status == 200


@pytest.mark.parametrize("reason", ["customer_absent", "refused", "wrong_address", "age_check", "courier"])
def test_what_was_not_delivered_says_why(kitchen, order, reason):
    for status in ("cooking", "ready", "in_delivery"):
        kitchen.report(order, status)
    answer = kitchen.report(order, "undelivered", reason=reason)
    assert (answer.status, answer.json["status"], answer.json["allowed"]) == (200, "undelivered", [])
    assert row(order).log.get(status="undelivered").reason == reason


def test_null_is_as_good_as_nothing(kitchen, order):
    assert kitchen.report(order, "cooking", at=None, reason=None).status == 200


def test_cooking_consumes_the_stock_that_was_set_aside(kitchen, order, branch):
    kitchen.report(order, "cooking")
    [stock] = branch.stock.all()
    assert (stock.on_hand, stock.reserved) == (99_000, 0)
    assert Order.objects.get().version == 2
