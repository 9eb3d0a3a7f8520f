"""What operators run: each command does what is due, and says what it did."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import Reservation
from orders.models import Order
from payments.models import Forgetting, Payment, ProviderEvent, Refund
from tests.clients import Api
from tests.orders.steps import NOON, advance, euro, place, row
from tests.payments.sandbox.life import click, deliver, link_card, pay, start
from tests.payments.sandbox.receiver import Receiver, receiving

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def run(command: str, *arguments: str, **options: Any) -> list[str]:
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def to_pay(api: Api, soup: Any, method: str = "card") -> dict[str, Any]:
    return place(api, soup, total=1200, payment_method=method)


def paid(api: Api, soup: Any) -> dict[str, Any]:
    order = to_pay(api, soup)
    pay(api, order)
    return order


def clicked(api: Api, soup: Any) -> tuple[dict[str, Any], Payment]:
    """An order that was paid, of which no event has come."""
    order = to_pay(api, soup)
    started = start(api, order).json
    click(started["payment_url"], "pay")
    return order, Payment.objects.get(id=started["id"])


def state_of(order: dict[str, Any]) -> tuple[str, str]:
    found = row(order)
    return found.status, found.payment_state


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Where the sandbox's events arrive."""
    with receiving() as receiver:
        settings.PUBLIC_URL = receiver.url
        yield receiver


# --- expire_unpaid_orders -----------------------------------------------------------------------------------------


def test_orders_that_were_not_paid_in_time_are_cancelled_and_named(alice, bob, soup, time_machine, settings):
    order = to_pay(alice, soup)
    start(alice, order)
    time_machine.shift(timedelta(seconds=settings.PAYMENT_SECONDS - 1))
    assert run("expire_unpaid_orders") == []
    young = to_pay(bob, soup)

    time_machine.shift(1)
    assert run("expire_unpaid_orders") == [f"Order {order['number']} was not paid in time and is cancelled."]

    assert state_of(order) == ("cancelled", "cancelled")
    assert Payment.objects.get().state == "cancelled"
    assert [str(held.holder_id) for held in Reservation.objects.filter(closed_at=None)] == [young["id"]]
    assert run("expire_unpaid_orders") == []


def test_one_that_turns_out_to_be_paid_goes_on_and_is_not_named(alice, soup, time_machine, settings):
    order, _payment = clicked(alice, soup)
    time_machine.shift(settings.PAYMENT_SECONDS)

    assert run("expire_unpaid_orders") == []

    assert state_of(order) == ("accepted", "paid")


