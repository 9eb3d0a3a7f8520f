"""Stripe's test cards. https://docs.stripe.com/testing and https://docs.stripe.com/declines/codes"""

from dataclasses import dataclass
from typing import Any

from tests.stripe.books import Books, Object
from tests.stripe.refusals import Refused


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    """A test card and what happens to whoever uses it."""

    last4: str
    brand: str = "visa"
    decline: Decline | None = None
    decline_on_attach: bool = True  # a card that the bank declines cannot be saved either
    authentication: str = ""  # "always", "unless_set_up": the bank asks the customer first
    refund: str = "succeeded"
    funding: str = "credit"


def declined(decline_code: str, message: str = "Your card was declined.", code: str = "card_declined") -> Decline:
    return Decline(code, decline_code, message)


GENERIC = declined("generic_decline")
FUNDS = declined("insufficient_funds", "Your card has insufficient funds.")
EXPIRED = declined("expired_card", "Your card has expired.", "expired_card")
CVC = declined("incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc")
PROCESSING = declined(
    "processing_error", "An error occurred while processing your card. Try again in a little bit.", "processing_error"
)
FREQUENT = declined("card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently.")
UNAUTHENTICATED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)

CARDS = {
    "pm_card_visa": Card("4242"),
    "pm_card_visa_debit": Card("5556", funding="debit"),
    "pm_card_mastercard": Card("4444", "mastercard"),
    "pm_card_amex": Card("0005", "amex"),
    "pm_card_chargeDeclined": Card("0002", decline=GENERIC),
    "pm_card_chargeDeclinedInsufficientFunds": Card("9995", decline=FUNDS),
    "pm_card_chargeDeclinedLostCard": Card("9987", decline=declined("lost_card")),
    "pm_card_chargeDeclinedStolenCard": Card("9979", decline=declined("stolen_card")),
    "pm_card_chargeDeclinedExpiredCard": Card("0069", decline=EXPIRED),
    "pm_card_chargeDeclinedIncorrectCvc": Card("0127", decline=CVC),
    "pm_card_chargeDeclinedProcessingError": Card("0119", decline=PROCESSING),
    "pm_card_chargeDeclinedVelocityLimitExceeded": Card("6975", decline=FREQUENT),
    "pm_card_chargeCustomerFail": Card("0341", decline=GENERIC, decline_on_attach=False),
    "pm_card_radarBlock": Card("0019", decline=declined("fraudulent")),
    "pm_card_authenticationRequired": Card("3184", authentication="always"),
    "pm_card_authenticationRequiredOnSetup": Card("3155", authentication="unless_set_up"),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        "3178", authentication="always", decline=FUNDS, decline_on_attach=False
    ),
    "pm_card_threeDSecure2Required": Card("3220", authentication="always"),
    "pm_card_threeDSecureRequired": Card("3063", authentication="always"),
    "pm_card_threeDSecureRequiredChargeDeclined": Card(
        "1629", authentication="always", decline=GENERIC, decline_on_attach=False
    ),
    "pm_card_threeDSecureOptional": Card("3055"),
    "pm_card_pendingRefund": Card("7726", refund="pending"),
    "pm_card_refundFail": Card("5126", refund="fails_later"),
}
# The documentation names several of them with the brand, too.
CARDS |= {
    name.replace("pm_card_charge", "pm_card_visa_charge"): card
    for name, card in CARDS.items()
    if name.startswith("pm_card_chargeDeclined")
}


def card_of(method: Object) -> Card:
    found: Card = method["_card"]
    return found


def make_card(books: Books, name: str) -> Object:
    """A new PaymentMethod each time that a test card's name is used, as at Stripe."""
    card = CARDS[name]
    # Stripe's fingerprint is the same for the same number: https://docs.stripe.com/api/payment_methods/object
    fingerprint = f"fp{card.last4}{card.brand}".ljust(16, "0")
    shown: dict[str, Any] = {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "unchecked"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": 8,
        "exp_year": 2034,
        "fingerprint": fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    return books.add("pm", "payment_method", **method_fields("card", shown), _card=card)


def method_fields(type: str, details: Object, billing: Object | None = None) -> Object:
    nobody = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}
    return {
        "allow_redisplay": "unspecified",
        "billing_details": {**nobody, **(billing or {})},
        type: details,
        "customer": None,
        "customer_account": None,
        "metadata": {},
        "type": type,
        "_used": False,
        "_set_up": False,
    }


def card_error(decline: Decline, **more: Any) -> Refused:
    """https://docs.stripe.com/api/errors: 402, with what was declined."""
    # A decline carries advice whether to try again: https://docs.stripe.com/declines/card
    return Refused(402, "card_error", decline.message, code=decline.code, decline_code=decline.decline_code, **more)
