"""Our provider, and the Stripe on loopback that it talks to, as new for each test."""

import re
from collections.abc import Iterator

import pytest
import stripe

from payments.providers.stripe import StripeProvider
from tests.stripe.server import LoopbackStripe

INVENTED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a key that Stripe's package makes up


@pytest.fixture(scope="session")
def started() -> Iterator[LoopbackStripe]:
    server = LoopbackStripe().start()
    yield server
    server.stop()


@pytest.fixture
def loopback(started: LoopbackStripe, settings, monkeypatch) -> Iterator[LoopbackStripe]:
    started.reset()
    settings.STRIPE_SECRET_KEY = started.api_key
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_loopback"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_loopback"]
    settings.STRIPE_API_URL = started.url
    settings.STRIPE_QR_METHOD = ""
    settings.STRIPE_TIMEOUT_SECONDS = 10.0
    settings.PUBLIC_URL = "https://kitchen.example"
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    yield started
    assert started.broken == []
    assert started.malformed == []
    keys = [request.idempotency_key for request in started.requests if request.method == "POST"]
    assert [key for key in keys if INVENTED.fullmatch(key or "")] == []


@pytest.fixture
def provider(loopback: LoopbackStripe) -> StripeProvider:
    return StripeProvider()


@pytest.fixture
def impatient(loopback: LoopbackStripe, settings) -> StripeProvider:
    """One that does not wait for long."""
    settings.STRIPE_TIMEOUT_SECONDS = 0.15
    return StripeProvider()
