"""Mail, as text and HTML, in the recipient's language: to customers in the words of `notifications.wording`, with what
those leave out beside them, to staff as a list of what has happened.

A kind of message to customers that needs more than its words has templates of its own, `mail/<kind>.txt` and `.html`.
"""

import contextlib
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from customerbackend.money import format_money
from notifications.channels.base import SEND_SECONDS, NotDelivered, Parcel
from notifications.mail import Mail, compose_mail
from notifications.models import Recipient
from notifications.staff_notices import describe_notice
from notifications.wording import word_message

LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
SERVICE_NOT_AVAILABLE = 421  # whatever it answers: it closes the connection (RFC 5321, 4.2.3)


def send(parcel: Parcel) -> int | None:
    """Mail the message; the code of a refusal is the mail server's. Raises NotDelivered."""
    mail = compose(parcel)
    # Each answer may take half of the time, and all of them together no more than it.
    mail.connection = get_connection(timeout=SEND_SECONDS / 2)
    try:
        with hanging_up(mail.connection):
            mail.send()
    except (OSError, smtplib.SMTPException) as fault:
        raise judge(fault) from fault
    return None


@contextlib.contextmanager
def hanging_up(connection: BaseEmailBackend) -> Iterator[None]:
    """Ends the conversation with a mail server that answers bit by bit for longer than a delivery may take."""

    def hang_up() -> None:
        talk = getattr(getattr(connection, "connection", None), "sock", None)
        if talk is not None:
            with contextlib.suppress(OSError):
                talk.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(SEND_SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def compose(parcel: Parcel) -> Mail:
    """The parcel as a mail. Its Message-ID is the message's own, so that a second copy is known as the same."""
    language = parcel.language or settings.LANGUAGE_CODE
    if parcel.recipient_kind == Recipient.CUSTOMER:
        wording = word_message(parcel.kind, parcel.data, language)
        templates = [parcel.kind, "notice"]
        data = {**readable(parcel.data), "title": wording.title, "text": wording.text}
    else:
        templates = ["staff_notice"]
        data = describe_notice(parcel.kind, parcel.data, language)
    return compose_mail(
        templates=templates,
        address=parcel.address,
        language=language,
        data=data,
        message_id=parcel.message_id.hex.translate(LETTERS),
    )


def readable(data: dict[str, Any]) -> dict[str, Any]:
    """The data with money, without its sign, and moments as templates show them."""
    shown = dict(data)
    for name, value in data.items():
        if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
            shown[name] = format_money(abs(value["amount"]), value["currency"])
    if "at" in data:
        shown["at"] = datetime.fromisoformat(data["at"])
    return shown


def judge(fault: OSError | smtplib.SMTPException) -> NotDelivered:
    """What a failure means. A refusal for good (5xx) of the recipient or of the mail ends it; for now (4xx) it is tried
    again. Everything else is the mail server's state or the way we speak to it, and concerns all mail alike.
    """
    if isinstance(fault, smtplib.SMTPNotSupportedError):  # it cannot take such an address (RFC 6531)
        return NotDelivered(type(fault).__name__, is_final=True)
    code = code_of(fault)
    if code is None or code == SERVICE_NOT_AVAILABLE:
        return NotDelivered(type(fault).__name__, status_code=code, is_outlet_unwell=True)
    is_about_this_mail = isinstance(fault, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return NotDelivered(
        f"{type(fault).__name__}: {code}",
        status_code=code,
        is_final=is_about_this_mail and code >= 500,
        is_outlet_unwell=not is_about_this_mail,
    )


def code_of(fault: OSError | smtplib.SMTPException) -> int | None:
    """What the mail server answered, where it did. Its words are not kept: they repeat the address."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return min(code for code, _words in fault.recipients.values())
    return fault.smtp_code if isinstance(fault, smtplib.SMTPResponseException) else None
