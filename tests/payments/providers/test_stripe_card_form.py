"""A payment by card in the app's form."""

import pytest
import stripe

from payments.failures import NOT_AUTHENTICATED
from payments.models import Payment
from payments.providers.base import Told
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.client import API_VERSION
from tests.payments.providers.charges import asked, intents, link_card, make_charge, start_paid
from tests.stripe.server import LoopbackStripe

State = Payment.State


def test_a_payment_is_made_ready_with_one_request(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge()
    told = provider.start(charge)
    [intent] = intents(loopback)
    assert told == Told(reference=intent["id"], state=State.WAITING, client_secret=intent["client_secret"])
    assert asked(loopback) == ["POST /payment_intents"]
    assert loopback.requests[0].params == {
        "amount": 1290,
        "currency": "eur",
        "allowed_payment_method_types": ["card"],
        "metadata": {
            "payment_id": str(charge.payment_id),
            "order_id": str(charge.order_id),
            "order_number": "1017",
        },
        "description": "1017",
    }
    assert loopback.requests[0].idempotency_key == f"start-{charge.key}"


def test_the_version_of_the_api_is_ours_and_the_package_s(loopback: LoopbackStripe, provider: StripeProvider):
    provider.start(make_charge())
    assert loopback.requests[0].headers["stripe-version"] == API_VERSION == stripe.api_version


def test_stripe_is_told_nothing_about_us(loopback: LoopbackStripe, provider: StripeProvider):
    for _ in range(2):
        provider.start(make_charge())
    told = loopback.requests[1].headers
    assert "x-stripe-client-telemetry" not in told
    assert "platform" not in told["x-stripe-client-user-agent"]


def test_the_same_settings_share_a_client_and_others_do_not(loopback: LoopbackStripe, settings):
    one, same = StripeProvider(), StripeProvider()
    settings.STRIPE_SECRET_KEY = "sk_test_another"
    another = StripeProvider()
    assert one.v1 is same.v1
    assert another.v1 is not one.v1
    assert (one.name, one.publishable_key) == ("stripe", "pk_test_loopback")


def test_what_is_paid_has_succeeded(loopback: LoopbackStripe, provider: StripeProvider):
    told = start_paid(provider, loopback)
    assert provider.fetch(told.reference) == Told(reference=told.reference, state=State.SUCCEEDED, captured=1290)


def test_what_is_captured_later_is_authorised(loopback: LoopbackStripe, provider: StripeProvider):
    told = start_paid(provider, loopback, captures_later=True)
    assert loopback.requests[0].params["capture_method"] == "manual"
    assert provider.fetch(told.reference) == Told(reference=told.reference, state=State.AUTHORISED, authorised=1290)


def test_a_card_that_is_to_be_kept_is_told_with_its_customer(loopback: LoopbackStripe, provider: StripeProvider):
    customer = link_card(provider, loopback).customer
    for later, state in ((False, State.SUCCEEDED), (True, State.AUTHORISED)):
        told = start_paid(provider, loopback, customer=customer, saves_card=True, captures_later=later)
        assert told.card is None
        fetched = provider.fetch(told.reference)
        assert fetched.state == state
        card = fetched.card
        assert (card.customer, card.brand, card.last4) == (customer, "visa", "4242")
        assert (card.expires_month, card.expires_year, card.fingerprint) == (8, 2034, "fp4242visa000000")
        assert loopback.books.objects[card.reference]["customer"] == customer


def test_a_card_that_is_not_to_be_kept_is_not_told(loopback: LoopbackStripe, provider: StripeProvider):
    customer = link_card(provider, loopback).customer
    told = start_paid(provider, loopback, customer=customer)
    assert intents(loopback)[0]["customer"] == customer
    assert intents(loopback)[0]["setup_future_usage"] is None
    assert provider.fetch(told.reference).card is None


def test_a_kept_card_that_was_detached_meanwhile_is_not_told(loopback: LoopbackStripe, provider: StripeProvider):
    customer = link_card(provider, loopback).customer
    told = start_paid(provider, loopback, customer=customer, saves_card=True)
    provider.cards.unlink(provider.fetch(told.reference).card.reference)
    assert provider.fetch(told.reference).card is None


def test_while_the_bank_asks_it_can_be_paid(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.payer.start(told.reference, "pm_card_authenticationRequired")
    assert provider.fetch(told.reference) == told
    loopback.payer.authenticate(told.reference)
    assert provider.fetch(told.reference).state == State.SUCCEEDED


def test_who_does_not_pass_the_bank_s_question_may_try_again(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.payer.start(told.reference, "pm_card_authenticationRequired")
    loopback.payer.fail_authentication(told.reference)
    failed = provider.fetch(told.reference)
    assert (failed.state, failed.failure) == (State.FAILED, NOT_AUTHENTICATED)
    assert failed.client_secret == told.client_secret
    loopback.payer.pay(told.reference)
    assert provider.fetch(told.reference).state == State.SUCCEEDED


def test_while_the_bank_takes_its_time_there_is_nothing_to_do(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.books.objects[told.reference]["status"] = "processing"
    assert provider.fetch(told.reference) == Told(reference=told.reference, state=State.WAITING)


@pytest.mark.parametrize("end", ["paid", "authorised", "cancelled"])
def test_the_client_secret_is_told_only_while_it_is_of_use(loopback: LoopbackStripe, provider: StripeProvider, end):
    told = provider.start(make_charge(captures_later=end == "authorised"))
    assert told.client_secret
    if end == "cancelled":
        assert provider.cancel(told.reference).client_secret == ""
    else:
        loopback.payer.pay(told.reference)
    assert provider.fetch(told.reference).client_secret == ""
