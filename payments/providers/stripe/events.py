"""What Stripe sends: https://docs.stripe.com/webhooks and https://docs.stripe.com/webhooks/signature."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from payments.models import ProviderEvent
from payments.providers.base import Event, SignatureInvalid
from payments.providers.stripe.telling import uuid_in

Subject = ProviderEvent.Subject

TOLERANCE_SECONDS = 300
STAMP = re.compile(r"[0-9]{1,12}")
ID = re.compile(r"[A-Za-z0-9_]{1,255}")
TYPE = re.compile(r"[a-z0-9_.]{1,100}")


def read_event(body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str]) -> Event:
    """What an event is about, if one of the secrets has signed it within five minutes. Raises SignatureInvalid."""
    check_signature(body, headers, secrets)
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError) as fault:
        raise SignatureInvalid("The body is no JSON.") from fault
    if not isinstance(event, dict) or event.get("object") not in ("event", "v2.core.event"):
        raise SignatureInvalid("The body is no event.")
    event_id, type = event.get("id"), event.get("type")
    if not is_like(ID, event_id) or not is_like(TYPE, type):
        raise SignatureInvalid("The body is no event.")
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    subject, reference = subject_of(str(type), thing if isinstance(thing, dict) else {})
    payment_id = uuid_in(thing, "payment_id") if subject == Subject.PAYMENT and isinstance(thing, dict) else None
    return Event(event_id=str(event_id), type=str(type), subject=subject, reference=reference, payment_id=payment_id)


def check_signature(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """Raise SignatureInvalid. `t=…,v1=…`, with a `v1` for each secret while one is replaced; other schemes are void."""
    header = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
    parts = [part.partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    given = [value.encode(errors="replace") for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not STAMP.fullmatch(stamps[0]):
        raise SignatureInvalid("The signature has no moment.")
    signed = stamps[0].encode() + b"." + body
    expected = [hmac.digest(secret.encode(), signed, hashlib.sha256).hex().encode() for secret in secrets if secret]
    if not any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given):
        raise SignatureInvalid("No secret of ours has signed this.")
    if abs(time.time() - int(stamps[0])) > TOLERANCE_SECONDS:
        raise SignatureInvalid("The signature is too old, or of a moment to come.")


def subject_of(type: str, thing: Mapping[str, Any]) -> tuple[ProviderEvent.Subject, str]:
    """What an event is about, and its name at Stripe; a shape that is not known is something else.

    That a payment was begun is no news to whoever began it, and comes while they still wait for the answer.
    """
    if type == "payment_intent.created":
        return Subject.OTHER, ""
    if type.startswith(("payment_intent.", "checkout.session.")):
        subject, reference = Subject.PAYMENT, thing.get("id")
    elif type.startswith(("charge.", "refund.")):
        subject, reference = Subject.PAYMENT, thing.get("payment_intent")
    elif type == "setup_intent.succeeded":
        subject, reference = Subject.CARD_LINKED, thing.get("id")
    elif type == "payment_method.detached":
        subject, reference = Subject.CARD_UNLINKED, thing.get("id")
    else:
        return Subject.OTHER, ""
    return (subject, str(reference)) if is_like(ID, reference) else (Subject.OTHER, "")


def is_like(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None
