"""What every request passes, and what only the admin's pages do.

The API carries its own credentials and needs no cookie: sessions, messages and the rest stand aside for it, because
each layer costs every request.
"""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from customerbackend.ids import new_id
from customerbackend.languages import language_from_header

logger = logging.getLogger("customerbackend.requests")

WELL_FORMED_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
QUIET_ROUTES = {"healthz", "readyz"}


class RequestMiddleware:
    """Gives the request its id and its language, and writes one log line when it has been answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if WELL_FORMED_REQUEST_ID.fullmatch(given) else str(new_id())
        request.request_id = request_id  # type: ignore[attr-defined]
        translation.activate(language_from_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
        try:
            response = self.get_response(request)
        finally:
            translation.deactivate()
        response.headers["X-Request-Id"] = request_id
        match = request.resolver_match
        route = match.route if match else None
        if route not in QUIET_ROUTES:
            logger.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": request.method,
                    "route": route,
                    "status": response.status_code,
                    "duration_ms": round((time.perf_counter() - started) * 1000, 1),
                },
            )
        return response


class HostMiddleware:
    """Refuses a request whose Host header is none of ours, but for the probes of whoever runs us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in ("/healthz", "/readyz"):
            request.get_host()  # raises DisallowedHost, which Django answers by handler400
        return self.get_response(request)


class OnlyUnderAdmin:
    """Mixin: the middleware it is mixed into acts on the admin's pages and lets all others pass."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/admin"):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]


class AdminSessionMiddleware(OnlyUnderAdmin, SessionMiddleware):
    pass


class AdminLocaleMiddleware(OnlyUnderAdmin, LocaleMiddleware):
    pass


class AdminAuthenticationMiddleware(OnlyUnderAdmin, AuthenticationMiddleware):
    pass


class AdminMessageMiddleware(OnlyUnderAdmin, MessageMiddleware):
    pass


class PageSecurityPolicyMiddleware(CSPMiddleware):
    """Content-Security-Policy: strict everywhere, with what Alpine.js in the admin's pages needs under /admin."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/api/v1/") and not request.path_info.endswith(".html"):
            return self.get_response(request)  # JSON is not a document
        return super().__call__(request)

    def get_policy_parts(self, request: HttpRequest, response: Any, report_only: bool = False) -> Any:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin") and not report_only:
            parts.update = {"script-src": ["'unsafe-inline'", "'unsafe-eval'"]}
        return parts
