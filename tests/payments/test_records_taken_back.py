"""Money at the door that was recorded by mistake: the record is taken back, and the right one can be made."""

from datetime import date
from functools import partial
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from rest_framework.exceptions import NotFound

from customerbackend.ids import new_id
from payments.door import (
    NotToTakeBack,
    due_at_the_door,
    record_door_payment,
    record_handed_back,
    take_back_record,
)
from payments.models import Payment, Refund
from payments.reports import CashLine, find_not_recorded, report_cash
from payments.sending_refunds import process_refunds
from tests.clients import signed_in
from tests.factories import make_customer
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, WAYS, advance, at, euro, nothing_written, place
from tests.payments.books import sums_amiss
from tests.payments.refunds import money_of, noted, shows
from tests.threads import run_together

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
TODAY = date(2026, 3, 2)


@pytest.fixture
def order(alice, soup):
    """12.00 EUR, delivered."""
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS["delivered"])
    return placed


def record(order, method="cash"):
    return record_door_payment(order_id=UUID(order["id"]), method=method, recorded_by="sam")


def take_back(payment):
    return take_back_record(payment_id=payment.id, recorded_by="kim")


def test_the_order_owes_its_money_as_before(alice, order):
    before = alice.get(f"orders/{order['id']}").json
    payment = record(order)

    take_back(payment)

    after = alice.get(f"orders/{order['id']}").json
    assert after["version"] == before["version"] + 2
    assert after["payment"] == before["payment"]
    assert after["payment"]["state"] == "due_on_delivery"
    assert after["times"] == before["times"]
    assert [str(one.id) for one in due_at_the_door()] == [order["id"]]
    assert process_refunds() == []
    assert list(sums_amiss()) == []


def test_the_record_stays_with_who_made_it_and_who_took_it_back(alice, order):
    payment = record(order)

    refund = take_back(payment)

    payment.refresh_from_db()
    assert (payment.state, payment.captured, payment.given_back, payment.recorded_by) == (
        "succeeded",
        1200,
        1200,
        "sam",
    )
    assert noted(payment) == [("succeeded", 1200, "recorded_by_mistake")]
    assert (refund.recorded_by, refund.created_at, refund.closed_at) == ("kim", NOON, NOON)
    [shown] = alice.get(f"orders/{order['id']}/payments").json["data"]
    assert shown["refunds"] == [
        {"id": str(refund.id), "state": "succeeded", "amount": euro(1200), "reason": "recorded_by_mistake", "at": at()}
    ]


def test_then_the_right_way_is_recorded(alice, order):
    take_back(record(order, "cash"))

    payment = record(order, "terminal")

    assert money_of(payment) == shows("paid", 1200, 0)
    assert [(line.method, line.payments, line.recorded) for line in report_cash(TODAY)] == [
        ("cash", 0, 0), ("terminal", 1, 1200),
    ]  # fmt: skip
    goodwill(order, 200)
    process_refunds()
    assert noted(payment) == [("action_required", 200, "less_owed")]
    assert list(sums_amiss()) == []


def test_the_cash_report_misses_it_again(alice, order):
    take_back(record(order))
    assert report_cash(TODAY)[0] == CashLine("Mitte", "cash", orders=1, expected=1200, payments=0, recorded=0)
    assert find_not_recorded(TODAY) == [order["number"]]


def test_what_was_to_be_handed_back_of_it_is_not_any_more(alice, order):
    payment = record(order)
    goodwill(order, 200)
    process_refunds()

    take_back(payment)

    assert noted(payment) == [("failed", 200, "less_owed"), ("succeeded", 1200, "recorded_by_mistake")]
    assert process_refunds() == []
    assert record(order).captured == 1000
    assert money_of(payment) == shows("paid", 1000, 0)
    assert list(sums_amiss()) == []


def test_of_an_order_that_was_cancelled_nothing_is_due(alice, soup):
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS["ready"])
    payment = record(placed)
    advance(placed, "cancelled", reason="Fell down")
    process_refunds()

    take_back(payment)

    assert money_of(payment) == shows("cancelled", 0, 0)
    assert [*due_at_the_door(), *process_refunds(), *sums_amiss()] == []


def test_it_is_taken_back_once(order):
    payment = record(order)
    take_back(payment)
    with nothing_written(), pytest.raises(NotToTakeBack):
        take_back(payment)


def test_money_of_which_some_was_handed_back_was_there(order):
    payment = record(order)
    goodwill(order, 200)
    process_refunds()
    record_handed_back(refund_id=Refund.objects.get().id, recorded_by="kim")
    with nothing_written(), pytest.raises(NotToTakeBack):
        take_back(payment)


def test_what_a_provider_has_taken_is_not_taken_back(shop):
    payment = shop.paid()
    with nothing_written(), pytest.raises(NotToTakeBack):
        take_back(payment)


def test_a_payment_that_is_none_is_not_taken_back(db):
    with pytest.raises(NotFound):
        take_back(Payment(id=new_id()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.time_machine(NOON)
def test_of_ten_who_take_it_back_at_once_one_does(soup):
    placed = place(signed_in(make_customer("ann")), soup, total=1200)
    advance(placed, *WAYS["delivered"])
    payment = record(placed)

    results = run_together(*[partial(take_back, payment)] * 10)

    assert sorted(type(result).__name__ for result in results) == ["NotToTakeBack"] * 9 + ["Refund"]
    assert money_of(payment) == shows("due_on_delivery", 0, 0)
    assert list(sums_amiss()) == []


def run(*arguments):
    out = StringIO()
    call_command("record_payment", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_takes_back_what_it_has_recorded(order):
    run(order["number"], "--method", "terminal")

    assert run(order["number"], "--take-back") == [f"Order {order['number']}: 12.00 EUR by terminal is taken back."]

    assert run(order["number"]) == [f"Order {order['number']}: 12.00 EUR by cash."]


def test_the_command_says_what_cannot_be_taken_back(order):
    with pytest.raises(CommandError, match="Nothing has been recorded of order"):
        run(order["number"], "--take-back")
    take_back(record(order))
    with pytest.raises(CommandError, match="Only a record of money at the door is taken back"):
        run(order["number"], "--take-back")
