"""Errors as the API gives them: RFC 9457 problem JSON, whatever went wrong and wherever.

A rule that is broken raises a `Refusal`. This module only turns it, and everything that Django and the REST framework
raise, into the one form, and shows the page that explains the codes.
"""

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure as csrf_page
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer

from customerbackend.errors import InvalidParameter, Refusal, ServiceUnavailable, Unreadable

logger = logging.getLogger("customerbackend.errors")

CONTENT_TYPE = "application/problem+json"

# Codes and titles of what Django and the REST framework raise themselves.
FRAMEWORK_CODES = {"invalid": "invalid_request", "parse_error": "invalid_json", "error": "internal_error"}
TITLES: dict[str, str | Promise] = {
    "invalid_request": _("The request is not valid"),
    "invalid_json": _("The body is not valid JSON"),
    "internal_error": _("Internal error"),
    "not_found": _("Not found"),
    "method_not_allowed": _("Method not allowed"),
    "unsupported_media_type": _("Unsupported media type"),
    "throttled": _("Too many requests"),
    "permission_denied": _("Permission denied"),
    "bad_request": Unreadable.title,
}
DETAILS: dict[str, str | Promise] = {
    "invalid_request": _("What is wrong stands in “errors”."),
    "internal_error": _("Something went wrong on our side. Please quote the request id when you report it."),
    "not_found": _("There is nothing here, or it is not yours."),
    "permission_denied": _("You are not allowed to do this."),
    "bad_request": Unreadable.default_detail,
}


def problem_document(
    *, status: int, code: str, title: str | Promise, detail: str | Promise, request_id: str | None, **fields: Any
) -> dict[str, Any]:
    """The RFC 9457 document with our members: `code`, `errors` (may be empty), `request_id` and the error's data."""
    return {
        "type": f"{settings.PUBLIC_URL}/problems#{code}",
        "title": force_str(title),
        "status": status,
        "detail": force_str(detail),
        "code": code,
        "errors": fields.pop("errors", []),
        "request_id": request_id,
        **fields,
    }


def describe(fault: exceptions.APIException, request_id: str | None) -> dict[str, Any]:
    """The problem document of an exception of ours or of the REST framework."""
    if isinstance(fault, Refusal):
        return problem_document(
            status=fault.status_code,
            code=fault.default_code,
            title=fault.title,
            detail=force_str(fault.detail),
            request_id=request_id,
            **fault.data,
        )
    if isinstance(fault, exceptions.ValidationError):
        return problem_document(
            status=fault.status_code,
            code="invalid_request",
            title=TITLES["invalid_request"],
            detail=DETAILS["invalid_request"],
            request_id=request_id,
            errors=describe_fields(fault),
        )
    code = FRAMEWORK_CODES.get(fault.default_code, fault.default_code)
    return problem_document(
        status=fault.status_code,
        code=code,
        title=TITLES.get(code, code),
        detail=DETAILS.get(code, force_str(fault.detail)),
        request_id=request_id,
    )


def describe_fields(fault: exceptions.ValidationError) -> list[dict[str, str]]:
    """Each field's error with a JSON pointer (RFC 6901) into the body, or the query parameter's name."""
    described = []
    for error in flatten_errors(fault.detail):
        name = f"/{error.attr or ''}".removesuffix("/non_field_errors").removeprefix("/")
        where = {"parameter": name} if isinstance(fault, InvalidParameter) else {"pointer": f"/{name}" if name else ""}
        described.append({**where, "code": error.code, "detail": error.detail})
    return described


class ProblemHandler(ExceptionHandler):
    """Turns whatever a view raised into a problem document; what is nobody's refusal becomes a 500, logged once."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, OperationalError | InterfaceError):
            logger.error("database unavailable", exc_info=exc, extra={"request_id": self.request_id})
            return ServiceUnavailable()
        if isinstance(exc, SuspiciousOperation):
            return Unreadable()
        return super().convert_known_exceptions(exc)

    @property
    def request_id(self) -> str | None:
        request = self.context["request"]
        return getattr(getattr(request, "_request", request), "request_id", None)

    def format_exception(self, exc: exceptions.APIException) -> dict[str, Any]:
        return describe(exc, self.request_id)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> HttpResponse:  # type: ignore[override]
        headers = self.get_headers(exc)
        if exc.status_code == 401:
            headers["WWW-Authenticate"] = "Bearer"
        response = write_problem(data, **headers)
        if exc is not self.exc and exc.status_code == 500:
            logger.error("unhandled fault", exc_info=self.exc, extra={"request_id": self.request_id})
        # Django logs what comes back with a status above 399 unless told that this was done.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    def report_exception(self, exc: exceptions.APIException, response: HttpResponse) -> None:
        """Nothing more: the fault has been logged with its request id."""


def write_problem(document: dict[str, Any], **headers: str) -> HttpResponse:
    """The answer with this document. Always JSON, also where a view's own answers are something else."""
    body = JSONRenderer().render(document)
    return HttpResponse(body, status=document["status"], content_type=CONTENT_TYPE, headers=headers)


def problem_response(request: HttpRequest, status: int, code: str) -> HttpResponse:
    """A problem document for what never reaches a view of the API: unmatched URLs, refused hosts, faults outside."""
    document = problem_document(
        status=status,
        code=code,
        title=TITLES[code],
        detail=DETAILS[code],
        request_id=getattr(request, "request_id", None),
    )
    return write_problem(document)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`."""
    return problem_response(request, 400, "bad_request")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    return problem_response(request, 403, "permission_denied")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: staff get a page that explains it, everybody else a problem."""
    if request.path_info.startswith("/admin"):
        return csrf_page(request, reason)
    return problem_response(request, 403, "permission_denied")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`."""
    return problem_response(request, 404, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`; Django has logged the fault."""
    return problem_response(request, 500, "internal_error")


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal that there is."""
    for child in kind.__subclasses__():
        yield child
        yield from refusals(child)


def problems(request: HttpRequest) -> HttpResponse:
    """Every code, by status and name."""
    known = {
        refusal.default_code: (refusal.status_code, refusal.default_code, refusal.title, refusal.default_detail)
        for refusal in refusals()
    }
    framework = {
        "invalid_request": 400, "invalid_json": 400, "permission_denied": 403, "not_found": 404,
        "method_not_allowed": 405, "unsupported_media_type": 415, "internal_error": 500,
    }  # fmt: skip
    for code, status in framework.items():
        known.setdefault(code, (status, code, TITLES[code], DETAILS.get(code, "")))
    rows = sorted(known.values(), key=lambda row: row[:2])
    return render(request, "customerbackend/problems.html", {"rows": rows})
