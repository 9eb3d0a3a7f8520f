"""What accounts hold about a person: given out, erased."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Address, Code, Customer, PasswordReset, Session, SignUp
from accounts.profile import read_account
from accounts.sessions import account_subjects
from accounts.telling import write_security_message
from customerbackend.errors import Refusal
from customerbackend.throttling import forgive
from customerbackend.times import rfc3339, rfc3339_or_none


def export(customer_id: UUID) -> dict[str, Any]:
    """Profile and settings, addresses, sessions, and codes on their way; of a sign-up with the same email only that a
    code went to it: who asked for it has not shown to be the customer.
    """
    customer = Customer.objects.get(id=customer_id)
    addresses = Address.objects.filter(customer=customer).order_by("created_at", "id")
    sessions = Session.objects.filter(customer=customer).order_by("created_at", "id")
    codes = codes_about(customer).order_by("sent_at")
    return {
        "account": {**read_account(customer.id), "is_active": customer.is_active},
        "addresses": [
            {
                **{field.name: getattr(address, field.name) for field in Address._meta.fields if not field.is_relation},
                "id": str(address.id),
                "created_at": rfc3339(address.created_at),
            }
            for address in addresses
        ],
        "sessions": [
            {
                "id": str(session.id),
                "device_name": session.device_name,
                "network": session.network,
                "keep_signed_in": session.keep_signed_in,
                "created_at": rfc3339(session.created_at),
                "refreshed_at": rfc3339(session.refreshed_at),
                "expires_at": rfc3339(session.expires_at),
                "ended_at": rfc3339_or_none(session.ended_at),
            }
            for session in sessions
        ],
        "codes": [
            {"purpose": code.purpose, "address": code.address, "sent_at": rfc3339(code.sent_at)} for code in codes
        ],
    }


def codes_about(customer: Customer) -> "QuerySet[Code]":
    """Codes of the customer, and those that somebody had sent to their address."""
    theirs = Q(subject_id=customer.id)
    return Code.objects.filter(theirs | Q(address__iexact=customer.email) if customer.email else theirs)


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """Nothing here stands against erasing."""
    return ()


def erase(customer_id: UUID) -> None:
    """Make the customer nobody: an inactive row without a name. Sessions, addresses, codes and sign-ups with the same
    email or login go, and counted tries with them. It is confirmed to the address that they had, which the message and
    its delivery hold until it is sent. The caller holds the customer's lock.
    """
    customer = Customer.objects.get(id=customer_id)
    subjects = [str(customer_id), *account_subjects(customer), *([customer.email.lower()] if customer.email else [])]
    forgive(settings.LIMITS, subjects)
    session_ids = list(Session.objects.filter(customer=customer).values_list("id", flat=True))
    forgive(["refresh_by_session", "requests_by_session"], [str(session_id) for session_id in session_ids])
    address_ids = list(Address.objects.filter(customer=customer).values_list("id", flat=True))
    forget_in_admin_log({Customer: [customer_id], Session: session_ids, Address: address_ids})
    sign_ups = SignUp.objects.filter(Q(email__iexact=customer.email or "") | Q(login=customer.login or ""))
    Code.objects.filter(subject_id__in=sign_ups.values("id")).delete()
    codes_about(customer).delete()
    sign_ups.delete()
    PasswordReset.objects.filter(customer=customer).delete()
    Address.objects.filter(customer=customer).delete()
    Session.objects.filter(customer=customer).delete()
    Customer.objects.filter(id=customer_id).update(
        login=None, email=None, phone=None, password=None, name="", telegram=None, messengers=[], allergens=[],
        preferred_contact=None, preferred_payment_method=None, time_zone="UTC", is_active=False,
        erased_at=timezone.now(),
    )  # fmt: skip
    if customer.email:
        write_security_message("account_erased", customer, address=customer.email)


def forget_in_admin_log(rows: dict[Any, list[UUID]]) -> None:
    """Staff's log of what they did keeps that they did it, under the row's id instead of the name it had."""
    for model, ids in rows.items():
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        entries.filter(object_id__in=[str(row_id) for row_id in ids]).update(object_repr=F("object_id"))
