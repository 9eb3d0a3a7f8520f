"""Stripe, through its own package. What it says is turned into words of ours here."""

from payments.providers.stripe.provider import StripeProvider

__all__ = ["StripeProvider"]
