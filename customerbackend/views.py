"""How views of the API answer.

Every request's session is looked up in the database. A view is safe by default: the look-up runs before its handler. A
view that asks inside its own statement derives from `SessionInStatement`, and what it refuses before that statement is
answered only after the session has been checked all the same.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseBase
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from customerbackend.callers import Caller, Service, require_token, sessions
from customerbackend.throttling import (
    count_request_by_address,
    count_request_by_service_key,
    count_request_by_session,
)


class ApiView(APIView):
    """A view of the API. Its session is checked before the handler runs (see DEFAULT_PERMISSION_CLASSES).

    A request is judged in the order 401, 404, 400, 422: before a fault in the request is answered, `judge_first` gets
    the chance to find that the caller is not signed in, or that the object is not there for them. OPTIONS says nothing
    of an API that has a schema: it is a method like any other that is not there.
    """

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def perform_authentication(self, request: Request) -> None:
        """Verify the token, if one came; every request is counted, by client address before and by session or service
        key after.
        """
        count_request_by_address(request)
        super().perform_authentication(request)
        if isinstance(request.user, Caller):
            count_request_by_session(request.user.session_id)
        elif isinstance(request.user, Service):
            count_request_by_service_key(request.user.key_id)

    def judge_first(self, request: Request, **kwargs: Any) -> None:
        """Raise what comes before 400. Views that check their session or object in their own statement say how."""

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, SuspiciousOperation) or getattr(exc, "status_code", 0) in (400, 405, 413, 415, 422):
            try:
                self.judge_first(self.request, **self.kwargs)
            except Exception as earlier:
                exc = earlier
        return super().handle_exception(exc)


class HasToken(BasePermission):
    """There is a token; whether its session lives is asked by the view's own statement."""

    def has_permission(self, request: Request, view: Any) -> bool:
        require_token(request)
        return True


class SessionInStatement(ApiView):
    """A view whose own statement checks the session: no row from it means TokenInvalid."""

    permission_classes: Sequence[Any] = (HasToken,)

    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            sessions().check_session(request.user)


class OptionalSessionInStatement(SessionInStatement):
    """The same for what can be read without a token too; a bad one is still 401."""

    permission_classes = (AllowAny,)


def json_response(body: str | bytes, status: int = 200, **headers: str) -> HttpResponse:
    """JSON text, made by PostgreSQL or kept ready, as a response. Header names are given with `_` for `-`."""
    response = HttpResponse(body, status=status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def wanted_tags(request: Request) -> list[str]:
    """The entity tags in If-None-Match, without weakness marks and quotes (RFC 9110, 13.1.2: weak comparison)."""
    header = request.META.get("HTTP_IF_NONE_MATCH", "")
    tags = [part.strip().removeprefix("W/").strip('"') for part in header.split(",")]
    return [tag for tag in tags if tag and "\x00" not in tag]


def tagged_response(tag: str, body: str | bytes | None, cache: str = "private, no-cache") -> HttpResponseBase:
    """The answer under its strong ETag; without a body, 304."""
    response = HttpResponse(status=304) if body is None else json_response(body)
    if body is None:
        del response.headers["Content-Type"]
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = cache
    return response
