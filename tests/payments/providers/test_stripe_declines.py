"""What is told of cards that a bank declines: in the form, and linked ones."""

import pytest

from payments import failures
from payments.models import Payment
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.faults import failure_of
from tests.payments.providers.charges import acted, link_card, make_charge
from tests.stripe.cards import CARDS
from tests.stripe.server import LoopbackStripe

State = Payment.State

OTHERS = {
    "pm_card_chargeDeclinedInsufficientFunds": failures.INSUFFICIENT_FUNDS,
    "pm_card_visa_chargeDeclinedInsufficientFunds": failures.INSUFFICIENT_FUNDS,
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": failures.INSUFFICIENT_FUNDS,
    "pm_card_chargeDeclinedExpiredCard": failures.EXPIRED_CARD,
    "pm_card_visa_chargeDeclinedExpiredCard": failures.EXPIRED_CARD,
    "pm_card_chargeDeclinedIncorrectCvc": failures.INCORRECT_DETAILS,
    "pm_card_visa_chargeDeclinedIncorrectCvc": failures.INCORRECT_DETAILS,
    "pm_card_chargeDeclinedProcessingError": failures.FAILED,
    "pm_card_visa_chargeDeclinedProcessingError": failures.FAILED,
}
DECLINED = {name: OTHERS.get(name, failures.DECLINED) for name, card in CARDS.items() if card.decline}


@pytest.mark.parametrize(("card", "failure"), DECLINED.items())
def test_a_card_that_is_declined_in_the_form_can_be_replaced_there(
    loopback: LoopbackStripe, provider: StripeProvider, card, failure
):
    told = provider.start(make_charge())
    loopback.payer.decline(told.reference, card)
    failed = provider.fetch(told.reference)
    assert (failed.state, failed.failure, failed.captured) == (State.FAILED, failure, 0)
    assert failed.client_secret == told.client_secret
    loopback.payer.pay(told.reference)
    paid = provider.fetch(told.reference)
    assert (paid.state, paid.failure) == (State.SUCCEEDED, "")


@pytest.mark.parametrize(
    ("card", "failure"), [(name, failure) for name, failure in DECLINED.items() if not CARDS[name].authentication]
)
def test_a_linked_card_that_is_declined_is_told_and_not_raised(
    loopback: LoopbackStripe, provider: StripeProvider, card, failure
):
    charge = make_charge(card=card)
    told = provider.start(charge)
    assert (told.state, told.failure, told.captured) == (State.FAILED, failure, 0)
    assert told.client_secret
    assert provider.start(charge) == told
    assert acted(loopback, "/confirm") == 1
    assert len(loopback.objects("charge")) == 1


def test_a_linked_card_that_was_good_once_can_be_declined(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback, "pm_card_chargeCustomerFail")
    told = provider.start(make_charge(customer=card.customer, card=card.reference))
    assert (told.state, told.failure) == (State.FAILED, failures.DECLINED)


@pytest.mark.parametrize(
    ("error", "by_card", "failure"),
    [
        ({"code": "card_declined", "decline_code": "lost_card"}, True, failures.DECLINED),
        ({"code": "card_declined", "decline_code": "something_new"}, True, failures.DECLINED),
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, True, failures.INSUFFICIENT_FUNDS),
        ({"code": "card_declined", "decline_code": "authentication_required"}, True, failures.NOT_AUTHENTICATED),
        ({"code": "invalid_expiry_year"}, True, failures.INCORRECT_DETAILS),
        ({"code": "incorrect_zip", "decline_code": "incorrect_zip"}, True, failures.INCORRECT_DETAILS),
        ({"code": "payment_intent_payment_attempt_expired"}, False, failures.CODE_EXPIRED),
        ({"code": "payment_intent_payment_attempt_expired"}, True, failures.NOT_AUTHENTICATED),
        ({"code": "payment_intent_payment_attempt_failed"}, False, failures.FAILED),
        ({"code": None, "decline_code": None}, True, failures.FAILED),
        ({}, True, failures.FAILED),
        ({"code": ["a list"]}, True, failures.FAILED),
    ],
)
def test_every_code_has_words(error, by_card, failure):
    assert failure_of(error, by_card=by_card) == failure
    assert failure in failures.DETAILS


def test_a_linked_card_that_is_gone_is_refused_and_another_can_be_given(
    loopback: LoopbackStripe, provider: StripeProvider
):
    card = link_card(provider, loopback)
    provider.cards.unlink(card.reference)
    told = provider.start(make_charge(customer=card.customer, card=card.reference))
    assert (told.state, told.failure) == (State.FAILED, failures.FAILED)
    loopback.payer.pay(told.reference)
    assert provider.fetch(told.reference).state == State.SUCCEEDED
