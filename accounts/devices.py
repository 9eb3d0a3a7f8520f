"""The customer's devices: where they are signed in, and signing out there."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import NotFound

from accounts.locks import lock_customer
from accounts.models import Session
from customerbackend.callers import Caller
from customerbackend.owned import page_statement, read_page
from customerbackend.sqljson import json_object, json_text, json_time, json_value, json_word
from customerbackend.statements import in_transaction

READ_SESSIONS = page_statement(
    "read_sessions",
    table="accounts_session",
    condition="mine.ended_at IS NULL AND mine.expires_at > $2",
    item=json_object(
        id=json_word("mine.id"),
        device_name=json_text("mine.device_name"),
        network=json_text("NULLIF(mine.network, '')"),
        is_current=json_value("mine.id = $1"),
        keep_signed_in=json_value("mine.keep_signed_in"),
        created_at=json_time("mine.created_at"),
        refreshed_at=json_time("mine.refreshed_at"),
        expires_at=json_time("mine.expires_at"),
    ),
)


def read_sessions(*, caller: Caller, limit: int, cursor: str | None) -> str:
    """A page of the caller's living sessions as JSON, the newest sign-in first. Raises TokenInvalid. One statement."""
    return read_page(READ_SESSIONS, caller=caller, limit=limit, cursor=cursor)


def living_session(caller: Caller, session_id: UUID) -> "QuerySet[Session]":
    """This session, if it is one of the caller's that has not ended, as a query."""
    mine = Session.objects.filter(id=session_id, customer_id=caller.customer_id)
    return mine.filter(ended_at=None, expires_at__gt=timezone.now())


def find_session(*, caller: Caller, session_id: UUID) -> None:
    """Raise NotFound unless it is one of the caller's that has not ended."""
    if not living_session(caller, session_id).exists():
        raise NotFound()


def end_one_session(*, caller: Caller, session_id: UUID) -> None:
    """End one of the caller's sessions at once, maybe the present one. Raises NotFound."""
    if not living_session(caller, session_id).update(ended_at=timezone.now()):
        raise NotFound()


@in_transaction
def end_other_sessions(*, caller: Caller) -> None:
    """End every session of the caller but the present one. Raises TokenInvalid. Locks the customer, so that no sign-in
    that is under way escapes.
    """
    lock_customer(caller)
    others = Session.objects.filter(customer_id=caller.customer_id, ended_at=None).exclude(id=caller.session_id)
    others.update(ended_at=timezone.now())