def test_one_that_the_bank_has_promised_to_pay_goes_on_too(alice, soup, time_machine, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    order, payment = clicked(alice, soup)
    time_machine.shift(settings.PAYMENT_SECONDS)

    assert run("expire_unpaid_orders") == []

    assert state_of(order) == ("accepted", "authorised")
    assert Payment.objects.get(id=payment.id).authorised == 1200


# --- process_refunds ----------------------------------------------------------------------------------------------


def test_what_goes_back_is_said_order_by_order(alice, soup):
    order = paid(alice, soup)
    advance(order, "cancelled")

    assert run("process_refunds") == [f"Order {order['number']}: 12.00 EUR: succeeded."]

    assert state_of(order) == ("cancelled", "refunded")
    assert run("process_refunds") == []


def test_why_it_did_not_go_back_is_said(alice, soup, settings):
    order = paid(alice, soup)
    advance(order, "cancelled")
    settings.PAYMENTS_SANDBOX = False

    assert run("process_refunds") == [
        f"Order {order['number']}: 12.00 EUR: pending (The provider sandbox is not switched on.)."
    ]

    assert Refund.objects.get().tries == 1
    assert state_of(order) == ("cancelled", "paid")


# --- process_webhooks ---------------------------------------------------------------------------------------------


def test_events_that_failed_are_processed_when_their_time_has_come(alice, soup, time_machine):
    order, payment = clicked(alice, soup)
    Payment.objects.update(reference="lost")
    assert deliver() == [503]
    assert run("process_webhooks") == ["0 processed, 0 failed."]

    time_machine.shift(60)
    assert run("process_webhooks") == ["0 processed, 1 failed."]
    assert ProviderEvent.objects.get().tries == 2

    Payment.objects.update(reference=payment.reference)
    time_machine.shift(60)
    assert run("process_webhooks") == ["1 processed, 0 failed."]
    assert state_of(order) == ("accepted", "paid")
    assert run("process_webhooks") == ["0 processed, 0 failed."]


# --- reconcile_payments -------------------------------------------------------------------------------------------


def test_what_was_paid_without_a_word_is_found(alice, bob, soup, time_machine):
    order, payment = clicked(alice, soup)
    start(bob, to_pay(bob, soup))
    assert run("reconcile_payments") == ["0 asked for, 0 different, 0 errors, 0 cancelled."]

    time_machine.shift(120)

    assert run("reconcile_payments") == [
        f"Order {order['number']}, payment {payment.id}: waiting → succeeded, taken 12.00 EUR, given back 0.00 EUR",
        "2 asked for, 1 different, 0 errors, 0 cancelled.",
    ]
    assert state_of(order) == ("accepted", "paid")
    assert run("reconcile_payments") == ["1 asked for, 0 different, 0 errors, 0 cancelled."]


def test_how_old_a_payment_must_be_can_be_said(alice, soup):
    clicked(alice, soup)
    assert run("reconcile_payments", "--older-than", "0")[-1] == "1 asked for, 1 different, 0 errors, 0 cancelled."


def test_what_has_succeeded_is_looked_through_when_asked_for(alice, soup, time_machine):
    order = paid(alice, soup)
    time_machine.shift(timedelta(days=2))
    assert run("reconcile_payments")[-1].startswith("0 asked for")
    assert run("reconcile_payments", "--succeeded-within", "1")[-1].startswith("0 asked for")
    assert run("reconcile_payments", "--succeeded-within", "3") == ["1 asked for, 0 different, 0 errors, 0 cancelled."]
    assert state_of(order) == ("accepted", "paid")


def test_a_payment_that_cannot_be_asked_for_is_named_and_the_others_are_asked_for(alice, bob, soup, time_machine):
    order, payment = clicked(alice, soup)
    others, _payment = clicked(bob, soup)
    Payment.objects.filter(id=payment.id).update(reference="lost")
    time_machine.shift(120)

    lines = run("reconcile_payments")

    assert (
        lines[0] == f"Order {order['number']}, payment {payment.id}: waiting; ProviderError: There is no such payment."
    )
    assert lines[-1] == "2 asked for, 1 different, 1 errors, 0 cancelled."
    assert state_of(others) == ("accepted", "paid")


def test_open_payments_of_orders_that_are_over_are_cancelled(alice, soup):
    order = to_pay(alice, soup)
    start(alice, order)
    assert alice.cancel(order["id"]).status == 200

    assert run("reconcile_payments") == ["0 asked for, 0 different, 0 errors, 1 cancelled."]

    assert Payment.objects.get().state == "cancelled"


# --- process_payments ---------------------------------------------------------------------------------------------


def test_one_turn_does_all_that_is_due(alice, bob, soup, receiver, settings, time_machine):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    held = paid(alice, soup)
    assert state_of(held) == ("accepted", "authorised")
    advance(held, "cooking")
    gone = paid(alice, soup)
    advance(gone, "cancelled")
    link_card(alice)
    card = alice.get("account/cards").json["data"][0]
    assert alice.call("DELETE", f"account/cards/{card['id']}").status == 204
    silent, _payment = clicked(bob, soup)
    late = to_pay(alice, soup, "qr")
    start(alice, late)
    time_machine.shift(settings.PAYMENT_SECONDS)

    assert run("process_payments") == []

    assert state_of(held) == ("cooking", "paid")
    assert state_of(gone) == ("cancelled", "cancelled")
    assert state_of(silent) == ("accepted", "authorised")
    assert state_of(late) == ("cancelled", "cancelled")
    assert not Forgetting.objects.exists()
    assert [document["type"] for document in receiver.documents] == ["payment.authorised"]


def test_a_turn_gives_back_and_events_are_sent_with_the_next(alice, soup, receiver):
    order = paid(alice, soup)
    advance(order, "cancelled")

    run("process_payments")
    assert state_of(order) == ("cancelled", "refunded")
    run("process_payments")

    assert [document["type"] for document in receiver.documents] == ["refund.succeeded"]
    assert alice.get(f"orders/{order['id']}").json["payment"]["refunded"] == euro(1200)


def test_a_fault_of_one_does_not_keep_the_others_from_their_turn(alice, bob, soup, receiver, settings, time_machine):
    broken, good = to_pay(alice, soup), to_pay(bob, soup)
    for api, order in ((alice, broken), (bob, good)):
        start(api, order)
    Payment.objects.filter(order_id=broken["id"]).update(provider="stripe")
    time_machine.shift(settings.PAYMENT_SECONDS)

    run("process_payments")

    assert state_of(good) == ("cancelled", "cancelled")
    assert Order.objects.get(id=broken["id"]).status == "waiting_for_payment"
