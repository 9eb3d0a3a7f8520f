"""What customers are told about their own account's security."""

import logging
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Customer
from notifications.mail import MailNotSent, send_mail
from notifications.messages import compose_message, write_messages

logger = logging.getLogger("customerbackend.accounts")


def write_security_message(
    kind: str, customer: Customer, *, subject_id: UUID | None = None, address: str = "", **data: Any
) -> None:
    """Write the message in the current transaction. `subject_id` is what it is about, by default the customer."""
    message = compose_message(
        kind=kind,
        recipient_kind="customer",
        recipient_id=customer.id,
        subject_id=subject_id or customer.id,
        at=timezone.now(),
        data=data,
        language=customer.language,
        address=address,
    )
    write_messages(message)


def mail_afterwards(*, kind: str, address: str, language: str, data: dict[str, Any]) -> None:
    """Mail what has happened already: a mail server that does not answer cannot undo it, and is logged."""
    try:
        send_mail(kind=kind, address=address, language=language, data=data)
    except MailNotSent:
        logger.error("a customer could not be told", extra={"code": kind})
