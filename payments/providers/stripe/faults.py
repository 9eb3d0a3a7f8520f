"""Stripe's errors in words of ours: whether to ask again, and why a payment failed.

https://docs.stripe.com/error-handling, …/error-codes, …/declines/codes
"""

from collections.abc import Mapping
from typing import Any

import stripe

from payments import failures
from payments.providers.base import ProviderError

# Refused now, and possible later: there is no money to give back from, or somebody else is at it.
PASSING = frozenset({"balance_insufficient", "lock_timeout", "rate_limit"})

ATTEMPT_EXPIRED = "payment_intent_payment_attempt_expired"
FAILURES = {
    "insufficient_funds": failures.INSUFFICIENT_FUNDS,
    "expired_card": failures.EXPIRED_CARD,
    **dict.fromkeys(
        "incorrect_number incorrect_cvc incorrect_zip incorrect_postal_code incorrect_address invalid_number "
        "invalid_cvc invalid_expiry_month invalid_expiry_year invalid_account".split(),
        failures.INCORRECT_DETAILS,
    ),
    **dict.fromkeys(
        "authentication_required authentication_failure authentication_not_handled "
        "payment_intent_authentication_failure".split(),
        failures.NOT_AUTHENTICATED,
    ),
    # Everything else that a bank can say: lost, stolen, suspicious. Who holds the card is told no more than this.
    "card_declined": failures.DECLINED,
}


class StripeFault(ProviderError):
    """`is_missing`: there is no such object. `failure`: what the customer is told, where the card was refused."""

    def __init__(
        self, message: str, *, is_worth_repeating: bool, burns_key: bool, code: str, is_missing: bool, failure: str
    ) -> None:
        super().__init__(message, is_worth_repeating=is_worth_repeating, burns_key=burns_key, code=code)
        self.is_missing = is_missing
        self.failure = failure


def fault_of(error: stripe.StripeError) -> StripeFault:
    """The error without Stripe's message, which may quote what was sent.

    Stripe will stay with what it says of a request or a card. All else may pass: no answer, its own faults, limits,
    locks, an answer by something that stands between, keys of the account that are not (or no longer) right.
    """
    status = error.http_status or 0
    said = error.json_body.get("error") if isinstance(error.json_body, dict) else None
    said = said if isinstance(said, dict) else {}
    code = str(said.get("code") or "")[:64]
    is_final = isinstance(error, (stripe.InvalidRequestError, stripe.CardError)) and code not in PASSING
    words = [f"Stripe answered {status}" if status else "Stripe did not answer", code, error.request_id or ""]
    return StripeFault(
        ", ".join(filter(None, [*words, type(error).__name__])),
        is_worth_repeating=not is_final,
        # A 500 stays the answer to its key, and a key of another request that of the other.
        burns_key=status >= 500 or isinstance(error, stripe.IdempotencyError),
        code=code,
        is_missing=status == 404 or code == "resource_missing",
        failure=failure_of(said, by_card=True),
    )


def failure_of(error: Mapping[str, Any], *, by_card: bool) -> str:
    """The code of ours for an error object of Stripe's: the last one of an intent, or of a request that was refused."""
    code = error.get("code")
    if code == ATTEMPT_EXPIRED:
        return failures.NOT_AUTHENTICATED if by_card else failures.CODE_EXPIRED
    for word in (str(error.get("decline_code")), str(code)):
        if word in FAILURES:
            return FAILURES[word]
    return failures.FAILED
