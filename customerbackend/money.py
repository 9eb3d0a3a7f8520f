"""Money: integer minor units of the deployment's one currency, and the ways of paying it."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# How many decimals the minor unit stands for, as Stripe counts them (docs.stripe.com/currencies, zero-decimal and
# three-decimal currencies); everything else has two. ISO 4217 and CLDR differ for some (RSD, MGA, ISK, UGX).
ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
# Written with two decimals for Stripe, which are always zero (docs.stripe.com/currencies, special cases).
WHOLE_ONLY = frozenset("ISK UGX".split())

DECIMAL_TEXT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("cash at the door")
    TERMINAL = "terminal", _("card terminal at the door")
    QR = "qr", _("QR code")
    CARD = "card", _("card in the app")


def exponent(currency: str) -> int:
    """How many decimals one minor unit of the currency stands for."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def payable_step(currency: str) -> int:
    """Amounts paid in the app are whole multiples of so many minor units: of thousandths, Stripe takes tens."""
    return 100 if currency in WHOLE_ONLY else 10 if currency in THREE_DECIMAL else 1


def money(amount: int) -> dict[str, Any]:
    """Minor units as the API writes money."""
    return {"amount": amount, "currency": settings.CURRENCY}


def parse_money(text: str, currency: str) -> int:
    """Minor units of a decimal text such as "12.90". Raises ValueError for anything that is not exactly such."""
    if not DECIMAL_TEXT.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount of money")
    scaled = Decimal(text).scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text!r} has more decimals than {currency} has")
    return int(scaled)


def format_money(amount: int, currency: str) -> str:
    """For people in plain text: `12.90 EUR`."""
    decimals = exponent(currency)
    return f"{Decimal(amount).scaleb(-decimals):.{decimals}f} {currency}"


def included_tax(gross: int, rate_bps: int) -> int:
    """The tax contained in a gross amount, in minor units, rounded half up; the rate is in basis points."""
    return int((Decimal(gross) * rate_bps / (10_000 + rate_bps)).quantize(Decimal(1), ROUND_HALF_UP))
