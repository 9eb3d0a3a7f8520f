"""What is held is taken or let go, and what was paid before stays paid."""

import pytest

from payments.failures import DECLINED
from payments.models import Payment
from payments.providers.base import ProviderError
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import paid, press, started, told_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def test_what_is_held_is_taken(provider):
    reference = paid(provider, captures_later=True)

    told = provider.capture(reference=reference, amount=1200, key="c")

    assert (told.state, told.authorised, told.captured) == (Payment.State.SUCCEEDED, 0, 1200)
    assert told == provider.fetch(reference)
    assert told_of(reference) == ["payment.authorised", "payment.succeeded"]


def test_less_may_be_taken_and_the_rest_is_let_go(provider):
    reference = paid(provider, captures_later=True)

    told = provider.capture(reference=reference, amount=700, key="c")

    assert (told.state, told.authorised, told.captured) == (Payment.State.SUCCEEDED, 0, 700)


@pytest.mark.parametrize("amount", [1201, 0, -1])
def test_more_than_is_held_or_nothing_cannot_be_taken(provider, amount):
    reference = paid(provider, captures_later=True)

    with pytest.raises(ProviderError) as refused:
        provider.capture(reference=reference, amount=amount, key="c")

    assert (refused.value.code, refused.value.is_worth_repeating) == ("amount_too_large", False)
    told = provider.fetch(reference)
    assert (told.state, told.authorised, told.captured) == (Payment.State.AUTHORISED, 1200, 0)


@pytest.mark.parametrize("key", ["c", "d"])
def test_it_is_taken_once(provider, key):
    reference = paid(provider, captures_later=True)
    first = provider.capture(reference=reference, amount=700, key="c")

    assert provider.capture(reference=reference, amount=700, key=key) == first
    assert told_of(reference) == ["payment.authorised", "payment.succeeded"]


@pytest.mark.parametrize("state", ["waiting", "failed", "cancelled", "succeeded"])
def test_where_nothing_is_held_it_is_told_how_it_stands(provider, state):
    reference = started(provider)
    {
        "waiting": lambda: None,
        "failed": lambda: press(reference, "decline"),
        "cancelled": lambda: provider.cancel(reference),
        "succeeded": lambda: press(reference, "pay-twice"),
    }[state]()
    before, events = provider.fetch(reference), told_of(reference)

    assert provider.capture(reference=reference, amount=1200, key="c") == before
    assert before.state == state
    assert told_of(reference) == events


@pytest.mark.parametrize("button", [None, "decline"])
def test_what_is_not_paid_is_cancelled_for_good(provider, button):
    reference = started(provider)
    if button:
        press(reference, button)

    told = provider.cancel(reference)

    assert (told.state, told.captured, told.failure, told.payment_url) == (Payment.State.CANCELLED, 0, "", "")
    press(reference, "pay")
    assert provider.fetch(reference) == told
    assert told_of(reference)[-1] == "payment.cancelled"


def test_what_is_held_is_let_go(provider):
    reference = paid(provider, captures_later=True)

    told = provider.cancel(reference)

    assert (told.state, told.authorised, told.captured) == (Payment.State.CANCELLED, 0, 0)
    assert provider.capture(reference=reference, amount=1200, key="c") == told
    assert told_of(reference) == ["payment.authorised", "payment.cancelled"]


def test_what_was_paid_before_is_told_to_be_paid(provider):
    reference = paid(provider)

    told = provider.cancel(reference)

    assert (told.state, told.captured) == (Payment.State.SUCCEEDED, 1200)
    assert told_of(reference) == ["payment.succeeded"]


def test_cancelling_again_has_no_second_effect(provider):
    reference = started(provider)
    first = provider.cancel(reference)

    assert provider.cancel(reference) == first
    assert told_of(reference) == ["payment.cancelled"]


def test_a_declined_try_is_no_reason_any_more_once_it_is_paid(provider):
    reference = started(provider, captures_later=True)
    press(reference, "decline")
    assert provider.fetch(reference).failure == DECLINED

    press(reference, "pay")
    assert provider.fetch(reference).failure == ""
