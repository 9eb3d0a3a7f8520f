"""What Stripe is asked for when a payment is started.

All of it follows from the charge and the settings, and from nothing else: under the same key, Stripe refuses a request
that is not the same. So there is neither the moment nor the customer's language in it, nor the linked card, which
comes with the confirmation.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from stripe.params import PaymentIntentCreateParams
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

from payments.providers.base import Charge

# Stripe closes no page sooner than half an hour after it was made; the minute is for clocks that differ.
SHORTEST_PAGE = timedelta(minutes=31)

# Ways of paying whose money takes days: nobody cooks on that.
SLOW = (
    "acss_debit au_becs_debit bacs_debit boleto customer_balance konbini multibanco nz_bank_account oxxo sepa_debit "
    "us_bank_account"
).split()


def metadata_of(charge: Charge) -> dict[str, str]:
    """By which a payment is found again, in Stripe's Dashboard and in its events. Nothing of a person."""
    return {
        "payment_id": str(charge.payment_id),
        "order_id": str(charge.order_id),
        "order_number": charge.order_number,
    }


def intent_for_card(charge: Charge) -> PaymentIntentCreateParams:
    """To be paid in the app's form, or confirmed with a linked card."""
    params: PaymentIntentCreateParams = {
        "amount": charge.amount,
        "currency": charge.currency.lower(),
        "allowed_payment_method_types": ["card"],
        "metadata": metadata_of(charge),
        "description": charge.order_number,
    }
    if charge.captures_later:
        params["capture_method"] = "manual"
    if charge.customer:
        params["customer"] = charge.customer
    if charge.saves_card:
        params["setup_future_usage"] = "off_session"
    return params


def intent_with_code(charge: Charge, method: str) -> PaymentIntentCreateParams:
    """Confirmed at once, so that the answer holds the code."""
    params: PaymentIntentCreateParams = {
        "amount": charge.amount,
        "currency": charge.currency.lower(),
        "allowed_payment_method_types": [method],
        "payment_method_data": {"type": method},
        "confirm": True,
        "return_url": settings.PUBLIC_URL,
        "metadata": metadata_of(charge),
        "description": charge.order_number,
    }
    if method == "promptpay":
        # It cannot do without an address; the customer's is none of Stripe's business.
        email = f"no-reply@{urlsplit(settings.PUBLIC_URL).hostname}"
        params["payment_method_data"]["billing_details"] = {"email": email}
    if method == "wechat_pay":
        params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    return params


def page_for(charge: Charge) -> SessionCreateParams:
    """A page of Stripe's on which to pay. It closes after the payment is due, and never before Stripe's half hour; it
    is closed by cancelling when the order is.
    """
    line: SessionCreateParamsLineItem = {
        "quantity": 1,
        "price_data": {
            "currency": charge.currency.lower(),
            "unit_amount": charge.amount,
            "product_data": {"name": charge.order_number},
        },
    }
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [line],
        "payment_intent_data": {"metadata": metadata_of(charge), "description": charge.order_number},
        "metadata": metadata_of(charge),
        "client_reference_id": str(charge.payment_id),
        "excluded_payment_method_types": SLOW,
        "adaptive_pricing": {"enabled": False},
        "success_url": settings.PUBLIC_URL,
        "cancel_url": settings.PUBLIC_URL,
        "expires_at": int((charge.due_at + SHORTEST_PAGE).timestamp()),
    }
