"""Reports that come at the same moment, in real threads: one is carried out, the others learn what came of it."""

import threading
from functools import partial

import pytest

from catalog.models import StockMovement
from catalog.stock import find_contradictions
from customerbackend.models import IdempotentAnswer
from orders import fulfilment
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.fulfilment.services import make_service
from tests.orders.steps import place, row
from tests.servers import wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch():
    return make_branch()


@pytest.fixture
def soup(branch):
    product = make_product("soup")
    put_in_stock(branch, soup=100)
    return product


@pytest.fixture
def order(soup):
    return place(signed_in(make_customer("alice")), soup, total=1200)


@pytest.fixture
def kitchen():
    return make_service("kitchen")


def test_one_key_sent_ten_times_moves_once_and_gets_one_answer(kitchen, order):
    answers = run_together(*[partial(kitchen.report, order, "cooking", key="k")] * 10)
    assert [answer.status for answer in answers] == [200] * 10
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert row(order).log.filter(status="cooking").count() == 1
    assert row(order).version == 2


def test_one_key_sent_ten_times_delays_once(kitchen, order):
    answers = run_together(*[partial(kitchen.delay, order, 10, key="k")] * 10)
    assert len({answer.content for answer in answers}) == 1
    assert row(order).estimates.filter(why="delayed").count() == 1


def test_one_key_sent_ten_times_counts_once(kitchen, soup, branch):
    before = StockMovement.objects.count()
    answers = run_together(*[partial(kitchen.count, branch, soup=5000, key="k")] * 10)
    assert [answer.status for answer in answers] == [200] * 10
    assert StockMovement.objects.count() == before + 1
    assert IdempotentAnswer.objects.filter(key="k").count() == 1


def test_two_services_that_report_the_same_step_move_the_order_once(kitchen, order):
    services = [kitchen, *(make_service(f"kitchen-{number}") for number in range(3))]
    answers = run_together(*[partial(service.report, order, "cooking") for service in services])
    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1
    assert row(order).log.filter(status="cooking").count() == 1
    assert find_contradictions() == []


def test_of_two_services_that_report_different_ends_one_is_refused(kitchen, order):
    for status in ("cooking", "ready", "in_delivery"):
        kitchen.report(order, status)
    courier = make_service("courier")
    delivered, undelivered = run_together(
        partial(kitchen.report, order, "delivered"), partial(courier.report, order, "undelivered", reason="refused")
    )
    assert sorted([delivered.status, undelivered.status]) == [200, 409]
    won, lost = (delivered, undelivered) if delivered.status == 200 else (undelivered, delivered)
    assert row(order).status == won.json["status"]
    assert (lost.code, lost.json["order_status"]) == ("move_not_allowed", won.json["status"])


def test_a_service_waits_for_the_one_that_has_the_order_and_then_finds_it_where_that_brought_it(
    kitchen, order, monkeypatch
):
    """The order's row is locked before it is judged: without the lock both would be carried out."""
    courier, is_judged = make_service("courier"), threading.Event()
    judge = fulfilment.find_step

    def judge_slowly(*args):
        if not is_judged.is_set():
            is_judged.set()
            wait_until(waiting_for_a_lock)
        return judge(*args)

    monkeypatch.setattr(fulfilment, "find_step", judge_slowly)

    def report_again():
        is_judged.wait()
        return courier.report(order, "restocking")

    first, second = run_together(partial(kitchen.report, order, "cooking"), report_again)

    assert first.status == 200
    assert (second.status, second.code, second.json["order_status"]) == (409, "move_not_allowed", "cooking")
    assert row(order).log.count() == 2
