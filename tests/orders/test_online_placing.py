"""An order that is to be paid in the app waits for that, with its stock set aside; nobody works on it yet."""

from datetime import timedelta

import pytest

from catalog.models import Reservation, Stock
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.models import Estimate
from payments.models import Payment
from tests.factories import make_product, order_body, put_in_stock
from tests.orders.steps import NOON, PICKUP, at, euro, item, nothing_written, place, row
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.mark.parametrize("method", ["card", "qr"])
def test_it_waits_for_its_payment_and_says_until_when(alice, soup, settings, method):
    settings.PAYMENT_SECONDS = 900
    order = place(alice, soup, total=1200, payment_method=method)

    assert (order["status"], order["can_cancel"], order["cancel_refusal"]) == ("waiting_for_payment", True, None)
    assert order["payment"] == {
        "method": method,
        "state": "waiting",
        "due_at": at(minutes=15),
        "paid": euro(0),
        "refunded": euro(0),
        "change_from": None,
    }
    assert [(entry["status"], entry["at"]) for entry in order["status_log"]] == [("waiting_for_payment", at())]
    times = order["times"]
    assert (times["placed_at"], times["paid_at"], times["accepted_at"]) == (at(), None, None)
    assert row(order).payment_due_at == NOON + timedelta(minutes=15)


def test_how_long_it_waits_is_a_setting(alice, soup, settings):
    settings.PAYMENT_SECONDS = 3600
    assert place(alice, soup, total=1200, payment_method="card")["payment"]["due_at"] == at(hours=1)


def test_its_stock_is_set_aside_so_that_nobody_else_gets_it(alice, bob, branch):
    stew = make_product("stew")
    put_in_stock(branch, stew=2)
    order = place(alice, item(stew, 2), total=2200, payment_method="card")

    held = Reservation.objects.get()
    assert (str(held.holder_id), held.wanted, held.reserved) == (order["id"], 2000, 2000)
    assert_problem(bob.place(order_body(stew, total=1200)), 409, "not_enough_stock")

    assert alice.cancel(order["id"]).json["status"] == "cancelled"
    assert Stock.objects.values_list("on_hand", "reserved").get() == (2000, 0)
    assert bob.place(order_body(stew, total=1200)).status == 201
    assert find_contradictions() == []


def test_warehouse_and_kitchen_hear_nothing_and_neither_when_it_is_cancelled(alice, soup):
    order = place(alice, soup, total=1200, payment_method="card")
    alice.cancel(order["id"])

    told = Message.objects.order_by("id").values_list("recipient_kind", "kind")
    assert list(told) == [("customer", "order_status"), ("customer", "order_status"), ("staff", "order_cancelled")]
    statuses = [message.data["status"] for message in Message.objects.filter(kind="order_status").order_by("id")]
    assert statuses == ["waiting_for_payment", "cancelled"]


def test_it_is_estimated_as_if_it_were_paid_at_once(alice, soup):
    order = place(alice, soup, total=1200, payment_method="card")

    assert Estimate.objects.values_list("order_id", "why").get() == (row(order).id, "placed")
    assert order["estimates"]["delivered_at"] == at(seconds=600 + 300 + 600)
    assert order["estimates"]["first_delivered_to"] == at(seconds=1500 + 600)


def test_it_does_not_yet_fill_the_kitchens_queue(alice, bob, soup):
    place(alice, item(soup, 5), total=5200, payment_method="card")
    assert place(bob, soup, total=1200)["estimates"]["wait_seconds"] == 0


def test_nothing_is_asked_of_the_provider_before_the_customer_wants_to_pay(alice, soup):
    place(alice, soup, total=1200, payment_method="card")
    assert not Payment.objects.exists()


@pytest.mark.parametrize("method", ["card", "qr"])
def test_what_costs_nothing_is_paid_and_accepted_at_once(alice, branch, method):
    water = make_product("water", price=0)
    put_in_stock(branch, water=1)
    order = place(alice, water, total=0, payment_method=method, delivery=PICKUP)

    assert (order["status"], order["payment"]["state"]) == ("processing", "paid")
    assert (order["payment"]["due_at"], order["payment"]["paid"]) == (None, euro(0))
    assert order["times"]["accepted_at"] == at()
    assert Message.objects.filter(kind="order_accepted").count() == 1


def test_what_costs_nothing_may_stand_beside_an_unpaid_order(alice, soup, branch):
    water = make_product("water", price=0)
    put_in_stock(branch, water=1)
    place(alice, soup, total=1200, payment_method="card")
    assert place(alice, water, total=0, payment_method="card", delivery=PICKUP)["status"] == "processing"


@pytest.mark.parametrize("method", ["card", "qr"])
def test_a_method_that_is_switched_off_is_refused_with_those_that_are_not(alice, soup, settings, method):
    settings.PAYMENT_METHODS = ["cash", "terminal"]
    with nothing_written():
        answer = alice.place(order_body(soup, total=1200, payment_method=method))
    assert assert_problem(answer, 422, "payment_not_possible")["payment_methods"] == ["cash", "terminal"]


def test_it_is_among_the_current_orders(alice, bob, soup):
    order = place(alice, soup, total=1200, payment_method="card")
    assert [found["id"] for found in alice.get("orders/current").json["data"]] == [order["id"]]
    assert alice.get(f"orders/{order['id']}/status").json["status"] == "waiting_for_payment"
    assert alice.get("orders?status=waiting_for_payment").json["data"][0]["id"] == order["id"]
    assert alice.get("orders?status=processing").json["data"] == []
    assert_problem(bob.get(f"orders/{order['id']}"), 404, "not_found")
