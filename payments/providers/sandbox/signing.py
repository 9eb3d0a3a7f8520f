"""The sandbox's signature: `Sandbox-Signature: t=<Unix seconds>,v1=<HMAC-SHA256 of "t.body", in hex>`.

The secret is derived from SECRET_KEY: both sides are one installation, so that nothing is left to be agreed upon.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from payments.providers.base import SignatureInvalid

HEADER = "Sandbox-Signature"
TOLERANCE = timedelta(minutes=5)
FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def sign(body: bytes) -> str:
    """The header's value for a body that is sent now."""
    moment = int(timezone.now().timestamp())
    return f"t={moment},v1={digest(moment, body)}"


def check_signature(body: bytes, headers: Mapping[str, str]) -> None:
    """Raises SignatureInvalid unless the sandbox has signed this body, at most TOLERANCE ago (or ahead: clocks of
    several machines differ).
    """
    found = FORM.fullmatch(headers.get(HEADER, ""))
    if not found:
        raise SignatureInvalid("There is no signature.")
    if not constant_time_compare(found[2], digest(int(found[1]), body)):
        raise SignatureInvalid("The signature is not of this body.")
    if abs(timezone.now().timestamp() - int(found[1])) > TOLERANCE.total_seconds():
        raise SignatureInvalid("The signature is too old, or of the future.")


def digest(moment: int, body: bytes) -> str:
    """The signature of a body at a moment (Unix seconds)."""
    signed = b"%d.%b" % (moment, body)
    return salted_hmac("payments.providers.sandbox.signing", signed, algorithm="sha256").hexdigest()
