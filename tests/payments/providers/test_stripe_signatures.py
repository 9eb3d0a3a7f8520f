"""Only what Stripe has signed just now is Stripe's word."""

import itertools
import json
import time
from typing import Any

import pytest

from payments.providers.base import SignatureInvalid
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import start_paid
from tests.payments.providers.forging import KINDS, NAME, forgeries, header, signed
from tests.stripe.server import LoopbackStripe
from tests.stripe.webhooks import sign

SECRET = "whsec_loopback"


@pytest.fixture
def event(loopback: LoopbackStripe, provider: StripeProvider) -> dict[str, Any]:
    start_paid(provider, loopback)
    return loopback.events("payment_intent.succeeded")[0]


@pytest.fixture
def body(loopback: LoopbackStripe, event) -> bytes:
    return loopback.webhooks.raw(event)[0]


def test_what_stripe_has_signed_is_believed(loopback: LoopbackStripe, provider: StripeProvider, event):
    body, signature = loopback.webhooks.raw(event)
    for name in ("Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"):
        assert provider.read_event(body, {"Content-Type": "x", name: signature}).event_id == event["id"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_forged_is_believed(provider: StripeProvider, body, kind, time_machine):
    time_machine.move_to(1_790_000_000, tick=False)
    forged = itertools.islice(forgeries(body, SECRET, now=1_790_000_000, seed=1), len(KINDS) * 40)
    for altered, headers in itertools.islice(forged, KINDS.index(kind), None, len(KINDS)):
        with pytest.raises(SignatureInvalid):
            provider.read_event(altered, headers)


def test_of_ten_thousand_forgeries_none_is_believed(provider: StripeProvider, body, time_machine):
    time_machine.move_to(1_790_000_000, tick=False)
    for altered, headers in itertools.islice(forgeries(body, SECRET, now=1_790_000_000, seed=2), 10_000):
        with pytest.raises(SignatureInvalid):
            provider.read_event(altered, headers)


@pytest.mark.parametrize(
    ("age", "believed"), [(0, True), (299, True), (300, True), (301, False), (-300, True), (-301, False)]
)
def test_it_is_believed_for_five_minutes(provider: StripeProvider, body, time_machine, age, believed):
    time_machine.move_to(1_790_000_000, tick=False)
    headers = header(sign(body, SECRET, at=1_790_000_000 - age))
    if believed:
        assert provider.read_event(body, headers).type == "payment_intent.succeeded"
    else:
        with pytest.raises(SignatureInvalid):
            provider.read_event(body, headers)


def test_while_a_secret_is_replaced_both_are_believed(provider: StripeProvider, body, settings):
    now = int(time.time())
    by_old, by_new = signed(body, "whsec_old", at=now), signed(body, "whsec_new", at=now)
    by_both = sign(body, "whsec_old", "whsec_new", at=now)
    for secrets, believed in (
        (["whsec_old"], [by_old, by_both]),
        (["whsec_old", "whsec_new"], [by_old, by_new, by_both]),
        (["whsec_new"], [by_new, by_both]),
        ([], []),
        ([""], []),
    ):
        settings.STRIPE_WEBHOOK_SECRETS = secrets
        for signature in (by_old, by_new, by_both, signed(body, "", at=now)):
            if signature in believed:
                assert provider.read_event(body, {NAME: signature})
            else:
                with pytest.raises(SignatureInvalid):
                    provider.read_event(body, {NAME: signature})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b'{"object": "event", "id": "evt_1", "type": "\xff"}',
        b"no JSON",
        b"[]",
        b"null",
        b"5",
        b'"event"',
        b"{}",
        b"[" * 100_000,
        b'{"object": "payment_intent", "id": "pi_1", "type": "card"}',
        b'{"object": "event"}',
        b'{"object": "event", "id": "evt_1"}',
        b'{"object": "event", "id": 5, "type": "charge.updated"}',
        b'{"object": "event", "id": "", "type": "charge.updated"}',
        b'{"object": "event", "id": "evt\\u0000", "type": "charge.updated"}',
        b'{"object": "event", "id": "evt_1", "type": null}',
        json.dumps({"object": "event", "id": "e" * 256, "type": "charge.updated"}).encode(),
        json.dumps({"object": "event", "id": "evt_1", "type": "t" * 101}).encode(),
    ],
)
def test_what_is_signed_and_no_event_is_not_believed(provider: StripeProvider, body):
    with pytest.raises(SignatureInvalid):
        provider.read_event(body, header(sign(body, SECRET)))


def test_no_forgery_is_said_what_would_have_been_right(provider: StripeProvider, body):
    for altered, headers in itertools.islice(forgeries(body, SECRET, now=int(time.time()), seed=3), 50):
        with pytest.raises(SignatureInvalid) as refused:
            provider.read_event(altered, headers)
        assert str(refused.value) in (
            "The signature has no moment.",
            "No secret of ours has signed this.",
            "The signature is too old, or of a moment to come.",
        )
