"""Signing up: asked for, shown to own the address, and only then a customer."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts import codes, sessions
from accounts.models import Code, Customer, SignUp
from accounts.profile import describe_customer
from customerbackend.errors import Refusal
from customerbackend.times import rfc3339
from notifications.mail import send_mail


class LoginTaken(Refusal):
    status_code = 422
    default_code = "login_taken"
    title = _("The login is taken")
    default_detail = _("Somebody else has this login. Choose another one.")


class EmailTaken(Refusal):
    """Told only to who has shown, by the code, that the address is theirs."""

    status_code = 422
    default_code = "email_taken"
    title = _("There is an account with this address")
    default_detail = _("You already have an account. Sign in with your email address.")


class PasswordWeak(Refusal):
    status_code = 422
    default_code = "password_weak"
    title = _("The password is too weak")
    default_detail = _("Choose a password that is longer and harder to guess.")


def start_sign_up(*, login: str, email: str, phone: str | None, password: str, name: str) -> dict[str, Any]:
    """Keep the request and mail a code to the address. Raises LoginTaken, PasswordWeak, MailNotSent.

    An address that has an account gets a mail that says so; the answer is the same, and no code fits.
    """
    if Customer.objects.annotate(lowered=Lower("login")).filter(lowered=login).exists():
        raise LoginTaken()
    refuse_weak_password(password, login=login, email=email, name=name)
    hashed = make_password(password)
    with transaction.atomic():
        sign_up = SignUp.objects.create(
            login=login,
            email=email,
            phone=phone or None,
            password=hashed,
            name=name,
            language=get_language(),
            created_at=timezone.now(),
        )
        code, digits = codes.issue_code(
            purpose=Code.Purpose.SIGN_UP, channel=Code.Channel.EMAIL, address=email, subject_id=sign_up.id
        )
    return send_code(sign_up, code, digits)


def refuse_weak_password(password: str, **of_the_customer: str) -> None:
    """Raise PasswordWeak, saying why, for a password that is short, common, or like the customer's login or address."""
    try:
        validate_password(password, user=Customer(**of_the_customer))  # type: ignore[arg-type]
    except ValidationError as fault:
        reasons = [
            {"pointer": "/password", "code": error.code, "detail": message}
            for error, message in zip(fault.error_list, fault.messages, strict=True)
        ]
        raise PasswordWeak(errors=reasons) from fault


def send_code(sign_up: SignUp, code: Code, digits: str) -> dict[str, Any]:
    """Mail the code, or to the owner of an existing account that somebody tried. Outside any transaction."""
    is_taken = Customer.objects.annotate(lowered=Lower("email")).filter(lowered=sign_up.email.lower()).exists()
    minutes = int(codes.LIFETIME.total_seconds() // 60)
    if is_taken:
        send_mail(kind="sign_up_of_known_email", address=sign_up.email, language=sign_up.language, data={})
    else:
        send_mail(
            kind="sign_up_code",
            address=sign_up.email,
            language=sign_up.language,
            data={"code": digits, "minutes": minutes},
        )
    return {
        "id": str(sign_up.id),
        "sent_to": mask_email(sign_up.email),
        "expires_at": rfc3339(code.expires_at),
        "tries_left": code.tries_left,
    }


def mask_email(email: str) -> str:
    """The address as it may be shown on a screen: `a…@example.com`."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def resend_code(*, sign_up_id: UUID) -> dict[str, Any]:
    """Mail a new code. Raises NotFound, CodeTooSoon, CodeUsedUp, MailNotSent."""
    sign_up = find_sign_up(sign_up_id)
    code, digits = codes.reissue_code(purpose=Code.Purpose.SIGN_UP, subject_id=sign_up.id)
    return send_code(sign_up, code, digits)


def find_sign_up(sign_up_id: UUID) -> SignUp:
    """The sign-up on its way. Raises NotFound, also once it has become a customer."""
    sign_up = SignUp.objects.filter(id=sign_up_id).first()
    if sign_up is None:
        raise NotFound()
    return sign_up


def verify_sign_up(*, sign_up_id: UUID, digits: str) -> dict[str, Any]:
    """Make the customer and sign them in: `{session, customer}`.

    Raises NotFound, CodeWrong, CodeUsedUp, CodeExpired; LoginTaken or EmailTaken when somebody was faster.
    """
    find_sign_up(sign_up_id)
    codes.enter_code(purpose=Code.Purpose.SIGN_UP, subject_id=sign_up_id, digits=digits)
    try:
        with transaction.atomic():
            # The lock lets one of two parallel entries of the right code through; the other finds nothing.
            sign_up = SignUp.objects.select_for_update().filter(id=sign_up_id).first()
            if sign_up is None:
                raise NotFound()
            customer = Customer.objects.create(
                login=sign_up.login,
                email=sign_up.email,
                phone=sign_up.phone,
                password=sign_up.password,
                name=sign_up.name,
                language=sign_up.language,
                time_zone=settings.CUSTOMER_TIME_ZONE,
                created_at=timezone.now(),
            )
            Code.objects.filter(subject_id=sign_up.id).delete()
            sign_up.delete()
    except IntegrityError as fault:
        # The message names what was taken, which may be a login such as "email": only the constraint tells.
        is_email = fault.__cause__.diag.constraint_name == "customer_email_unique"  # type: ignore[union-attr]
        raise (EmailTaken if is_email else LoginTaken)() from fault
    session = sessions.begin_session(customer_id=customer.id, keep_signed_in=False, device_name="")
    return {"session": session, "customer": describe_customer(customer)}
