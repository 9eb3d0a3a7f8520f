"""Paying by Stripe, where Stripe is a server of ours on loopback."""

from collections.abc import Iterator
from typing import Any

import pytest
from stripe import HTTPClient

from tests.clients import Api
from tests.payments.shop import Shop
from tests.stripe.server import LoopbackStripe


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[LoopbackStripe]:
    server = LoopbackStripe().start()
    yield server
    server.stop()


@pytest.fixture
def stripe(stripe_server: LoopbackStripe, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackStripe]:
    """Stripe, as new for each test, and the product set up for it. No request of ours may have a wrong form."""
    stripe_server.reset()
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.001)  # seconds before Stripe's package tries again
    settings.STRIPE_SECRET_KEY = stripe_server.api_key
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_loopback"
    settings.STRIPE_WEBHOOK_SECRETS = list(stripe_server.webhooks.secrets)
    settings.STRIPE_API_URL = stripe_server.url
    settings.STRIPE_TIMEOUT_SECONDS = 1.0
    settings.PAYMENT_PROVIDER = "stripe"
    settings.PAYMENT_METHODS = ["cash", "terminal", "qr", "card"]
    yield stripe_server
    assert stripe_server.broken == []
    assert stripe_server.malformed == []


@pytest.fixture
def shop(stripe: LoopbackStripe, alice: Api, soup: Any) -> Shop:
    """Alice, her soup for 12.00 EUR by courier, and Stripe, whose events come when the test says so."""
    return Shop(stripe, alice, soup)
