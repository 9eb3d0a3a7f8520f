"""Another email address: shown to be the customer's by a code, and told to the one before."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts import codes
from accounts.emails import EmailTaken, is_email_taken, mask_email
from accounts.locks import lock_customer
from accounts.models import Code, Customer, PasswordReset
from accounts.profile import read_account
from accounts.telling import write_security_message
from customerbackend.callers import Caller
from customerbackend.statements import broken_constraint
from customerbackend.throttling import count_try
from notifications.mail import send_mail

PURPOSE = Code.Purpose.EMAIL_CHANGE


def start_email_change(*, caller: Caller, email: str) -> dict[str, Any]:
    """Mail a code to the new address; a code sent before is void. Raises MailNotSent, Throttled.

    An address that another customer has gets a mail that says so; the answer is the same, and no code fits.
    """
    count_try("email_change_by_customer", str(caller.customer_id))
    count_try("code_by_email", email.lower())
    with transaction.atomic():
        customer = lock_customer(caller)
        code, digits = codes.issue_code(
            purpose=PURPOSE, channel=Code.Channel.EMAIL, address=email, subject_id=customer.id
        )
    minutes = int(codes.LIFETIME.total_seconds() // 60)
    is_taken = is_another(customer.email, email) and is_email_taken(email)
    send_mail(
        kind="email_change_to_known_email" if is_taken else "email_change_code",
        address=email,
        language=customer.language,
        data={} if is_taken else {"code": digits, "minutes": minutes},
    )
    return codes.describe_code(code)


def find_email_change(caller: Caller) -> None:
    """Raise NotFound unless the caller has asked for a change."""
    codes.find_code(purpose=PURPOSE, subject_id=caller.customer_id)


def verify_email_change(*, caller: Caller, digits: str) -> dict[str, Any]:
    """Change the address, tell the old one, and return the customer.

    Raises NotFound, CodeWrong, CodeUsedUp, CodeExpired; EmailTaken when somebody was faster.
    """
    code = codes.enter_code(purpose=PURPOSE, subject_id=caller.customer_id, digits=digits)
    try:
        with transaction.atomic():
            customer = change_email(caller, code)
    except IntegrityError as fault:
        if broken_constraint(fault) != "customer_email_unique":
            raise
        raise EmailTaken(_("There is another account with this address by now.")) from fault
    return read_account(customer.id)


def change_email(caller: Caller, code: Code) -> Customer:
    """Write the code's address, in the caller's transaction, and the message to the address before; the customer.

    Locks the customer: of two parallel entries of a code one finds it. Links that were mailed to the old address to
    reset the password are void.
    """
    customer = lock_customer(caller)
    if not Code.objects.filter(id=code.id).delete()[0]:
        raise NotFound()
    before, customer.email = customer.email, code.address
    customer.save(update_fields=["email"])
    if is_another(before, code.address):
        PasswordReset.objects.filter(customer=customer).delete()
        if before:
            write_security_message("email_changed", customer, address=before, new=mask_email(code.address))
    return customer


def is_another(before: str | None, after: str) -> bool:
    """Whether it is another address, and not the same in another spelling."""
    return (before or "").lower() != after.lower()
