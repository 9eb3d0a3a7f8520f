"""Mail as text and HTML; here is sent what somebody waits for while the request runs: codes, links, reports."""

import logging
import secrets
import smtplib
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal

logger = logging.getLogger("customerbackend.mail")


class MailNotSent(Refusal):
    status_code = 503
    default_code = "mail_not_sent"
    title = _("The mail could not be sent")
    default_detail = _("Our mail server does not answer at the moment. Please try again in a minute.")
    wait = 60


def only_letters() -> str:
    """Something unique in which nobody, person or program, can see a six-digit code."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(32))


class Mail(EmailMultiAlternatives):
    """A mail whose parts are divided by letters; Python divides them by digits."""

    def message(self, **options: Any) -> Any:
        message = super().message(**options)
        message.set_boundary(only_letters())
        return message


def compose_mail(
    *, templates: Sequence[str], address: str, language: str, data: Mapping[str, Any], message_id: str = ""
) -> Mail:
    """A mail as text and HTML, in the language, from the first of `mail/<template>.txt` and of `.html` that there is.

    The subject is the text's first line. `message_id` is what stands in its Message-ID before the `@`, only letters; by
    default something unique.
    """
    with translation.override(language):
        context = {**data, "company": settings.COMPANY_NAME, "language": language}
        text = render_to_string([f"mail/{template}.txt" for template in templates], context)
        subject, _newline, body = text.strip().partition("\n")
        page = render_to_string([f"mail/{template}.html" for template in templates], {**context, "subject": subject})
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<{message_id or only_letters()}@{domain}>"}
    mail = Mail(subject, body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [address], headers=headers)
    mail.attach_alternative(page, "text/html")
    return mail


def send_mail(
    *,
    kind: str,
    address: str,
    language: str,
    data: dict[str, Any],
    attachments: Iterable[tuple[str, bytes, str]] = (),
) -> None:
    """Send one mail, from the templates of its kind. Raises MailNotSent. Never call it inside a transaction.

    An attachment is its name, its content and its media type.
    """
    mail = compose_mail(templates=[kind], address=address, language=language, data=data)
    for attachment in attachments:
        mail.attach(*attachment)
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as fault:
        logger.error("mail not sent", exc_info=fault)
        raise MailNotSent() from fault
