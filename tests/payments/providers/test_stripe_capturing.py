"""Taking what a card was authorised for."""

import time

import pytest

from payments.failures import NOT_CAPTURED
from payments.models import Payment
from payments.providers.base import ProviderError, Told
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import acted, asked, make_charge, start_paid
from tests.stripe.failing import (
    CONFLICT,
    ERROR,
    ERROR_AFTER,
    LIMITED,
    LOCKED,
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    TIMEOUT_LATE,
    only,
)
from tests.stripe.server import LoopbackStripe

State = Payment.State
CAPTURE = only("POST", "/capture")


@pytest.fixture
def held(loopback: LoopbackStripe, provider: StripeProvider) -> str:
    """12.90 EUR, authorised."""
    told = start_paid(provider, loopback, captures_later=True)
    loopback.requests.clear()
    return told.reference


@pytest.mark.parametrize("amount", [1290, 1000, 1])
def test_up_to_what_is_authorised_is_taken(loopback: LoopbackStripe, provider: StripeProvider, held, amount):
    told = provider.capture(reference=held, amount=amount, key="capture-1")
    assert told == Told(reference=held, state=State.SUCCEEDED, captured=amount)
    assert asked(loopback) == ["POST /payment_intents/…/capture"]
    assert loopback.requests[0].idempotency_key == "capture-1"
    assert provider.fetch(held) == told
    assert loopback.objects("charge")[0]["amount_captured"] == amount


def test_what_was_let_go_is_no_refund(loopback: LoopbackStripe, provider: StripeProvider, held):
    provider.capture(reference=held, amount=1000, key="capture-1")
    assert provider.fetch(held).refunds == ()


@pytest.mark.parametrize("key", ["capture-1", "capture-2"])
def test_what_was_taken_is_not_taken_again(loopback: LoopbackStripe, provider: StripeProvider, held, key):
    provider.capture(reference=held, amount=1000, key="capture-1")
    told = provider.capture(reference=held, amount=1000, key=key)
    assert (told.state, told.captured) == (State.SUCCEEDED, 1000)
    assert loopback.objects("charge")[0]["amount_captured"] == 1000


def test_what_is_no_longer_held_is_told_so(loopback: LoopbackStripe, provider: StripeProvider, held):
    provider.cancel(held)
    told = provider.capture(reference=held, amount=1290, key="capture-1")
    assert told == Told(reference=held, state=State.CANCELLED, failure=NOT_CAPTURED)


def test_more_than_is_authorised_is_not_taken(loopback: LoopbackStripe, provider: StripeProvider, held):
    told = provider.capture(reference=held, amount=1291, key="capture-1")
    assert told == Told(reference=held, state=State.AUTHORISED, authorised=1290)


def test_what_was_never_paid_is_told_as_it_stands(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge(captures_later=True))
    assert provider.capture(reference=told.reference, amount=1290, key="capture-1") == told


@pytest.mark.parametrize(
    "failures",
    [
        (TIMEOUT_AFTER,),
        (TIMEOUT_AFTER, TIMEOUT_AFTER),
        (RESET_AFTER, RESET_AFTER),
        (ERROR_AFTER,),
        (RESET,),
        (ERROR,),
        (CONFLICT,),
        (LOCKED,),
    ],
)
def test_it_is_taken_once_however_the_answer_is_lost(
    loopback: LoopbackStripe, impatient: StripeProvider, held, failures
):
    loopback.failing.next(*failures, matching=CAPTURE)
    told = impatient.capture(reference=held, amount=1000, key="capture-1")
    assert told == Told(reference=held, state=State.SUCCEEDED, captured=1000)
    assert acted(loopback, "/capture") == 1


@pytest.mark.parametrize(
    ("failures", "burns_key"),
    [
        ((TIMEOUT, TIMEOUT), False),
        ((RESET, RESET), False),
        ((ERROR, ERROR), True),
        ((CONFLICT, CONFLICT), False),
        ((LOCKED, LOCKED), False),
        ((LIMITED,), False),
    ],
)
def test_what_could_not_be_taken_is_worth_another_try(
    loopback: LoopbackStripe, impatient: StripeProvider, held, failures, burns_key
):
    loopback.failing.next(*failures, matching=CAPTURE)
    with pytest.raises(ProviderError) as failed:
        impatient.capture(reference=held, amount=1290, key="capture-1")
    assert (failed.value.is_worth_repeating, failed.value.burns_key) == (True, burns_key)
    assert impatient.fetch(held).state == State.AUTHORISED
    assert impatient.capture(reference=held, amount=1290, key="capture-1").state == State.SUCCEEDED


def test_where_stripe_says_nothing_at_all_it_is_worth_another_try(
    loopback: LoopbackStripe, provider: StripeProvider, held
):
    loopback.failing.next(RESET_AFTER, RESET_AFTER, RESET, RESET)
    with pytest.raises(ProviderError) as failed:
        provider.capture(reference=held, amount=1290, key="capture-1")
    assert failed.value.is_worth_repeating
    assert provider.capture(reference=held, amount=1290, key="capture-1").captured == 1290
    assert acted(loopback, "/capture") == 1


def test_what_stripe_takes_after_we_have_given_up_is_found(loopback: LoopbackStripe, impatient: StripeProvider, held):
    loopback.failing.next(TIMEOUT_LATE, TIMEOUT_LATE, matching=CAPTURE)
    try:
        impatient.capture(reference=held, amount=1290, key="capture-1")
    except ProviderError as fault:
        assert fault.is_worth_repeating
    end = time.monotonic() + 20
    while loopback.objects("payment_intent")[0]["status"] != "succeeded":
        assert time.monotonic() < end
        time.sleep(0.005)
    assert impatient.capture(reference=held, amount=1290, key="capture-1").captured == 1290
    assert acted(loopback, "/capture") == 1


def test_a_payment_that_stripe_does_not_know_cannot_be_taken(loopback: LoopbackStripe, provider: StripeProvider):
    with pytest.raises(ProviderError) as refused:
        provider.capture(reference="pi_unknown", amount=1, key="capture-1")
    assert (refused.value.is_worth_repeating, refused.value.code) == (False, "resource_missing")
