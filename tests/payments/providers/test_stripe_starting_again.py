"""The same key is the same payment, however often it is asked for."""

from dataclasses import replace

import pytest

from payments.models import Payment
from payments.providers.base import ProviderError, Told
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import acted, asked, intents, link_card, make_charge
from tests.stripe.failing import (
    CONFLICT,
    ERROR,
    ERROR_AFTER,
    LIMITED,
    LOCKED,
    QUICK,
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    only,
)
from tests.stripe.server import LoopbackStripe
from tests.threads import run_together

State = Payment.State


def test_started_again_it_is_told_as_it_stands_now(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge()
    first = provider.start(charge)
    assert provider.start(charge) == first
    loopback.payer.pay(first.reference)
    assert provider.start(charge).state == State.SUCCEEDED
    assert len(intents(loopback)) == 1
    assert asked(loopback)[-2:] == ["POST /payment_intents", "GET /payment_intents/…"]


def test_looking_for_a_payment_by_a_linked_card_charges_nothing(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    charge = make_charge(customer=card.customer, card=card.reference)
    found = provider.start(replace(charge, card=""))
    assert (found.state, acted(loopback, "/confirm")) == (State.WAITING, 0)
    paid = provider.start(charge)
    assert (paid.reference, paid.state) == (found.reference, State.SUCCEEDED)
    assert provider.start(replace(charge, card="")).state == State.SUCCEEDED
    assert acted(loopback, "/confirm") == len(intents(loopback)) == 1


def test_what_is_paid_already_is_not_confirmed_again(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    charge = make_charge(customer=card.customer, card=card.reference)
    told = provider.start(replace(charge, card=""))
    loopback.payer.pay(told.reference)
    assert provider.start(charge).state == State.SUCCEEDED
    assert acted(loopback, "/confirm") == 0


def test_a_payment_that_has_a_name_is_charged_under_it_and_not_made_again(
    loopback: LoopbackStripe, provider: StripeProvider
):
    card = link_card(provider, loopback)
    charge = make_charge(customer=card.customer, card=card.reference)
    waiting = provider.start(replace(charge, card=""))
    # Under another key, as after a fault that has burnt the first one.
    named = replace(charge, reference=waiting.reference, key=f"{charge.payment_id}-1")
    paid = provider.start(named)
    assert (paid.reference, paid.state) == (waiting.reference, State.SUCCEEDED)
    assert provider.start(named) == paid
    assert (len(intents(loopback)), acted(loopback, "/payment_intents"), acted(loopback, "/confirm")) == (1, 1, 1)


@pytest.mark.parametrize("method", ["card", "qr"])
def test_a_payment_that_has_a_name_is_told_as_it_stands(
    loopback: LoopbackStripe, provider: StripeProvider, settings, method
):
    charge = make_charge(method=method)
    told = provider.start(charge)
    loopback.requests.clear()
    settings.STRIPE_QR_METHOD = "wechat_pay"
    assert provider.start(replace(charge, reference=told.reference)) == told
    assert [request.method for request in loopback.requests] == ["GET"]


@pytest.mark.parametrize(
    ("failures", "burns_key", "made"),
    [
        ((TIMEOUT, TIMEOUT), False, 0),
        ((TIMEOUT_AFTER, TIMEOUT_AFTER), False, 1),
        ((RESET, RESET), False, 0),
        ((RESET_AFTER, RESET_AFTER), False, 1),
        ((ERROR, ERROR), True, 0),
        ((CONFLICT, CONFLICT), False, 0),
        ((LOCKED, LOCKED), False, 0),
        ((LIMITED,), False, 0),
    ],
)
def test_a_failure_is_worth_repeating_and_has_one_effect(
    loopback: LoopbackStripe, impatient: StripeProvider, failures, burns_key, made
):
    charge = make_charge()
    loopback.failing.next(*failures)
    with pytest.raises(ProviderError) as failed:
        impatient.start(charge)
    assert (failed.value.is_worth_repeating, failed.value.burns_key) == (True, burns_key)
    assert len(intents(loopback)) == made
    assert impatient.start(charge).state == State.WAITING
    assert len(intents(loopback)) == 1


@pytest.mark.parametrize("failure", [TIMEOUT, TIMEOUT_AFTER, RESET, RESET_AFTER, ERROR, CONFLICT, LOCKED])
def test_a_failure_that_passes_is_not_noticed(loopback: LoopbackStripe, impatient: StripeProvider, failure):
    loopback.failing.next(failure)
    told = impatient.start(make_charge())
    assert [intent["id"] for intent in intents(loopback)] == [told.reference]
    assert len({one.idempotency_key for one in loopback.requests if one.method == "POST"}) == 1


def test_an_error_that_stripe_keeps_burns_the_key(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge()
    loopback.failing.next(ERROR_AFTER)
    for _ in range(2):
        with pytest.raises(ProviderError) as failed:
            provider.start(charge)
        assert (failed.value.is_worth_repeating, failed.value.burns_key) == (True, True)
    told = provider.start(replace(charge, key=f"{charge.payment_id}-1"))
    assert (told.state, len(intents(loopback))) == (State.WAITING, 2)
    assert loopback.objects("charge") == []


def test_another_charge_under_the_same_key_is_refused(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge()
    provider.start(charge)
    with pytest.raises(ProviderError) as failed:
        provider.start(replace(charge, amount=1))
    assert failed.value.burns_key
    assert [intent["amount"] for intent in intents(loopback)] == [1290]


def test_asked_at_once_by_many_it_is_one_payment(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    charge = make_charge(customer=card.customer, card=card.reference)
    results = run_together(*[lambda: StripeProvider().start(charge)] * 8)
    told = [result for result in results if isinstance(result, Told)]
    faults = [result for result in results if not isinstance(result, Told)]
    assert {one.reference for one in told} == {intents(loopback)[0]["id"]}
    assert all(isinstance(fault, ProviderError) and fault.is_worth_repeating for fault in faults)
    assert len(intents(loopback)) == len(loopback.objects("charge")) == acted(loopback, "/confirm") == 1


def test_nobody_pays_twice_however_it_fails(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    charges = [make_charge(customer=card.customer, card=card.reference) for _ in range(20)]
    loopback.failing.share(0.4, seed=5, failures=QUICK, matching=only("POST", ""), keep_500=False)
    for charge in charges:
        for _ in range(40):
            try:
                if provider.start(charge).state == State.SUCCEEDED:
                    break
            except ProviderError as fault:
                assert fault.is_worth_repeating
    assert loopback.failing.happened
    assert len(loopback.objects("charge")) == 20
    assert {intent["status"] for intent in intents(loopback)} == {"succeeded"}
    assert len(intents(loopback)) == 20
