"""A report that is sent again: replayed under its key, and harmless under another."""

import pytest

from catalog.models import StockMovement
from customerbackend.models import IdempotentAnswer
from notifications.models import Message
from tests.fulfilment.services import make_service
from tests.orders.steps import advance, nothing_written, row
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PATHS = ["status", "delay", "stock"]


def report(service, path, order, branch, key):
    return {
        "status": lambda: service.report(order, "cooking", key=key),
        "delay": lambda: service.delay(order, 5, key=key),
        "stock": lambda: service.count(branch, soup=7000, key=key),
    }[path]()


@pytest.mark.parametrize("path", PATHS)
def test_the_same_again_replays_the_answer_byte_for_byte(kitchen, order, branch, path):
    first = report(kitchen, path, order, branch, "k")
    advance(order, *(["ready"] if path == "status" else ["cooking", "ready"]))
    with nothing_written():
        again = report(kitchen, path, order, branch, "k")
    assert (first.status, again.status) == (200, 200)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_key_must_come(kitchen, order, branch, path):
    report(kitchen, path, order, branch, "k")
    for key in (" ", "x" * 256, "ключ"):
        with nothing_written():
            assert_problem(report(kitchen, path, order, branch, key), 400, "idempotency_key_required")
    bare = kitchen.post(f"fulfilment/orders/{order['id']}/delay", {"minutes": 5})
    assert_problem(bare, 400, "idempotency_key_required")


def test_for_anything_else_the_key_is_used_up(kitchen, order, branch):
    kitchen.report(order, "cooking", key="k")
    with nothing_written():
        assert_problem(kitchen.report(order, "ready", key="k"), 422, "idempotency_key_reused")
        assert_problem(kitchen.delay(order, 5, key="k"), 422, "idempotency_key_reused")
        assert_problem(kitchen.count(branch, soup=1, key="k"), 422, "idempotency_key_reused")


def test_the_keys_of_two_services_and_of_a_customer_have_nothing_to_do_with_each_other(alice, kitchen, order):
    assert make_service("courier").delay(order, 5, key="k").status == 200
    second = kitchen.delay(order, 5, key="k")
    assert second.status == 200 and "Idempotent-Replayed" not in second.headers
    assert alice.cancel(order["id"], key="k").status == 200
    assert IdempotentAnswer.objects.filter(key="k").count() == 3
    assert row(order).estimates.filter(why="delayed").count() == 2


def test_what_was_refused_leaves_no_claim_and_may_be_sent_again(kitchen, order):
    assert_problem(kitchen.report(order, "ready", key="k"), 409, "move_not_allowed")
    assert not IdempotentAnswer.objects.filter(key="k").exists()
    advance(order, "cooking")
    assert kitchen.report(order, "ready", key="k").status == 200


def test_the_status_that_holds_already_changes_nothing_under_any_key(kitchen, order):
    first = kitchen.report(order, "cooking")
    version, messages = row(order).version, Message.objects.count()
    again = kitchen.report(order, "cooking", at="2020-01-01T00:00:00Z")
    assert (again.status, again.json) == (200, first.json)
    assert "Idempotent-Replayed" not in again.headers
    assert (row(order).version, Message.objects.count()) == (version, messages)
    assert row(order).log.filter(status="cooking").count() == 1


def test_a_count_sent_again_is_not_booked_again_though_goods_came_meanwhile(kitchen, order, branch):
    kitchen.count(branch, soup=7000, key="k")
    advance(order, "cooking")
    movements = StockMovement.objects.count()
    assert kitchen.count(branch, soup=7000, key="k").json["stock"][0]["on_hand"] == 7000
    assert StockMovement.objects.count() == movements
    assert branch.stock.get().on_hand == 6000
