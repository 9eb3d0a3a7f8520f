"""Nothing of a card but what the interface names leaves the provider, and nothing of a secret reaches the log."""

import logging
from dataclasses import astuple
from uuid import uuid4

import pytest

from payments.providers.base import ProviderError, SignatureInvalid, Told
from payments.providers.stripe import StripeProvider
from tests.logs import logged
from tests.payments.providers.charges import intents, link_card, make_charge, make_order, start_paid
from tests.stripe.failing import ERROR_AFTER, LIMITED, RESET
from tests.stripe.server import LoopbackStripe

BILLING = {"name": "Alice Wunderlich", "email": "alice@example.com", "phone": "+493012345", "address": None}


@pytest.fixture
def told_by_everything(loopback: LoopbackStripe, provider: StripeProvider) -> list[Told]:
    """What a long day brings: cards linked, charged, declined, authorised, given back, and much that fails."""
    card = link_card(provider, loopback)
    loopback.books.objects[card.reference]["billing_details"] = dict(BILLING)
    told = [
        provider.start(make_charge(customer=card.customer, card=card.reference)),
        provider.start(make_charge(card="pm_card_chargeDeclined")),
        start_paid(provider, loopback, customer=card.customer, saves_card=True),
        start_paid(provider, loopback, captures_later=True),
        provider.start(make_charge(method="qr")),
    ]
    provider.refund(make_order(told[0], 100))
    loopback.failing.next(RESET, RESET, ERROR_AFTER, LIMITED)
    for _ in range(3):
        with pytest.raises(ProviderError):
            provider.start(make_charge())
    with pytest.raises(ProviderError):
        provider.refund(make_order(told[0], 10**6))
    with pytest.raises(ProviderError):
        provider.cards.set_up(customer="cus_unknown", key=str(uuid4())[:8])
    body, signature = loopback.webhooks.raw(loopback.events()[0])
    with pytest.raises(SignatureInvalid):
        provider.read_event(body + b" ", {"Stripe-Signature": signature})
    return told + [provider.fetch(one.reference) for one in told]


def test_the_log_holds_no_key_no_secret_and_no_card(request, loopback: LoopbackStripe, capfd, caplog):
    root = logging.getLogger()
    before = root.level
    with logged() as log:
        root.setLevel(logging.DEBUG)
        try:
            told = request.getfixturevalue("told_by_everything")
        finally:
            root.setLevel(before)
    out, err = capfd.readouterr()
    everything = log.text + out + err
    assert "urllib3" in everything
    secrets = [one.client_secret for one in told] + [intent["client_secret"] for intent in intents(loopback)]
    bodies = ["allowed_payment_method_types", "amount=", '"amount"', "metadata"]
    cards = ["4242", "fp4242", "exp_year", "Alice", "alice@", "12345"]
    for word in [loopback.api_key, "whsec_", "_secret_", *filter(None, secrets), *bodies, *cards]:
        assert word not in everything


def test_nothing_of_a_card_is_told_but_what_tells_it_from_another(
    loopback: LoopbackStripe, provider: StripeProvider, told_by_everything
):
    cards = [told.card for told in told_by_everything if told.card is not None]
    assert len(cards) == 1
    assert astuple(cards[0])[2:] == ("visa", "4242", 8, 2034, "fp4242visa000000")
    without = [repr(told) for told in told_by_everything if told.card is None]
    for word in ("4242", "visa", "fp4242", "Alice", "alice@", loopback.api_key):
        assert word not in " ".join(without)
    assert "Alice" not in repr(cards)


def test_no_request_ever_holds_anything_of_a_person(loopback: LoopbackStripe, told_by_everything):
    sent = " ".join(str(one.params) for one in loopback.requests)
    for word in ("4242", "'number'", "'cvc'", "email", "phone", "Alice"):
        assert word not in sent
