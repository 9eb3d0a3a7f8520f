"""Sessions: begun by signing in, checked on every request, refreshed, listed, ended.

Every request asks the database whether its session still lives, in one statement together with the customer's being
active; a view that runs a statement of its own has the question inside it (`live_session`).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.models import Customer, Session
from accounts.passwords import is_password
from accounts.telling import write_security_message
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.clients import counted_block, shown_network
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.statements import Statement, in_transaction
from customerbackend.throttling import count_try, forgive, give_back, giving_back, is_vouched, vouch
from customerbackend.times import rfc3339

VOUCHED = "sign_in_after_reset"
REFRESH_GRACE = timedelta(seconds=10)


class CredentialsInvalid(Refusal):
    status_code = 401
    default_code = "credentials_invalid"
    title = _("Sign-in failed")
    default_detail = _("The login or the password is not right.")


def live_session(session: str, now: str) -> str:
    """SQL that selects `customer_id` of the session if it lives: not ended, in its time, of an active customer.

    The arguments are SQL, parameters such as `$1` (the session's id) and `$2` (now). No row means 401.
    """
    return f"""
    SELECT session.customer_id
    FROM accounts_session AS session JOIN accounts_customer AS customer ON customer.id = session.customer_id
    WHERE session.id = {session} AND session.ended_at IS NULL AND session.expires_at > {now} AND customer.is_active"""


CHECK_SESSION = Statement("check_session", "uuid, timestamptz", live_session("$1", "$2"))


def check_session(caller: Caller) -> None:
    """Raise TokenInvalid unless the caller's session lives. One statement."""
    if CHECK_SESSION.row(caller.session_id, timezone.now()) is None:
        raise TokenInvalid()


def sign_in(*, login: str, password: str, keep_signed_in: bool, device_name: str, client: str) -> dict[str, Any]:
    """Begin a session of the customer with this login or email, for a client at this network address.

    Raises CredentialsInvalid, whatever was wrong, and Throttled. A try is counted before its password is hashed, and a
    password is hashed in any case, so that an unknown login costs and takes what a wrong password does.
    """
    block = counted_block(client)
    count_try("sign_in_by_address", block)
    column = "email" if "@" in login else "login"
    customer = Customer.objects.annotate(sought=Lower(column)).filter(sought=login.lower(), is_active=True).first()
    account = f"login:{login.lower()}"
    if is_vouched(VOUCHED, f"{account}@{block}"):
        account = f"{account}@{block}"
    count_try("sign_in_by_account", account)
    with giving_back(("sign_in_by_address", block), ("sign_in_by_account", account)):
        is_right = is_password(password, customer.password if customer else None)
    if not is_right:
        raise CredentialsInvalid()
    assert customer is not None
    session = begin_session(
        customer=customer, keep_signed_in=keep_signed_in, device_name=device_name, client=client, tell=True
    )
    forgive(["sign_in_by_account"], [account])
    give_back("sign_in_by_address", block)
    return session


def account_subjects(customer: Customer) -> list[str]:
    """What sign-ins of a customer are counted by: login and email apart, lest it shows that they belong together."""
    return [f"login:{name.lower()}" for name in (customer.login, customer.email) if name]


def vouch_for(customer: Customer, client: str) -> None:
    """Whoever has just reset the password signs in from there without regard to what others try on the account."""
    for subject in account_subjects(customer):
        vouch(VOUCHED, f"{subject}@{counted_block(client)}")


@in_transaction
def begin_session(
    *, customer: Customer, keep_signed_in: bool, device_name: str, client: str, tell: bool = False
) -> dict[str, Any]:
    """A new session and its first pair of tokens, as the API gives them; `tell` the customer if the device is new.

    Raises CredentialsInvalid when the customer is not the one any more whose password was checked: it was changed, or
    the account erased or switched off. Locks the customer, so that this cannot happen meanwhile.
    """
    unchanged = Customer.objects.filter(id=customer.id, is_active=True, password=customer.password)
    if unchanged.select_for_update(no_key=True).first() is None:
        raise CredentialsInvalid()
    now = timezone.now()
    session_id = new_id()
    refresh_token = tokens.make_refresh_token(session_id)
    network = shown_network(client)
    is_known = Session.objects.filter(customer=customer, device_name=device_name, network=network).exists()
    session = Session.objects.create(
        id=session_id,
        customer=customer,
        device_name=device_name,
        network=network,
        keep_signed_in=keep_signed_in,
        refresh_hash=tokens.hash_refresh_token(refresh_token),
        refreshed_at=now,
        expires_at=now + lifetime(keep_signed_in),
        created_at=now,
    )
    if tell and not is_known:
        write_security_message(
            "new_device", customer, subject_id=session_id, device_name=device_name, network=network, at=rfc3339(now)
        )
    return describe_tokens(session, refresh_token, now)


def lifetime(keep_signed_in: bool) -> timedelta:
    """How long a session lives from its last refresh."""
    return timedelta(seconds=settings.KEEP_SIGNED_IN_SECONDS if keep_signed_in else settings.SESSION_SECONDS)


def describe_tokens(session: Session, refresh_token: str, now: datetime) -> dict[str, Any]:
    """The session as the API gives it, with a new access token."""
    access_expires_at = min(now + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS), session.expires_at)
    access_expires_at = access_expires_at.replace(microsecond=0)
    return {
        "id": str(session.id),
        "access_token": tokens.make_access_token(session.id, session.customer_id, now, access_expires_at),
        "access_expires_at": rfc3339(access_expires_at),
        "refresh_token": refresh_token,
        "refresh_expires_at": rfc3339(session.expires_at),
        "token_type": "Bearer",
    }


def refresh(*, refresh_token: str, client: str) -> dict[str, Any]:
    """The session with both tokens new. Raises TokenInvalid, Throttled.

    One conditional UPDATE decides which of several parallel refreshes rotates the token; the others, and a client that
    lost the answer, get the same successor for REFRESH_GRACE. A token used again later has been stolen, from the client
    or by it: the session ends.
    """
    count_try("refresh_by_address", counted_block(client))
    session_id = tokens.read_refresh_token(refresh_token)
    count_try("refresh_by_session", str(session_id))
    used = tokens.hash_refresh_token(refresh_token)
    successor = tokens.succeed_refresh_token(refresh_token)
    now = timezone.now()
    living = Session.objects.filter(id=session_id, ended_at=None, expires_at__gt=now)
    # Conditions on the row itself and on no other table: PostgreSQL checks them again after it has waited for the row.
    living.filter(refresh_hash=used).update(
        refresh_hash=tokens.hash_refresh_token(successor),
        previous_refresh_hash=used,
        refreshed_at=now,
        network=shown_network(client),
        expires_at=Case(When(keep_signed_in=True, then=now + lifetime(True)), default=now + lifetime(False)),
    )
    session = living.filter(customer__is_active=True).first()
    if session is None:
        raise TokenInvalid()
    if session.previous_refresh_hash == used and now - session.refreshed_at <= REFRESH_GRACE:
        return describe_tokens(session, successor, now)
    end_session(session_id=session_id)
    raise TokenInvalid()


def end_session(*, session_id: UUID) -> bool:
    """End a session at once: none of its tokens works from the next request on. Whether there was one to end."""
    return bool(Session.objects.filter(id=session_id, ended_at=None).update(ended_at=timezone.now()))
