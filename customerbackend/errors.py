"""Refusals: what is raised where a rule is broken. `customerbackend.problems` turns them into answers."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions


class Refusal(exceptions.APIException):
    """A refusal with a code that clients branch on. Keyword arguments become fields of the problem document."""

    status_code: int = 409
    default_code: str
    title: str | Promise
    default_detail: Any

    def __init__(self, detail: Any = None, **data: Any) -> None:
        super().__init__(detail)
        self.data = data


class InvalidRequest(exceptions.ValidationError):
    """400: the body is not of the form that the schema promises to take; `errors` points into the body."""


class InvalidParameter(exceptions.ValidationError):
    """400: a query parameter is unknown, repeated or not of its form; `errors` names the parameter."""


class PayloadTooLarge(Refusal):
    status_code = 413
    default_code = "payload_too_large"
    title = _("The request is too large")
    default_detail = _("A request body may hold at most one megabyte.")


class ServiceUnavailable(Refusal):
    """503: the database cannot be reached or is too busy at the moment. Nothing has been changed."""

    status_code = 503
    default_code = "temporarily_unavailable"
    title = _("Temporarily unavailable")
    default_detail = _("The service cannot answer at the moment. Nothing has been changed; please try again.")
    wait = 2
