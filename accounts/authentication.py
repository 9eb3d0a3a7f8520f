"""The session token of a request, as the REST framework asks for it; see `customerbackend.views`."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.sessions import check_session
from accounts.tokens import read_access_token
from customerbackend.callers import Caller, TokenInvalid, require_token


class TokenAuthentication(BaseAuthentication):
    """Verifies the access token: signature, audience, times. Asks the database nothing; `SessionLives` does."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _space, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenInvalid()
        return read_access_token(token.strip()), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionLives(BasePermission):
    """The default of every view: there is a token, and the session that it names lives. One statement."""

    def has_permission(self, request: Request, view: Any) -> bool:
        check_session(require_token(request))
        return True
