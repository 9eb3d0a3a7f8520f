"""Whose word an event is: only what the sandbox has signed, unaltered and lately, is read."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from payments.models import ProviderEvent
from payments.providers.base import Event, SignatureInvalid
from payments.providers.sandbox import SandboxProvider
from payments.providers.sandbox.signing import sign
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import PAYMENT_ID

pytestmark = pytest.mark.time_machine(NOON, tick=False)

provider = SandboxProvider()
STAMP = int(NOON.timestamp())


def body(kind: str = "payment.succeeded", **changes) -> bytes:
    data = {"reference": "sbx_1", "payment_id": str(PAYMENT_ID)}
    return json.dumps({"id": "sbxevt_1", "type": kind, "created": STAMP, "data": data, **changes}).encode()


def read(sent: bytes, signature: str | None = None) -> Event:
    return provider.read_event(sent, {"Sandbox-Signature": sign(sent) if signature is None else signature})


def refused(sent: bytes, signature: str | None = None) -> bool:
    with pytest.raises(SignatureInvalid):
        read(sent, signature)
    return True


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("payment.succeeded", ProviderEvent.Subject.PAYMENT),
        ("payment.cancelled", ProviderEvent.Subject.PAYMENT),
        ("refund.succeeded", ProviderEvent.Subject.PAYMENT),
        ("card.linked", ProviderEvent.Subject.CARD_LINKED),
        ("card.unlinked", ProviderEvent.Subject.CARD_UNLINKED),
        ("card.declined", ProviderEvent.Subject.OTHER),
        ("weather.changed", ProviderEvent.Subject.OTHER),
    ],
)
def test_what_is_signed_is_read(kind, subject):
    assert read(body(kind)) == Event("sbxevt_1", kind, subject, "sbx_1", PAYMENT_ID)


def test_what_is_about_no_payment_names_none():
    assert read(body("card.linked", data={"reference": "sbxset_1", "payment_id": None})).payment_id is None


def test_the_headers_of_a_request_will_do():
    request = HttpRequest()
    request.META["HTTP_SANDBOX_SIGNATURE"] = sign(body())

    assert provider.read_event(body(), request.headers).event_id == "sbxevt_1"


def test_altered_it_is_nobodys_word():
    signature = sign(body())
    stamp, digest = signature.split(",")

    assert refused(body() + b" ", signature)
    assert refused(body().replace(b"sbx_1", b"sbx_2"), signature)
    assert refused(b"", signature)
    assert refused(body(), f"t={STAMP + 1},{digest}")
    assert refused(body(), f"{stamp},v1={'0' * 64}")
    assert refused(body(), signature[:-1] + ("0" if signature[-1] != "0" else "1"))


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_clocks_may_differ_by_five_minutes(seconds):
    signature = sign(body())
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert read(body(), signature).event_id == "sbxevt_1"


@pytest.mark.parametrize("seconds", [-86400, -301, 301, 86400])
def test_older_and_future_ones_are_refused(seconds):
    signature = sign(body())
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert refused(body(), signature)


def test_another_secret_signs_in_vain(settings):
    settings.SECRET_KEY, own = "another-" + "0123456789abcdef" * 3, settings.SECRET_KEY
    signature = sign(body())
    settings.SECRET_KEY = own

    assert refused(body(), signature)


def test_the_secret_is_not_the_key_itself(settings):
    """Who learns another derived secret, or signs by the key as it is, has not learned this one."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"%d." % STAMP + body(), hashlib.sha256).hexdigest()

    assert refused(body(), f"t={STAMP},v1={digest}")


def test_without_a_header_there_is_no_signature():
    with pytest.raises(SignatureInvalid):
        provider.read_event(body(), {})


@pytest.mark.parametrize(
    "junk",
    ["", " ", "t=,v1=", "v1", f"t={STAMP}", f"t={STAMP},v1=", f"t=-1,v1={'0' * 64}", f"t=1e9,v1={'0' * 64}",
     f"t={'9' * 400},v1={'0' * 64}", f"t=١٢٣,v1={'0' * 64}", f"t={STAMP},v1={'é' * 64}", "\x00", "💥", "t=1,t=2,v1=3"],
)  # fmt: skip
def test_junk_is_no_signature(junk):
    assert refused(body(), junk)


@given(st.text(max_size=120))
def test_no_header_is_a_fault(junk):
    assert refused(body(), junk)


@pytest.mark.parametrize(
    "signed",
    [b"", b"\xff\xfe", b"null", b"[]", b'"text"', b"17", b"{}", b'{"id": 1}', b"[" * 100_000,
     body(id=7), body(type=None), body(data=None), body(data=[]), body(data={"reference": "sbx_1"}),
     body(data={"reference": 5, "payment_id": None}), body(data={"reference": "sbx_1", "payment_id": "x"}),
     body(data={"reference": "sbx_1", "payment_id": 17})],
)  # fmt: skip
def test_what_is_signed_but_no_event_is_refused(signed):
    assert refused(signed)
