"""Mail that is sent while the request runs: codes and links that somebody waits for, and news of their account."""

import logging
import secrets
import smtplib
import string
from collections.abc import Iterable
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


def send_mail(
    *,
    kind: str,
    address: str,
    language: str,
    data: dict[str, Any],
    attachments: Iterable[tuple[str, bytes, str]] = (),
) -> None:
    """Send one mail, as text and HTML, in the language. Raises MailNotSent. Never call it inside a transaction.

    The templates are `mail/<kind>.txt` and `.html`; the subject is the text's first line. An attachment is its name,
    its content and its media type.
    """
    with translation.override(language):
        context = {**data, "company": settings.COMPANY_NAME, "language": language}
        subject, _newline, text = render_to_string(f"mail/{kind}.txt", context).strip().partition("\n")
        headers = {"Message-ID": f"<{only_letters()}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>"}
        message = Mail(subject, text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [address], headers=headers)
        message.attach_alternative(render_to_string(f"mail/{kind}.html", {**context, "subject": subject}), "text/html")
        for attachment in attachments:
            message.attach(*attachment)
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as fault:
        logger.error("mail not sent", exc_info=fault)
        raise MailNotSent() from fault
