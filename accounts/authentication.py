"""The token or key of a request, as the REST framework asks for it; see `customerbackend.views`."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.service_keys import find_service
from accounts.sessions import check_session
from accounts.tokens import read_access_token
from customerbackend.callers import Caller, ScopeMissing, Service, TokenInvalid, require_service, require_token


def read_bearer(request: Request) -> str | None:
    """What the Authorization header bears; None without one. Raises TokenInvalid for any other header."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None:
        return None
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenInvalid()
    return str(token.strip())


class TokenAuthentication(BaseAuthentication):
    """Verifies the access token: signature, audience, times. Asks the database nothing; `SessionLives` does."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        token = read_bearer(request)
        return None if token is None else (read_access_token(token), None)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ServiceKeyAuthentication(BaseAuthentication):
    """Looks the service key up. A customer's token is none."""

    def authenticate(self, request: Request) -> tuple[Service, None] | None:
        key = read_bearer(request)
        return None if key is None else (find_service(key), None)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionLives(BasePermission):
    """The default of every view: there is a token, and the session that it names lives. One statement."""

    def has_permission(self, request: Request, view: Any) -> bool:
        check_session(require_token(request))
        return True


class KeyHasScope(BasePermission):
    """There is a service key, and the view's `scope` is one of its own."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.scope not in require_service(request).scopes:
            raise ScopeMissing(scope=view.scope)
        return True
