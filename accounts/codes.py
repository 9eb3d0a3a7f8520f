"""Six-digit codes sent to an address: made, sent again, entered."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.emails import mask_email
from accounts.models import Code
from customerbackend.errors import Refusal
from customerbackend.throttling import Throttled, seconds_until
from customerbackend.times import rfc3339

TRIES = 5
SENDS = 5
LIFETIME = timedelta(minutes=15)
PAUSE = timedelta(seconds=60)


class CodeWrong(Refusal):
    status_code = 422
    default_code = "code_wrong"
    title = _("The code is not right")
    default_detail = _("This is not the code that was sent. Look again and enter it once more.")


class CodeUsedUp(Refusal):
    status_code = 410
    default_code = "code_used_up"
    title = _("The code is void")
    default_detail = _("Too many wrong codes were entered. Ask for a new one.")


class CodeExpired(Refusal):
    status_code = 410
    default_code = "code_expired"
    title = _("The code has expired")
    default_detail = _("The code is too old. Ask for a new one.")


def issue_code(*, purpose: str, channel: str, address: str, subject_id: UUID) -> tuple[Code, str]:
    """A new code for the subject and its six digits, which are not stored. The caller sends them.

    It replaces one that the subject has for the same purpose. In a transaction that lets no other issue one meanwhile.
    """
    digits = f"{secrets.randbelow(10**6):06}"
    now = timezone.now()
    Code.objects.filter(purpose=purpose, subject_id=subject_id).delete()
    code = Code.objects.create(
        purpose=purpose,
        channel=channel,
        address=address,
        subject_id=subject_id,
        code_hash=hash_code(subject_id, digits),
        tries_left=TRIES,
        sends_left=SENDS,
        sent_at=now,
        expires_at=now + LIFETIME,
    )
    return code, digits


def find_code(*, purpose: str, subject_id: UUID) -> Code:
    """The subject's code. Raises NotFound, also when it has just been used by somebody faster."""
    code = Code.objects.filter(purpose=purpose, subject_id=subject_id).first()
    if code is None:
        raise NotFound()
    return code


def reissue_code(*, purpose: str, subject_id: UUID) -> tuple[Code, str]:
    """Replace the digits of a code, with all tries and its full time. Raises Throttled, CodeUsedUp, NotFound.

    One conditional UPDATE: of parallel requests one sends.
    """
    digits = f"{secrets.randbelow(10**6):06}"
    now = timezone.now()
    codes = Code.objects.filter(purpose=purpose, subject_id=subject_id)
    changed = codes.filter(sends_left__gt=0, sent_at__lte=now - PAUSE).update(
        code_hash=hash_code(subject_id, digits),
        tries_left=TRIES,
        sends_left=F("sends_left") - 1,
        sent_at=now,
        expires_at=now + LIFETIME,
    )
    code = find_code(purpose=purpose, subject_id=subject_id)
    if changed:
        return code, digits
    if code.sends_left == 0:
        raise CodeUsedUp(_("No more codes are sent for this request. Start again."))
    raise Throttled(
        _("A code was sent a moment ago. Wait before you ask for another one."),
        wait=seconds_until(code.sent_at + PAUSE, now),
    )


def enter_code(*, purpose: str, subject_id: UUID, digits: str) -> Code:
    """The code, if these are its digits. Raises CodeWrong with `tries_left`, CodeUsedUp, CodeExpired, NotFound.

    Every try is counted by a conditional UPDATE before the digits are compared, so that parallel tries cannot exceed
    the limit. Call it outside the transaction that a refusal would roll back.
    """
    now = timezone.now()
    counted = Code.objects.filter(purpose=purpose, subject_id=subject_id, tries_left__gt=0, expires_at__gt=now).update(
        tries_left=F("tries_left") - 1
    )
    code = find_code(purpose=purpose, subject_id=subject_id)
    if not counted:
        raise CodeUsedUp() if code.tries_left == 0 else CodeExpired()
    if not hmac.compare_digest(code.code_hash, hash_code(subject_id, digits)):
        raise CodeWrong(tries_left=code.tries_left)
    return code


def hash_code(subject_id: UUID, digits: str) -> str:
    """What is stored of a code: keyed, for six digits alone could be found by trying."""
    return hmac.new(settings.SECRET_KEY.encode(), f"code:{subject_id}:{digits}".encode(), hashlib.sha256).hexdigest()


def describe_code(code: Code) -> dict[str, Any]:
    """What is said of a code that was sent."""
    return {
        "sent_to": mask_email(code.address),
        "expires_at": rfc3339(code.expires_at),
        "tries_left": code.tries_left,
    }
