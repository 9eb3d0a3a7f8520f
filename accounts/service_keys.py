"""Service keys: by which the systems of kitchens, warehouses and couriers come in. Made, looked up, revoked.

A key is `cbk_` and 256 random bits. It is found by its SHA-256, which is all that is kept: what is random cannot be
guessed, so a slow hash would protect nothing, and looking up a hash tells nobody how much of a key was right.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ServiceKey
from customerbackend.callers import Service, TokenExpired, TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.statements import Statement, broken_constraint

PREFIX = "cbk_"  # lets a scanner of repositories and logs tell what it has found
FORM = re.compile(r"cbk_[A-Za-z0-9_-]{43}")
LONGEST_NAME = 100
LONGEST_DAYS = 3650
USED_EVERY_SECONDS = 60


class ServiceKeyNameTaken(Refusal):
    status_code = 409
    default_code = "service_key_name_taken"
    title = _("There is such a key")
    default_detail = _("A key of this name is in use. Revoke it first, or choose another name.")


def live_key(key_id: str, now: str) -> str:
    """SQL that selects the `id` of a service key if it lives: neither revoked nor expired.

    The arguments are SQL, parameters such as `$1` and `$2` (now). No row means 401.
    """
    return f"""
    SELECT id FROM accounts_servicekey
    WHERE id = {key_id} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > {now})"""


# When it was used is written in the same statement, and only where the minute is over: two at once write it once.
FIND_SERVICE = Statement(
    "find_service",
    "text, timestamptz",
    f"""
    WITH found AS (
        SELECT id, name, scopes, branch_ids, COALESCE(expires_at <= $2, false) AS has_expired
        FROM accounts_servicekey WHERE key_hash = $1 AND revoked_at IS NULL
    ),
    used AS (
        UPDATE accounts_servicekey AS mine SET last_used_at = $2 FROM found
        WHERE mine.id = found.id AND NOT found.has_expired
            AND (mine.last_used_at IS NULL OR mine.last_used_at <= $2 - interval '{USED_EVERY_SECONDS} seconds')
    )
    SELECT id, name, scopes, branch_ids, has_expired FROM found""",
)


def make_service_key(
    *, name: str, scopes: Collection[str], branch_ids: Iterable[UUID] = (), days: int | None = None
) -> tuple[ServiceKey, str]:
    """A new key, and its text, which nobody can be told again. Good for so many days, or until it is revoked.

    Without branches it is good for all of them. Raises ServiceKeyNameTaken.
    """
    text = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    try:
        with transaction.atomic():
            key = ServiceKey.objects.create(
                name=name,
                key_hash=hash_key(text),
                scopes=sorted(set(scopes)),
                branch_ids=sorted(set(branch_ids)),
                created_at=now,
                expires_at=None if days is None else now + timedelta(days=days),
            )
    except IntegrityError as fault:
        if broken_constraint(fault) != "service_key_name_once":
            raise
        raise ServiceKeyNameTaken() from fault
    return key, text


def hash_key(text: str) -> str:
    """What is kept of a key: SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_service(text: str) -> Service:
    """Whom the key names. Raises TokenInvalid for one that is none of ours or was revoked, TokenExpired. One statement,
    which once a minute also writes when the key was used.
    """
    row = FIND_SERVICE.row(hash_key(text), timezone.now()) if FORM.fullmatch(text) else None
    if row is None:
        raise TokenInvalid(_("This is no service key of ours, or it has been revoked."))
    key_id, name, scopes, branch_ids, has_expired = row
    if has_expired:
        raise TokenExpired(_("The service key has expired. Make a new one."))
    return Service(key_id=key_id, name=name, scopes=frozenset(scopes), branch_ids=frozenset(branch_ids))


def revoke_service_key(key_id: UUID) -> bool:
    """End a key at once: nothing that begins from now on is done under it. Whether there was one to end."""
    return bool(ServiceKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=timezone.now()))
