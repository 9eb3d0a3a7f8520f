"""Seeing to it that no money comes."""

from functools import partial

import pytest

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
    only,
)
from tests.stripe.server import LoopbackStripe
from tests.threads import run_together

State = Payment.State
CANCEL = only("POST", "/cancel")


def test_what_waits_is_cancelled_with_one_request(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    assert provider.cancel(told.reference) == Told(reference=told.reference, state=State.CANCELLED)
    assert asked(loopback) == ["POST /payment_intents", "POST /payment_intents/…/cancel"]
    assert provider.fetch(told.reference).state == State.CANCELLED
    with pytest.raises(Exception, match="canceled"):
        loopback.payer.pay(told.reference)


def test_what_was_declined_is_cancelled(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.payer.decline(told.reference)
    assert provider.cancel(told.reference).state == State.CANCELLED


def test_what_is_held_at_the_bank_is_let_go_and_no_refund(loopback: LoopbackStripe, provider: StripeProvider):
    told = start_paid(provider, loopback, captures_later=True)
    assert provider.cancel(told.reference) == Told(reference=told.reference, state=State.CANCELLED)
    assert loopback.objects("refund") == []
    assert loopback.objects("charge")[0]["amount_captured"] == 0


def test_what_was_cancelled_before_is_told_so(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    provider.cancel(told.reference)
    assert provider.cancel(told.reference).state == State.CANCELLED


def test_what_was_paid_before_is_told_so_and_stays_paid(loopback: LoopbackStripe, provider: StripeProvider):
    told = start_paid(provider, loopback)
    assert provider.cancel(told.reference) == Told(reference=told.reference, state=State.SUCCEEDED, captured=1290)
    assert loopback.objects("refund") == []


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
def test_it_is_cancelled_however_the_answer_is_lost(loopback: LoopbackStripe, impatient: StripeProvider, failures):
    told = impatient.start(make_charge())
    loopback.failing.next(*failures, matching=CANCEL)
    assert impatient.cancel(told.reference).state == State.CANCELLED
    assert acted(loopback, "/cancel") == 1


@pytest.mark.parametrize(
    "failures", [(TIMEOUT, TIMEOUT), (RESET, RESET), (ERROR, ERROR), (CONFLICT, CONFLICT), (LOCKED, LOCKED), (LIMITED,)]
)
def test_what_could_not_be_cancelled_is_worth_another_try(
    loopback: LoopbackStripe, impatient: StripeProvider, failures
):
    told = impatient.start(make_charge())
    loopback.failing.next(*failures, matching=CANCEL)
    with pytest.raises(ProviderError) as failed:
        impatient.cancel(told.reference)
    assert failed.value.is_worth_repeating
    assert impatient.fetch(told.reference) == told
    assert impatient.cancel(told.reference).state == State.CANCELLED


def test_an_error_that_stripe_keeps_is_no_answer_to_the_next_try(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.failing.next(ERROR_AFTER, matching=CANCEL)
    loopback.failing.next(RESET, RESET, matching=lambda method, path: method == "GET")
    with pytest.raises(ProviderError) as failed:
        provider.cancel(told.reference)
    assert failed.value.is_worth_repeating
    assert provider.cancel(told.reference).state == State.CANCELLED
    keys = [one.idempotency_key for one in loopback.requests if one.path.endswith("/cancel")]
    assert len(set(keys)) == len(keys) == 2


def test_a_bank_that_has_yet_to_say_is_waited_for(loopback: LoopbackStripe, provider: StripeProvider):
    told = start_paid(provider, loopback, captures_later=True)
    # Stripe cancels what is processing "in rare cases" only; here it would not.
    loopback.books.objects[told.reference]["status"] = "processing_at_the_bank"
    with pytest.raises(ProviderError) as failed:
        provider.cancel(told.reference)
    assert (failed.value.is_worth_repeating, failed.value.code) == (True, "payment_intent_unexpected_state")


@pytest.mark.parametrize("reference", ["pi_unknown", "cs_test_unknown"])
def test_what_stripe_does_not_know_is_not_worth_another_try(
    loopback: LoopbackStripe, provider: StripeProvider, reference
):
    with pytest.raises(ProviderError) as failed:
        provider.cancel(reference)
    assert (failed.value.is_worth_repeating, failed.value.code) == (False, "resource_missing")


def test_paying_and_cancelling_at_once_leave_one_of_the_two(loopback: LoopbackStripe, provider: StripeProvider):
    for _ in range(10):
        told = provider.start(make_charge())
        cancelled, _paid = run_together(
            partial(provider.cancel, told.reference), partial(loopback.payer.pay, told.reference)
        )
        state = provider.fetch(told.reference).state
        assert cancelled.state == state
        assert state in (State.SUCCEEDED, State.CANCELLED)
