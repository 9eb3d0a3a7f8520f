"""Signing up: asked for, shown to own the address, and only then a customer."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts import codes, sessions
from accounts.emails import EmailTaken, is_email_taken
from accounts.models import Code, Customer, SignUp
from accounts.passwords import hash_password, refuse_weak_password
from accounts.profile import read_account
from customerbackend.clients import counted_block
from customerbackend.errors import Refusal
from customerbackend.statements import broken_constraint
from customerbackend.throttling import count_try, giving_back
from notifications.mail import send_mail


class LoginTaken(Refusal):
    status_code = 422
    default_code = "login_taken"
    title = _("The login is taken")
    default_detail = _("Somebody else has this login. Choose another one.")


def start_sign_up(
    *, login: str, email: str, phone: str | None, password: str, name: str, client: str
) -> dict[str, Any]:
    """Keep the request and mail a code to the address. Raises LoginTaken, PasswordWeak, MailNotSent, Throttled.

    An address that has an account gets a mail that says so; the answer is the same, and no code fits.
    """
    block = counted_block(client)
    count_try("sign_up_by_address", block)
    if Customer.objects.annotate(lowered=Lower("login")).filter(lowered=login).exists():
        raise LoginTaken()
    refuse_weak_password(password, pointer="/password", login=login, email=email, name=name)
    count_try("code_by_email", email.lower())
    with giving_back(("sign_up_by_address", block), ("code_by_email", email.lower())):
        hashed = hash_password(password)
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


def send_code(sign_up: SignUp, code: Code, digits: str) -> dict[str, Any]:
    """Mail the code, or to the owner of an existing account that somebody tried. Outside any transaction."""
    minutes = int(codes.LIFETIME.total_seconds() // 60)
    if is_email_taken(sign_up.email):
        send_mail(kind="sign_up_of_known_email", address=sign_up.email, language=sign_up.language, data={})
    else:
        send_mail(
            kind="sign_up_code",
            address=sign_up.email,
            language=sign_up.language,
            data={"code": digits, "minutes": minutes},
        )
    return {"id": str(sign_up.id), **codes.describe_code(code)}


def resend_code(*, sign_up_id: UUID, client: str) -> dict[str, Any]:
    """Mail a new code. Raises NotFound, Throttled, CodeUsedUp, MailNotSent."""
    count_try("code_by_address", counted_block(client))
    sign_up = find_sign_up(sign_up_id)
    count_try("code_by_email", sign_up.email.lower())
    with giving_back(("code_by_email", sign_up.email.lower())):
        code, digits = codes.reissue_code(purpose=Code.Purpose.SIGN_UP, subject_id=sign_up.id)
    return send_code(sign_up, code, digits)


def find_sign_up(sign_up_id: UUID) -> SignUp:
    """The sign-up on its way. Raises NotFound, also once it has become a customer."""
    sign_up = SignUp.objects.filter(id=sign_up_id).first()
    if sign_up is None:
        raise NotFound()
    return sign_up


def verify_sign_up(*, sign_up_id: UUID, digits: str, client: str) -> dict[str, Any]:
    """Make the customer and sign them in: `{session, customer}`.

    Raises NotFound, CodeWrong, CodeUsedUp, CodeExpired, Throttled; LoginTaken or EmailTaken when somebody was faster.
    """
    count_try("code_by_address", counted_block(client))
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
        raise (EmailTaken if broken_constraint(fault) == "customer_email_unique" else LoginTaken)() from fault
    session = sessions.begin_session(customer=customer, keep_signed_in=False, device_name="", client=client)
    return {"session": session, "customer": read_account(customer.id)}
