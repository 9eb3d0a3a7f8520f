"""Sending the report of an order to its customer, by mail."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.emails import mask_email
from customerbackend.callers import Caller
from customerbackend.errors import Refusal
from customerbackend.throttling import count_try
from notifications.mail import send_mail
from orders.reports.content import describe_report
from orders.reports.making import DOCUMENT, make_document
from orders.reports.reading import read_subject


class EmailMissing(Refusal):
    default_code = "email_missing"
    title = _("No email address")
    default_detail = _("Your account has no email address. Add one, and try again.")


def send_report(*, caller: Caller, order_id: UUID) -> str:
    """Mail the report as PDF to the customer's address, which was verified; the address as it may be shown.

    Raises TokenInvalid, NotFound, EmailMissing, Throttled, MailNotSent. No transaction: the mail server is asked.
    """
    _tag, subject = read_subject(caller=caller, order_id=order_id, tags=[])
    assert subject is not None
    if subject.email is None:
        raise EmailMissing()
    count_try("report_email_by_customer", str(caller.customer_id))
    report = describe_report(subject)
    send_mail(
        kind="order_report",
        address=subject.email,
        language=subject.language,
        data={"report": report},
        attachments=[(f"{report.name}.{DOCUMENT.suffix}", make_document(report), DOCUMENT.content_type)],
    )
    return mask_email(subject.email)
