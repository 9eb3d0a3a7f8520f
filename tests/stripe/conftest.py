"""A Stripe for the tests of this folder, as new for each."""

from collections.abc import Iterator

import pytest
import stripe

from tests.stripe.server import LoopbackStripe


@pytest.fixture(scope="session")
def started() -> Iterator[LoopbackStripe]:
    server = LoopbackStripe().start()
    yield server
    server.stop()


@pytest.fixture
def loopback(started: LoopbackStripe) -> Iterator[LoopbackStripe]:
    started.reset()
    yield started
    assert started.broken == []


@pytest.fixture
def client(loopback: LoopbackStripe) -> stripe.StripeClient:
    return loopback.client()
