"""How much can be charged. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""

import re

from tests.stripe.refusals import invalid

# In the smallest unit; where Stripe says nothing, 1.
LEAST = {
    **dict.fromkeys("aud brl cad chf eur inr jpy nzd sgd usd".split(), 50),
    **dict.fromkeys("aed myr pln ron".split(), 200),
    **{"gbp": 30, "dkk": 250, "nok": 300, "sek": 300, "hkd": 400, "mxn": 1000, "thb": 1000, "czk": 1500, "huf": 17500},
}
MOST = 99_999_999
# https://docs.stripe.com/currencies#special-cases and #three-decimal: written with decimals that nobody can pay.
STEPS = {**dict.fromkeys("isk ugx".split(), 100), **dict.fromkeys("bhd jod kwd omr tnd".split(), 10)}


def check_amount(amount: int, currency: str, *, param: str = "amount") -> None:
    """Raises Refused."""
    if not re.fullmatch("[a-z]{3}", currency):
        raise invalid(f"Invalid currency: {currency}.", param="currency")
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param=param, code="parameter_invalid_integer")
    if amount < LEAST.get(currency, 1):
        raise invalid(f"Amount must be at least {LEAST[currency]} {currency}.", param=param, code="amount_too_small")
    if amount > MOST:
        raise invalid(f"Amount must be no more than {MOST} {currency}.", param=param, code="amount_too_large")
    check_step(amount, currency, param=param)


def check_step(amount: int, currency: str, *, param: str = "amount") -> None:
    """Raises Refused for a fraction that the currency does not have."""
    step = STEPS.get(currency, 1)
    if amount % step:
        raise invalid(
            f"Invalid amount. Amounts in {currency} must be evenly divisible by {step}.",
            param=param,
            code="invalid_charge_amount",
        )
