"""Session tokens: their form, and what can be told of one without asking the database.

The access token is a JWT that names the session and the customer. The refresh token is `<session>.<secret>.<seal>`: the
secret of its successor is derived from its own with our key, so that a client that lost the answer can be given the
same successor again without our storing it; the seal tells a token that we once gave out from an invented one.
"""

import hashlib
import hmac
import secrets
import threading
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken
from rest_framework_simplejwt.state import token_backend

from customerbackend.callers import Caller, TokenExpired, TokenInvalid
from customerbackend.ids import new_id

ACCESS = "access"
REMEMBERED_TOKENS = 20_000


def make_access_token(session_id: UUID, customer_id: UUID, issued_at: datetime, expires_at: datetime) -> str:
    """A signed access token of the session, good until `expires_at`."""
    return token_backend.encode(
        {
            "token_type": ACCESS,
            "sid": str(session_id),
            "sub": str(customer_id),
            "jti": new_id().hex,
            "iat": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
    )


class _Remembered:
    """Tokens whose signature has been verified: the same text needs no second verification until it expires."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callers: dict[str, Caller] = {}

    def get(self, token: str) -> Caller | None:
        return self._callers.get(token)

    def put(self, token: str, caller: Caller) -> None:
        with self._lock:
            if len(self._callers) >= REMEMBERED_TOKENS:
                self._callers = {}
            self._callers[token] = caller


_remembered = _Remembered()


def read_access_token(token: str) -> Caller:
    """Whom the token names, its signature, audience and times verified. Raises TokenExpired, TokenInvalid."""
    caller = _remembered.get(token)
    if caller is None:
        try:
            caller = _caller_of(token_backend.decode(token))  # type: ignore[arg-type]
        except TokenBackendExpiredToken as fault:
            raise TokenExpired() from fault
        except (TokenBackendError, KeyError, TypeError, ValueError) as fault:
            raise TokenInvalid() from fault
        _remembered.put(token, caller)
    if caller.expires <= time.time():
        raise TokenExpired()
    return caller


def _caller_of(claims: dict[str, Any]) -> Caller:
    if claims["token_type"] != ACCESS:
        raise ValueError("not an access token")
    return Caller(session_id=UUID(claims["sid"]), customer_id=UUID(claims["sub"]), expires=float(claims["exp"]))


def _keyed(purpose: str, text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def _sealed(session_id: UUID, secret: str) -> str:
    body = f"{session_id.hex}.{secret}"
    return f"{body}.{_keyed('refresh-seal', body)[:32]}"


def make_refresh_token(session_id: UUID) -> str:
    """The first refresh token of a session."""
    return _sealed(session_id, secrets.token_hex(32))


def succeed_refresh_token(token: str) -> str:
    """The one successor of a refresh token that `read_refresh_token` has accepted; always the same."""
    session, secret, _seal = token.split(".")
    return _sealed(UUID(session), _keyed("refresh-successor", secret))


def read_refresh_token(token: str) -> UUID:
    """The session whose token this is or once was. Raises TokenInvalid for what we never gave out."""
    body, _dot, seal = token.rpartition(".")
    if not hmac.compare_digest(_keyed("refresh-seal", body)[:32].encode(), seal.encode("utf-8", "replace")):
        raise TokenInvalid()
    return UUID(body.partition(".")[0])


def hash_refresh_token(token: str) -> str:
    """What is stored of a refresh token. It holds 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
