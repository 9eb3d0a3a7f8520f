"""What customers are told when a provider cannot or will not."""

from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal


class PaymentRefused(Refusal):
    """`provider_code` is the provider's own word, null where it gave none."""

    status_code = 422
    default_code = "payment_refused"
    title = _("The payment is refused")
    default_detail = _("The payment provider does not take this payment. Choose another way of paying.")


class ProviderUnavailable(Refusal):
    """503: nobody knows yet whether the provider has acted. With the same key nothing is charged twice."""

    status_code = 503
    default_code = "provider_unavailable"
    title = _("Payments are not possible at the moment")
    default_detail = _("The payment provider does not answer. Please try again with the same key.")
    wait = 3
