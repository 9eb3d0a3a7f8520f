"""Money from the door goes back by hand: staff are to do it, and say when they have."""

from datetime import date
from functools import partial
from uuid import UUID

import pytest
from rest_framework.exceptions import NotFound

from customerbackend.ids import new_id
from orders.models import Order
from payments.door import AlreadyPaid, NotToHandBack, record_door_payment, record_handed_back
from payments.models import Payment, Refund
from payments.reports import CashLine, find_not_recorded, report_cash
from payments.sending_refunds import process_refunds
from tests.clients import signed_in
from tests.factories import make_customer
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, WAYS, advance, euro, nothing_written, place
from tests.payments.books import sums_amiss
from tests.payments.refunds import money_of, noted, shows
from tests.threads import run_together

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
TODAY = date(2026, 3, 2)


@pytest.fixture
def order(alice, soup):
    """12.00 EUR in cash, delivered and recorded, of which 2.00 are let off because it was cold."""
    placed = place(alice, soup, total=1200)
    advance(placed, *WAYS["delivered"])
    record_door_payment(order_id=UUID(placed["id"]), method="cash", recorded_by="sam")
    goodwill(placed, 200)
    return placed


def hand_back(refund=None):
    return record_handed_back(refund_id=(refund or Refund.objects.get()).id, recorded_by="kim")


def test_until_it_has_been_handed_back_something_is_to_be_done(alice, order):
    assert process_refunds() == []

    payment = Payment.objects.get()
    assert noted(payment) == [("action_required", 200, "less_owed")]
    refund = Refund.objects.get()
    assert (refund.next_at, refund.closed_at, refund.recorded_by) == (None, None, "")
    assert money_of(payment) == shows("paid", 1200, 0)
    assert payment.given_back == 200
    with nothing_written():
        assert process_refunds() == []


def test_when_it_was_handed_back_it_is_refunded(alice, order):
    process_refunds()

    refund = hand_back()

    assert (refund.state, refund.recorded_by, refund.closed_at) == ("succeeded", "kim", NOON)
    payment = Payment.objects.get()
    assert (payment.captured, payment.given_back) == (1200, 200)
    assert money_of(payment) == shows("partly_refunded", 1200, 200)
    seen = alice.get(f"orders/{order['id']}").json["payment"]
    assert (seen["state"], seen["paid"], seen["refunded"]) == ("partly_refunded", euro(1200), euro(200))
    assert list(sums_amiss()) == []


def test_it_is_handed_back_once(alice, order):
    process_refunds()
    hand_back()
    with nothing_written(), pytest.raises(NotToHandBack):
        hand_back()


def test_what_is_no_refund_cannot_be_handed_back(db):
    with pytest.raises(NotFound):
        record_handed_back(refund_id=new_id(), recorded_by="kim")


def test_money_that_goes_back_by_the_provider_is_not_handed_back(shop):
    payment = shop.paid()
    shop.stripe.books.low_balance = True
    goodwill(shop.look(payment), 200)
    process_refunds()
    with nothing_written(), pytest.raises(NotToHandBack):
        hand_back()


def test_what_is_handed_back_does_not_have_to_be_paid_again(alice, order):
    process_refunds()
    hand_back()
    with pytest.raises(AlreadyPaid):
        record_door_payment(order_id=UUID(order["id"]), method="cash", recorded_by="sam")


def test_more_may_be_let_off_later(alice, order):
    process_refunds()
    hand_back()
    goodwill(order, 1000)
    process_refunds()
    hand_back(Refund.objects.get(state="action_required"))
    payment = Payment.objects.get()
    assert noted(payment) == [("succeeded", 200, "less_owed"), ("succeeded", 1000, "less_owed")]
    assert money_of(payment) == shows("refunded", 1200, 1200)


def test_the_cash_report_counts_what_is_still_in_the_till(alice, order):
    assert report_cash(TODAY)[0] == CashLine("Mitte", "cash", orders=1, expected=1000, payments=1, recorded=1200)
    process_refunds()
    assert report_cash(TODAY)[0] == CashLine("Mitte", "cash", orders=1, expected=1000, payments=1, recorded=1200)

    hand_back()

    assert report_cash(TODAY)[0] == CashLine("Mitte", "cash", orders=1, expected=1000, payments=1, recorded=1000)
    assert find_not_recorded(TODAY) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.time_machine(NOON)
def test_of_ten_who_record_it_at_once_one_does(soup):
    customer = signed_in(make_customer("ann"))
    placed = place(customer, soup, total=1200)
    advance(placed, *WAYS["delivered"])
    record_door_payment(order_id=UUID(placed["id"]), method="cash", recorded_by="sam")
    goodwill(placed, 200)
    process_refunds()

    results = run_together(*[partial(hand_back, Refund.objects.get())] * 10)

    assert sorted(type(result).__name__ for result in results) == ["NotToHandBack"] * 9 + ["Refund"]
    assert Order.objects.get().amount_refunded == 200
