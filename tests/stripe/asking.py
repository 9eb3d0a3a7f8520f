"""What nearly every test asks for first."""

from typing import Any

import stripe

CARD: dict[str, Any] = {"amount": 1000, "currency": "eur", "allowed_payment_method_types": ["card"]}
QR = {"promptpay": "thb", "paynow": "sgd", "pix": "brl", "swish": "sek", "wechat_pay": "eur"}


def card_intent(client: stripe.StripeClient, **params: Any) -> stripe.PaymentIntent:
    asked: Any = {**CARD, **params}
    return client.v1.payment_intents.create(asked)


def paid_intent(client: stripe.StripeClient, **params: Any) -> stripe.PaymentIntent:
    return card_intent(client, **{"payment_method": "pm_card_visa", "confirm": True, **params})


def qr_intent(client: stripe.StripeClient, method: str = "paynow", **params: Any) -> stripe.PaymentIntent:
    data = {"type": method, "billing_details": {"email": "alice@example.com"}}
    options = {"wechat_pay": {"client": "web"}} if method == "wechat_pay" else {}
    asked: Any = {"amount": 2000, "currency": QR[method], "allowed_payment_method_types": [method], "confirm": True}
    asked |= {"payment_method_data": data, "payment_method_options": options, **params}
    return client.v1.payment_intents.create(asked)


def session(client: stripe.StripeClient, **params: Any) -> stripe.checkout.Session:
    line = {"price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Order"}}, "quantity": 2}
    asked: Any = {"mode": "payment", "line_items": [line], "success_url": "https://app.example/done"}
    return client.v1.checkout.sessions.create({**asked, **params})
