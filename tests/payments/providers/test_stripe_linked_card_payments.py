"""A payment by a linked card: charged when it is started, with the customer at hand."""

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
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    only,
)
from tests.stripe.server import LoopbackStripe

State = Payment.State
CONFIRM = only("POST", "/confirm")


@pytest.fixture
def charge(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    loopback.requests.clear()
    return make_charge(customer=card.customer, card=card.reference)


def test_it_is_charged_at_once(loopback: LoopbackStripe, provider: StripeProvider, charge):
    told = provider.start(charge)
    assert told == Told(reference=told.reference, state=State.SUCCEEDED, captured=1290)
    assert asked(loopback) == ["POST /payment_intents", "POST /payment_intents/…/confirm"]
    confirmed = loopback.requests[1]
    assert confirmed.params == {"payment_method": charge.card, "use_stripe_sdk": True, "expand": ["payment_method"]}
    assert confirmed.idempotency_key == f"confirm-{charge.key}"


def test_it_is_authorised_where_it_is_captured_later(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    told = provider.start(make_charge(customer=card.customer, card=card.reference, captures_later=True))
    assert (told.state, told.authorised, told.captured) == (State.AUTHORISED, 1290, 0)


def test_what_the_bank_asks_is_asked_by_the_app(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback, "pm_card_authenticationRequired")
    told = provider.start(make_charge(customer=card.customer, card=card.reference))
    assert (told.state, told.client_secret) == (State.WAITING, intents(loopback)[0]["client_secret"])
    assert intents(loopback)[0]["next_action"]["type"] == "use_stripe_sdk"
    loopback.payer.authenticate(told.reference)
    assert provider.fetch(told.reference).state == State.SUCCEEDED


@pytest.mark.parametrize(
    ("failures", "state", "attempts"),
    [
        ((TIMEOUT_AFTER,), State.SUCCEEDED, 1),
        ((TIMEOUT_AFTER, TIMEOUT_AFTER), State.SUCCEEDED, 1),
        ((RESET_AFTER, RESET_AFTER), State.SUCCEEDED, 1),
        ((ERROR_AFTER,), State.SUCCEEDED, 1),
        ((TIMEOUT, TIMEOUT), State.WAITING, 0),
        ((RESET, RESET), State.WAITING, 0),
        ((ERROR, ERROR), State.WAITING, 0),
        ((CONFLICT, CONFLICT), State.WAITING, 0),
        ((LOCKED, LOCKED), State.WAITING, 0),
        ((LIMITED,), State.WAITING, 0),
        ((RESET,), State.SUCCEEDED, 1),
        ((ERROR,), State.SUCCEEDED, 1),
    ],
)
def test_an_unclear_outcome_is_found_out_and_nothing_is_charged_twice(
    loopback: LoopbackStripe, impatient: StripeProvider, charge, failures, state, attempts
):
    loopback.failing.next(*failures, matching=CONFIRM)
    told = impatient.start(charge)
    assert told.state == state
    assert told.captured == 1290 * attempts
    assert bool(told.client_secret) == (state == State.WAITING)
    assert acted(loopback, "/confirm") == attempts
    assert acted(loopback, "/payment_intents") == 1
    again = impatient.start(charge)
    assert (again.reference, again.state) == (told.reference, State.SUCCEEDED)
    assert len(loopback.objects("charge")) == len(intents(loopback)) == 1


def test_what_stripe_does_not_say_is_waited_for_under_its_name(
    loopback: LoopbackStripe, provider: StripeProvider, charge
):
    loopback.failing.next(RESET_AFTER, RESET_AFTER, matching=CONFIRM)
    loopback.failing.next(RESET, RESET, matching=lambda method, path: method == "GET")
    told = provider.start(charge)
    [intent] = intents(loopback)
    assert told == Told(reference=intent["id"], state=State.WAITING, client_secret=intent["client_secret"])
    assert provider.fetch(told.reference).state == State.SUCCEEDED


def test_what_was_declined_and_cannot_be_asked_for_is_told_as_declined(
    loopback: LoopbackStripe, provider: StripeProvider
):
    loopback.failing.next(RESET, RESET, matching=lambda method, path: method == "GET")
    told = provider.start(make_charge(card="pm_card_chargeDeclinedInsufficientFunds"))
    assert (told.state, told.failure) == (State.FAILED, "insufficient_funds")
    assert told.client_secret == intents(loopback)[0]["client_secret"]


def test_where_nothing_was_made_nothing_is_charged(loopback: LoopbackStripe, provider: StripeProvider, charge):
    loopback.failing.next(RESET, RESET, matching=only("POST", "/payment_intents"))
    with pytest.raises(ProviderError):
        provider.start(charge)
    assert acted(loopback, "/confirm") == 0
    assert provider.start(charge).state == State.SUCCEEDED
