"""Who sends a request, as every app needs to know it; `accounts` says who that is.

Settings name the modules that know sessions and addresses as strings, so that the catalog, which stands beside
`accounts`, can ask about the session in its own statement, and where an address is, without importing them.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from customerbackend.errors import Refusal


class TokenMissing(Refusal):
    status_code = 401
    default_code = "token_missing"
    title = _("Not signed in")
    default_detail = _("Sign in, and send the access token in the Authorization header.")


class TokenExpired(Refusal):
    status_code = 401
    default_code = "token_expired"
    title = _("The access token has expired")
    default_detail = _("Refresh the session to get a new access token.")


class TokenInvalid(Refusal):
    status_code = 401
    default_code = "token_invalid"
    title = _("The token is not valid")
    default_detail = _("The session has ended or the token is not one of ours. Sign in again.")


class ScopeMissing(Refusal):
    """`scope` is what the key lacks."""

    status_code = 403
    default_code = "scope_missing"
    title = _("The key may not do this")
    default_detail = _("The service key was made for other work. Make one that has this scope.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a verified access token names. Whether the session still lives is another question."""

    session_id: UUID
    customer_id: UUID
    expires: float


@dataclass(frozen=True, slots=True)
class Service:
    """Whom a living service key names: the system of a kitchen, a warehouse or of couriers.

    It may do what its scopes say, at its branches; without any, at every branch.
    """

    key_id: UUID
    name: str
    scopes: frozenset[str]
    branch_ids: frozenset[UUID]

    def works_at(self, branch_id: UUID) -> bool:
        """Whether the branch is one of the key's."""
        return not self.branch_ids or branch_id in self.branch_ids


class Sessions(Protocol):
    """What `settings.SESSIONS` offers."""

    def live_session(self, session: str, now: str) -> str:
        """SQL that selects `customer_id` of a living session; no row means 401."""

    def check_session(self, caller: Caller) -> None:
        """Raise TokenInvalid unless the caller's session lives."""


class Addresses(Protocol):
    """What `settings.ADDRESSES` offers."""

    def locate_address(self, *, caller: Caller, address_id: UUID) -> tuple[str | None, float | None, float | None]:
        """Postal code, latitude and longitude of the caller's address. Raises TokenInvalid, and where it is unknown."""


def sessions() -> Sessions:
    """The module that knows sessions."""
    return cast(Sessions, import_module(settings.SESSIONS))


def addresses() -> Addresses:
    """The module that knows customers' addresses."""
    return cast(Addresses, import_module(settings.ADDRESSES))


def session_of(request: Request) -> UUID | None:
    """The session that the request's token names; None without a token."""
    return request.user.session_id if isinstance(request.user, Caller) else None


def require_service(request: Request) -> Service:
    """Whom the request's service key names. Raises TokenMissing."""
    if not isinstance(request.user, Service):
        raise TokenMissing(_("Send a service key in the Authorization header."))
    return request.user


def require_token(request: Request) -> Caller:
    """Whom the request's verified token names. Raises TokenMissing."""
    if not isinstance(request.user, Caller):
        raise TokenMissing()
    return request.user
