"""Cards that customers keep at Stripe."""

from uuid import uuid4

import pytest

from payments.providers.base import ProviderError, ToldCard
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import acted, asked, link_card
from tests.stripe.failing import (
    CONFLICT,
    ERROR,
    ERROR_AFTER,
    LIMITED,
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
)
from tests.stripe.server import LoopbackStripe

UNCLEAR = [(TIMEOUT, TIMEOUT), (RESET, RESET), (ERROR, ERROR), (CONFLICT, CONFLICT), (LIMITED,)]


@pytest.fixture
def customer(provider: StripeProvider) -> str:
    return provider.cards.new_customer(customer_id=uuid4(), key="customer-1")


def test_of_a_customer_stripe_learns_our_id_alone(loopback: LoopbackStripe, provider: StripeProvider):
    alice = uuid4()
    reference = provider.cards.new_customer(customer_id=alice, key="customer-1")
    assert provider.cards.new_customer(customer_id=alice, key="customer-1") == reference
    assert [customer["id"] for customer in loopback.objects("customer")] == [reference]
    assert loopback.requests[0].params == {"metadata": {"customer_id": str(alice)}}


def test_a_card_is_linked_in_the_app_s_form(loopback: LoopbackStripe, provider: StripeProvider, customer):
    setup = provider.cards.set_up(customer=customer, key="setup-1")
    assert loopback.requests[-1].params == {
        "customer": customer,
        "allowed_payment_method_types": ["card"],
        "usage": "off_session",
    }
    [made] = loopback.objects("setup_intent")
    assert (setup.reference, setup.client_secret, setup.url) == (made["id"], made["client_secret"], None)
    assert provider.cards.fetch_linked(setup.reference) is None
    saved = loopback.payer.save_card(setup.reference, "pm_card_mastercard")
    assert provider.cards.fetch_linked(setup.reference) == ToldCard(
        reference=saved["payment_method"],
        customer=customer,
        brand="mastercard",
        last4="4444",
        expires_month=8,
        expires_year=2034,
        fingerprint="fp4444mastercard",
    )


def test_a_setup_begun_again_is_the_same(loopback: LoopbackStripe, provider: StripeProvider, customer):
    setup = provider.cards.set_up(customer=customer, key="setup-1")
    assert provider.cards.set_up(customer=customer, key="setup-1") == setup
    assert len(loopback.objects("setup_intent")) == 1


def test_a_card_that_was_declined_is_not_linked(loopback: LoopbackStripe, provider: StripeProvider, customer):
    setup = provider.cards.set_up(customer=customer, key="setup-1")
    loopback.payer.save_card(setup.reference, "pm_card_chargeDeclined")
    assert provider.cards.fetch_linked(setup.reference) is None
    loopback.payer.save_card(setup.reference, "pm_card_visa")
    assert provider.cards.fetch_linked(setup.reference).last4 == "4242"


def test_a_card_without_a_fingerprint_is_told_from_others_by_its_name(
    loopback: LoopbackStripe, provider: StripeProvider, customer
):
    setup = provider.cards.set_up(customer=customer, key="setup-1")
    saved = loopback.payer.save_card(setup.reference)
    card = loopback.books.objects[saved["payment_method"]]["card"]
    card["fingerprint"] = card["brand"] = card["last4"] = None
    told = provider.cards.fetch_linked(setup.reference)
    assert (told.fingerprint, told.brand, told.last4) == (saved["payment_method"], "unknown", "")


def test_a_card_is_unlinked_once(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    provider.cards.unlink(card.reference)
    assert loopback.books.objects[card.reference]["customer"] is None
    provider.cards.unlink(card.reference)
    assert len(loopback.events("payment_method.detached")) == 1
    keys = [one.idempotency_key for one in loopback.requests if one.path.endswith("/detach")]
    assert len(set(keys)) == len(keys) == 2


def test_a_setup_whose_card_was_unlinked_has_none(loopback: LoopbackStripe, provider: StripeProvider, customer):
    setup = provider.cards.set_up(customer=customer, key="setup-1")
    loopback.payer.save_card(setup.reference)
    provider.cards.unlink(provider.cards.fetch_linked(setup.reference).reference)
    assert provider.cards.fetch_linked(setup.reference) is None


@pytest.mark.parametrize("failures", [(TIMEOUT_AFTER, TIMEOUT_AFTER), (RESET_AFTER, RESET_AFTER), (ERROR_AFTER,)])
def test_a_card_is_unlinked_however_the_answer_is_lost(loopback: LoopbackStripe, impatient: StripeProvider, failures):
    card = link_card(impatient, loopback)
    loopback.failing.next(*failures)
    impatient.cards.unlink(card.reference)
    assert loopback.books.objects[card.reference]["customer"] is None
    assert acted(loopback, "/detach") == 1


@pytest.mark.parametrize("failures", UNCLEAR)
def test_a_card_that_could_not_be_unlinked_is_worth_another_try(
    loopback: LoopbackStripe, impatient: StripeProvider, failures
):
    card = link_card(impatient, loopback)
    loopback.failing.next(*failures)
    with pytest.raises(ProviderError) as failed:
        impatient.cards.unlink(card.reference)
    assert failed.value.is_worth_repeating
    assert loopback.books.objects[card.reference]["customer"] == card.customer
    impatient.cards.unlink(card.reference)
    assert loopback.books.objects[card.reference]["customer"] is None


def test_where_stripe_says_nothing_at_all_the_card_is_worth_another_try(
    loopback: LoopbackStripe, provider: StripeProvider
):
    card = link_card(provider, loopback)
    loopback.failing.next(RESET, RESET, RESET, RESET)
    with pytest.raises(ProviderError) as failed:
        provider.cards.unlink(card.reference)
    assert failed.value.is_worth_repeating


def test_a_customer_is_forgotten_with_their_cards(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    provider.cards.forget_customer(card.customer)
    assert loopback.objects("customer") == []
    assert loopback.books.objects[card.reference]["customer"] is None
    provider.cards.forget_customer(card.customer)
    provider.cards.unlink(card.reference)


def test_what_stripe_does_not_know_is_forgotten(loopback: LoopbackStripe, provider: StripeProvider):
    provider.cards.unlink("pm_unknown")
    provider.cards.forget_customer("cus_unknown")
    assert asked(loopback) == ["POST /payment_methods/pm_unknown/detach", "DELETE /customers/cus_unknown"]


@pytest.mark.parametrize("failures", UNCLEAR)
def test_what_stripe_does_not_answer_is_worth_another_try(
    loopback: LoopbackStripe, impatient: StripeProvider, customer, failures
):
    for act in (
        lambda: impatient.cards.new_customer(customer_id=uuid4(), key="customer-2"),
        lambda: impatient.cards.set_up(customer=customer, key="setup-2"),
        lambda: impatient.cards.fetch_linked("seti_1"),
        lambda: impatient.cards.forget_customer(customer),
    ):
        loopback.failing.next(*failures)
        with pytest.raises(ProviderError) as failed:
            act()
        assert failed.value.is_worth_repeating
    assert len(loopback.objects("customer")) == 1
    assert loopback.objects("setup_intent") == []


def test_a_customer_whom_stripe_does_not_know_can_link_nothing(loopback: LoopbackStripe, provider: StripeProvider):
    for act in (
        lambda: provider.cards.set_up(customer="cus_unknown", key="setup-1"),
        lambda: provider.cards.fetch_linked("seti_unknown"),
    ):
        with pytest.raises(ProviderError) as refused:
            act()
        assert (refused.value.is_worth_repeating, refused.value.code) == (False, "resource_missing")
