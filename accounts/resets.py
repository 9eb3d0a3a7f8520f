"""A forgotten password: a link by mail, good once and for half an hour."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, PasswordReset
from accounts.passwords import hash_password, refuse_weak_password_of, write_password
from accounts.sessions import account_subjects, vouch_for
from customerbackend.clients import counted_block
from customerbackend.errors import Refusal
from customerbackend.statements import in_transaction
from customerbackend.throttling import count_try, forgive
from notifications.mail import send_mail

LIFETIME = timedelta(minutes=30)


class ResetTokenInvalid(Refusal):
    status_code = 422
    default_code = "reset_token_invalid"
    title = _("The link is no longer good")
    default_detail = _("The link has been used, has expired or is not complete. Ask for a new one.")


def request_reset(*, email: str, client: str) -> None:
    """Mail a link to the customer with this address. Raises Throttled, MailNotSent.

    To an address that no customer has goes a mail that says so: both take the same statements, one mail and the same
    time, so that a stranger learns nothing. Locked-out customers are served: sign-ins are counted elsewhere.
    """
    count_try("password_reset_by_address", counted_block(client))
    count_try("password_reset_by_email", email.lower())
    token = secrets.token_urlsafe(32)
    customer = keep_reset(email=email, token=token)
    link = f"{settings.PASSWORD_RESET_URL}#{token}"
    send_mail(
        kind="password_reset" if customer else "password_reset_unknown",
        address=customer.email or email if customer else email,
        language=customer.language if customer else get_language(),
        data={"link": link, "minutes": int(LIFETIME.total_seconds() // 60)},
    )


@in_transaction
def keep_reset(*, email: str, token: str) -> Customer | None:
    """Keep that the token was asked for, and return whose address it is.

    Locks the customer: whatever voids links meanwhile, such as another address, finds this one.
    """
    holders = Customer.objects.select_for_update(no_key=True).annotate(sought=Lower("email"))
    customer = holders.filter(sought=email.lower(), is_active=True).first()
    PasswordReset.objects.create(customer=customer, token_hash=hash_token(token), expires_at=timezone.now() + LIFETIME)
    return customer


def hash_token(token: str) -> str:
    """What is stored of a token. It holds 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def confirm_reset(*, token: str, new_password: str, client: str) -> None:
    """Set the new password, once, and end every session. Raises ResetTokenInvalid, PasswordWeak, Throttled.

    A customer whose account somebody has locked by wrong tries, and goes on trying, signs in from here all the same.
    """
    reset = find_reset(token)
    if reset is None or reset.customer is None:
        raise ResetTokenInvalid()
    refuse_weak_password_of(reset.customer, new_password)
    use_reset(reset=reset, hashed=hash_password(new_password))
    forgive(["sign_in_by_account"], account_subjects(reset.customer))
    vouch_for(reset.customer, client)


def find_reset(token: str) -> PasswordReset | None:
    """The reset that the token stands for, if it is still good."""
    found = PasswordReset.objects.select_related("customer").filter(token_hash=hash_token(token))
    return found.filter(expires_at__gt=timezone.now(), customer__is_active=True).first()


@in_transaction
def use_reset(*, reset: PasswordReset, hashed: str) -> None:
    """Write the new password's hash and void every reset. Raises ResetTokenInvalid when it has been used meanwhile.

    Locks the customer: of parallel uses one finds the reset.
    """
    holders = Customer.objects.select_for_update(no_key=True)
    customer = holders.filter(password_resets=reset, is_active=True).first()
    if customer is None or not PasswordReset.objects.filter(id=reset.id, expires_at__gt=timezone.now()).exists():
        raise ResetTokenInvalid()
    write_password(customer, hashed)
