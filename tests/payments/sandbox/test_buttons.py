"""The buttons of the page: what is told of the payment before and after each."""

import pytest

from payments.failures import DECLINED
from payments.models import Payment
from payments.providers.sandbox import send_sandbox_events
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import (
    PAYMENT_ID,
    charge,
    documents,
    new_customer,
    page,
    paid,
    press,
    started,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def standing(provider, reference):
    told = provider.fetch(reference)
    return told.state, told.authorised, told.captured, told.failure


def test_pay(provider):
    reference = started(provider)
    assert standing(provider, reference) == (Payment.State.WAITING, 0, 0, "")

    press(reference, "pay")

    assert standing(provider, reference) == (Payment.State.SUCCEEDED, 0, 1200, "")
    [event] = documents()
    assert event == {
        "id": event["id"],
        "type": "payment.succeeded",
        "created": int(NOON.timestamp()),
        "data": {"reference": reference, "payment_id": str(PAYMENT_ID)},
    }
    assert event["id"].startswith("sbxevt_")


def test_pay_holds_what_is_captured_later(provider):
    reference = paid(provider, captures_later=True)

    assert standing(provider, reference) == (Payment.State.AUTHORISED, 1200, 0, "")
    assert told_of(reference) == ["payment.authorised"]


def test_decline_can_be_followed_by_another_try(provider):
    reference = started(provider)

    press(reference, "decline")
    assert standing(provider, reference) == (Payment.State.FAILED, 0, 0, DECLINED)
    press(reference, "decline")
    press(reference, "pay")

    assert standing(provider, reference) == (Payment.State.SUCCEEDED, 0, 1200, "")
    assert told_of(reference) == ["payment.failed", "payment.failed", "payment.succeeded"]


@pytest.mark.parametrize("captures_later", [False, True])
def test_pay_twice_takes_the_money_two_times(provider, captures_later):
    reference = started(provider, captures_later=captures_later)

    press(reference, "pay-twice")

    assert standing(provider, reference) == (Payment.State.SUCCEEDED, 0, 2400, "")
    assert told_of(reference) == ["payment.succeeded"]


@pytest.mark.parametrize("end", ["pay", "pay-twice", "cancel", "pay-late"])
def test_nothing_can_be_pressed_afterwards(provider, end):
    reference = started(provider)
    if end == "cancel":
        provider.cancel(reference)
    else:
        press(reference, end)
    before, events = provider.fetch(reference), told_of(reference)

    for button in ("pay", "decline", "pay-late", "pay-twice"):
        assert press(reference, button).status == 303

    assert provider.fetch(reference) == before
    assert told_of(reference) == events
    assert "<button" not in page(reference).text


def test_nor_while_the_money_is_held(provider):
    reference = paid(provider, captures_later=True)

    for button in ("pay", "decline", "pay-late", "pay-twice"):
        press(reference, button)

    assert standing(provider, reference) == (Payment.State.AUTHORISED, 1200, 0, "")
    assert told_of(reference) == ["payment.authorised"]


def test_nothing_that_is_pressed_touches_another_payment(provider):
    first, second = started(provider), started(provider)
    before = provider.fetch(second)

    press(first, "pay")

    assert provider.fetch(second) == before
    assert told_of(second) == []


@pytest.mark.parametrize("button", ["pay", "pay-twice"])
@pytest.mark.parametrize("captures_later", [False, True])
def test_a_card_is_kept_where_that_was_asked_for(provider, button, captures_later):
    customer = new_customer(provider)
    reference = started(provider, customer=customer, saves_card=True, captures_later=captures_later)
    assert provider.fetch(reference).card is None

    press(reference, button)

    card = provider.fetch(reference).card
    assert (card.customer, card.brand, card.last4) == (customer, "sandbox", "4242")
    assert provider.start(charge(customer=customer, card=card.reference)).state is Payment.State.SUCCEEDED


def test_no_card_is_kept_where_it_was_not_asked_for_or_declined(provider):
    customer = new_customer(provider)
    asked = started(provider, customer=customer, saves_card=True)
    press(asked, "decline")

    assert provider.fetch(paid(provider, customer=customer)).card is None
    assert provider.fetch(asked).card is None


def test_a_customer_who_was_forgotten_meanwhile_pays_but_keeps_no_card(provider):
    customer = new_customer(provider)
    reference = started(provider, customer=customer, saves_card=True)
    provider.cards.forget_customer(customer)

    press(reference, "pay")

    told = provider.fetch(reference)
    assert (told.state, told.captured, told.card) == (Payment.State.SUCCEEDED, 1200, None)


def test_nothing_is_sent_while_the_page_answers(provider, receiver):
    reference = paid(provider)
    assert receiver.got == []

    assert send_sandbox_events() == 1
    assert receiver.documents[0]["data"]["reference"] == reference
