"""Amounts go to Stripe as they are: its minor units are ours."""

import pytest

from customerbackend.money import exponent
from payments.providers.base import ProviderError
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import intents, link_card, make_charge, make_order, start_paid
from tests.stripe.server import LoopbackStripe

AMOUNTS = [
    ("JPY", 500, 0),
    ("KRW", 12900, 0),
    ("EUR", 1290, 2),
    ("RSD", 129000, 2),
    ("ISK", 129000, 2),
    ("UGX", 1290000, 2),
    ("KWD", 12900, 3),
    ("TND", 5120, 3),
]


@pytest.mark.parametrize(("currency", "amount", "decimals"), AMOUNTS)
def test_a_card_is_charged_authorised_taken_and_given_back(
    loopback: LoopbackStripe, provider: StripeProvider, currency, amount, decimals
):
    assert exponent(currency) == decimals
    told = start_paid(provider, loopback, currency=currency, amount=amount, captures_later=True)
    [intent] = intents(loopback)
    assert (intent["amount"], intent["currency"]) == (amount, currency.lower())
    assert provider.fetch(told.reference).authorised == amount
    assert provider.capture(reference=told.reference, amount=amount, key="capture-1").captured == amount
    assert provider.refund(make_order(told, amount)).amount == amount


@pytest.mark.parametrize(("currency", "amount", "decimals"), AMOUNTS)
def test_a_page_and_a_linked_card_take_the_same(
    loopback: LoopbackStripe, provider: StripeProvider, currency, amount, decimals
):
    page = provider.start(make_charge(method="qr", currency=currency, amount=amount))
    assert loopback.objects("checkout.session")[0]["amount_total"] == amount
    loopback.payer.pay_session(page.reference)
    assert provider.fetch(page.reference).captured == amount
    card = link_card(provider, loopback)
    charge = make_charge(currency=currency, amount=amount, customer=card.customer, card=card.reference)
    assert provider.start(charge).captured == amount


@pytest.mark.parametrize(("currency", "amount"), [("ISK", 129050), ("UGX", 1290001), ("KWD", 12905), ("EUR", 49)])
def test_what_stripe_cannot_charge_is_refused_for_good(
    loopback: LoopbackStripe, provider: StripeProvider, currency, amount
):
    for method in ("card", "qr"):
        with pytest.raises(ProviderError) as refused:
            provider.start(make_charge(method=method, currency=currency, amount=amount))
        assert not refused.value.is_worth_repeating
        assert refused.value.code in ("invalid_charge_amount", "amount_too_small")
    assert intents(loopback) == []
