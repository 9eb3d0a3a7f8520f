"""Which provider a payment is with."""

from django.conf import settings

from payments.models import Provider
from payments.providers.base import PaymentProvider, ProviderError
from payments.providers.sandbox import SandboxProvider
from payments.providers.stripe import StripeProvider


def provider_of(name: str) -> PaymentProvider:
    """The provider of this name. Raises ProviderError where its keys have been taken out of the settings."""
    if name == Provider.STRIPE and settings.STRIPE_SECRET_KEY:
        return StripeProvider()
    if name == Provider.SANDBOX and settings.PAYMENTS_SANDBOX:
        return SandboxProvider()
    raise ProviderError(f"The provider {name} is not switched on.", is_worth_repeating=True)


def current_provider() -> PaymentProvider:
    """The one with which new payments are begun. Raises ProviderError where none is switched on."""
    return provider_of(settings.PAYMENT_PROVIDER)
