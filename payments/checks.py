"""What `manage.py check` says of the settings about payments. Values of keys and secrets never stand in a message."""

import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from customerbackend.money import PaymentMethod

# In which currencies each method that is paid by QR code takes money: https://docs.stripe.com/payments/payment-methods
QR_CURRENCIES = {
    "paynow": ("SGD",),
    "pix": ("BRL",),
    "promptpay": ("THB",),
    "swish": ("SEK",),
    "wechat_pay": tuple("AUD CAD CHF CNY DKK EUR GBP HKD JPY NOK SEK SGD USD".split()),
}
# Shorter, nobody can pay; longer, stock is kept from others for an order that nobody may want.
SHORTEST_PAYMENT_SECONDS, LONGEST_PAYMENT_SECONDS = 60, 12 * 3600

SECRET_KEY = re.compile(r"[sr]k_(test|live)_\w+", re.ASCII)
PUBLISHABLE_KEY = re.compile(r"pk_(test|live)_\w+", re.ASCII)
WEBHOOK_SECRET = re.compile(r"whsec_[\w+/=-]+", re.ASCII)

AppConfigs = Sequence[AppConfig] | None


def check_methods(app_configs: AppConfigs, **kwargs: Any) -> list[CheckMessage]:
    """Ways of paying, and how long they are waited for."""
    found: list[CheckMessage] = []
    methods = settings.PAYMENT_METHODS
    if unknown := sorted(set(methods) - set(PaymentMethod.values)):
        known = ", ".join(PaymentMethod.values)
        found.append(Error(f"PAYMENT_METHODS: {', '.join(unknown)} is not one of {known}.", id="payments.E001"))
    if len(methods) != len(set(methods)):
        found.append(Error("PAYMENT_METHODS names a method twice.", id="payments.E002"))
    if {PaymentMethod.QR, PaymentMethod.CARD} & set(methods) and not settings.PAYMENT_PROVIDER:
        hint = "Set STRIPE_SECRET_KEY, or PAYMENTS_SANDBOX=true where no real money is to be taken."
        found.append(Error("PAYMENT_METHODS: qr and card need a provider.", hint=hint, id="payments.E003"))
    if not SHORTEST_PAYMENT_SECONDS <= settings.PAYMENT_SECONDS <= LONGEST_PAYMENT_SECONDS:
        limits = f"{SHORTEST_PAYMENT_SECONDS} to {LONGEST_PAYMENT_SECONDS}"
        found.append(Error(f"PAYMENT_SECONDS is {settings.PAYMENT_SECONDS}, not {limits}.", id="payments.E004"))
    return found


def check_stripe(app_configs: AppConfigs, **kwargs: Any) -> list[CheckMessage]:
    """The settings of Stripe, where there is a key to it."""
    return [*check_stripe_keys(), *check_stripe_use()] if settings.STRIPE_SECRET_KEY else []


def check_stripe_keys() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    secret = SECRET_KEY.fullmatch(settings.STRIPE_SECRET_KEY)
    publishable = PUBLISHABLE_KEY.fullmatch(settings.STRIPE_PUBLISHABLE_KEY)
    secrets = settings.STRIPE_WEBHOOK_SECRETS
    if not secret:
        text = (
            "STRIPE_SECRET_KEY is no secret or restricted key: those begin with sk_test_, sk_live_, rk_test_, rk_live_."
        )
        found.append(Error(text, id="payments.E010"))
    if not publishable:
        text = "STRIPE_PUBLISHABLE_KEY is missing, or no publishable key: those begin with pk_test_ or pk_live_."
        found.append(Error(text, id="payments.E011"))
    if secret and publishable and secret[1] != publishable[1]:
        text = f"STRIPE_PUBLISHABLE_KEY is for {publishable[1]} payments, STRIPE_SECRET_KEY for {secret[1]} ones."
        found.append(Error(text, id="payments.E012"))
    if not secrets or not all(WEBHOOK_SECRET.fullmatch(one) for one in secrets):
        text = "STRIPE_WEBHOOK_SECRETS is missing, or holds something that is no secret: those begin with whsec_."
        hint = "Stripe shows it with the endpoint in its Dashboard; the endpoint is PUBLIC_URL/webhooks/stripe."
        found.append(Error(text, hint=hint, id="payments.E013"))
    return found


def check_stripe_use() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    method = settings.STRIPE_QR_METHOD
    if method and method not in QR_CURRENCIES:
        text = f"STRIPE_QR_METHOD: {method} is not one of {', '.join(QR_CURRENCIES)}."
        found.append(Error(text, hint="Without it, codes lead to a page of Stripe's.", id="payments.E014"))
    elif method and settings.CURRENCY not in QR_CURRENCIES[method]:
        text = (
            f"STRIPE_QR_METHOD: {method} takes {', '.join(QR_CURRENCIES[method])}, and CURRENCY is {settings.CURRENCY}."
        )
        found.append(Error(text, id="payments.E015"))
    if not 0 < settings.STRIPE_TIMEOUT_SECONDS < float("inf"):
        found.append(Error("STRIPE_TIMEOUT_SECONDS must be more than 0.", id="payments.E016"))
    url = urlsplit(settings.STRIPE_API_URL)
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
        found.append(Error("STRIPE_API_URL must be https: the secret key is sent there.", id="payments.E017"))
    if os.environ.get("STRIPE_LOG"):
        text = "STRIPE_LOG makes Stripe's package print what is sent to it, with names and addresses."
        found.append(Warning(text, hint="Unset it.", id="payments.W018"))
    return found


def check_real_money(app_configs: AppConfigs, **kwargs: Any) -> list[CheckMessage]:
    """What must not be where real money is taken."""
    found: list[CheckMessage] = []
    if settings.PAYMENTS_SANDBOX:
        found.append(Warning("PAYMENTS_SANDBOX is on: orders are paid without money.", id="payments.W020"))
    secret = SECRET_KEY.fullmatch(settings.STRIPE_SECRET_KEY)
    if secret and secret[1] == "test":
        text = "STRIPE_SECRET_KEY is a test key: orders are paid with test cards, without money."
        found.append(Warning(text, id="payments.W021"))
    return found
