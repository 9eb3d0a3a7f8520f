"""Email addresses of customers: who has one, and what may be shown of it."""

from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from customerbackend.errors import Refusal


class EmailTaken(Refusal):
    """Told only to who has shown, by the code, that the address is theirs."""

    status_code = 422
    default_code = "email_taken"
    title = _("There is an account with this address")
    default_detail = _("You already have an account. Sign in with your email address.")


def is_email_taken(email: str) -> bool:
    """Whether a customer has this address, active or not."""
    return Customer.objects.annotate(lowered=Lower("email")).filter(lowered=email.lower()).exists()


def mask_email(email: str) -> str:
    """The address as it may be shown on a screen: `a…@example.com`."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"
