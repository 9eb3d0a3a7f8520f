"""Cash and card terminal: staff record what was handed over, once, when the order is handed over."""

from uuid import UUID

import pytest
from rest_framework.exceptions import NotFound

from customerbackend.ids import new_id
from orders.models import Order
from payments.door import AlreadyPaid, NotAtTheDoor, change_of, record_door_payment
from payments.models import Payment
from tests.clients import signed_in
from tests.factories import make_customer
from tests.orders.steps import NOON, WAYS, advance, at, place
from tests.threads import run_together

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def record(order, method="cash"):
    return record_door_payment(order_id=UUID(order["id"]), method=method, recorded_by="sam")


@pytest.fixture
def order(alice, soup):
    """12.00 EUR, change wanted from 20.00, on its way."""
    change_from = {"amount": 2000, "currency": "EUR"}
    placed = place(alice, soup, total=1200, change_from=change_from)
    advance(placed, *WAYS["in_delivery"])
    return placed


def test_what_is_owed_is_recorded_and_the_order_shows_paid(alice, order):
    version = alice.get(f"orders/{order['id']}").json["version"]

    payment = record(order)

    assert (payment.method, payment.provider, payment.state) == ("cash", "door", "succeeded")
    assert (payment.amount, payment.captured, payment.currency, payment.recorded_by) == (1200, 1200, "EUR", "sam")
    shown = alice.get(f"orders/{order['id']}").json
    assert shown["payment"] == {
        "method": "cash", "state": "paid", "due_at": None, "paid": {"amount": 1200, "currency": "EUR"},
        "refunded": {"amount": 0, "currency": "EUR"}, "change_from": {"amount": 2000, "currency": "EUR"},
    }  # fmt: skip
    assert shown["times"]["paid_at"] == at()
    assert shown["version"] == version + 1


def test_change_is_what_the_note_has_above_what_is_owed(order, alice, soup):
    without = place(alice, soup, total=1200)

    assert change_of(Order.objects.get(id=order["id"])) == 800
    assert change_of(Order.objects.get(id=without["id"])) is None


def test_it_may_be_another_way_than_was_asked_for(alice, order):
    assert record(order, "terminal").method == "terminal"

    shown = alice.get(f"orders/{order['id']}").json["payment"]
    assert (shown["method"], shown["state"]) == ("cash", "paid")


@pytest.mark.parametrize("way", ["ready", "in_delivery", "delivered"])
def test_it_is_recorded_once_the_order_is_handed_over(alice, soup, way):
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS[way])

    assert record(placed).captured == 1200


@pytest.mark.parametrize("way", ["accepted", "picking", "cooking", "cancelled", "undelivered"])
def test_nothing_is_recorded_of_an_order_that_is_not_at_the_door(alice, soup, way):
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS[way])

    with pytest.raises(NotAtTheDoor) as refusal:
        record(placed)

    assert refusal.value.data == {"order_status": way}
    assert Payment.objects.count() == 0
    assert alice.get(f"orders/{placed['id']}").json["payment"]["paid"]["amount"] == 0


def test_it_is_recorded_once(alice, order):
    record(order)

    with pytest.raises(AlreadyPaid):
        record(order, "terminal")

    assert Payment.objects.get().method == "cash"
    assert alice.get(f"orders/{order['id']}").json["payment"]["paid"]["amount"] == 1200


def test_money_of_an_order_that_is_none_is_not_recorded(db):
    with pytest.raises(NotFound):
        record({"id": str(new_id())})


@pytest.mark.django_db(transaction=True)
def test_two_who_record_at_once_record_it_once(soup):
    alice = signed_in(make_customer("alice"))
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS["delivered"])

    results = run_together(*[lambda: record(placed)] * 8)

    assert [type(result).__name__ for result in results].count("Payment") == 1
    assert {type(result).__name__ for result in results} == {"Payment", "AlreadyPaid"}
    assert alice.get(f"orders/{placed['id']}").json["payment"]["paid"]["amount"] == 1200
