"""Payments of an order, as the customer reads them."""

from uuid import UUID

import pytest

from payments.door import record_door_payment
from payments.serializers import PaymentPageSerializer, PaymentSerializer
from tests.orders.steps import NOON, WAYS, advance, at, place
from tests.problems import assert_invalid
from tests.shapes import assert_shape
from tests.statements import statements_sent

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def order(alice, soup):
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS["delivered"])
    return placed


@pytest.fixture
def payment(order):
    return record_door_payment(order_id=UUID(order["id"]), method="terminal", recorded_by="sam")


def test_one_is_read_by_its_id(alice, order, payment):
    answer = alice.get(f"payments/{payment.id}")

    assert answer.status == 200
    assert answer.json == {
        "id": str(payment.id), "order_id": order["id"], "method": "terminal", "provider": "door", "state": "succeeded",
        "amount": {"amount": 1200, "currency": "EUR"}, "captured": {"amount": 1200, "currency": "EUR"}, "refunds": [],
        "failure": None, "client_secret": None, "publishable_key": None, "payment_url": None, "qr": None,
        "created_at": at(),
    }  # fmt: skip
    assert_shape(PaymentSerializer, answer.json)


def test_those_of_an_order_are_listed(alice, order, payment):
    answer = alice.get(f"orders/{order['id']}/payments")

    assert answer.json == {"data": [alice.get(f"payments/{payment.id}").json], "next_cursor": None}
    assert_shape(PaymentPageSerializer, answer.json)


def test_an_order_that_nobody_paid_yet_has_none(alice, order):
    assert alice.get(f"orders/{order['id']}/payments").json == {"data": [], "next_cursor": None}


def test_another_order_has_its_own(alice, order, payment, soup):
    other = place(alice, soup, total=1200)

    assert alice.get(f"orders/{other['id']}/payments").json["data"] == []


def test_who_recorded_it_is_not_told(alice, order, payment):
    assert "sam" not in alice.get(f"orders/{order['id']}/payments").text


def test_reading_takes_no_more_than_three_statements(alice, order, payment):
    for path, most in ((f"payments/{payment.id}", 1), (f"orders/{order['id']}/payments", 2)):
        alice.get(path)
        with statements_sent() as sent:
            assert alice.get(path).status == 200
        assert len(sent) == most


def test_typos_are_refused(alice, order, payment):
    assert_invalid(alice.get(f"payments/{payment.id}?typo=1"), ("?typo", "unknown_parameter"))
    assert_invalid(alice.get(f"orders/{order['id']}/payments?limit=0"), ("?limit", "min_value"))
