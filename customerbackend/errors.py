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


def pointer_part(name: str) -> str:
    """A name as it stands in a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class InvalidRequest(exceptions.ValidationError):
    """400: the body is not of the form that the schema promises to take; `errors` points into the body.

    Names that the client chose are given as `pointer_part` writes them.
    """


class InvalidParameter(exceptions.ValidationError):
    """400: a query parameter is unknown, repeated or not of its form; `errors` names the parameter."""


class Unreadable(Refusal):
    """400: not even a request that the API could look into (a thousand parameters, for example)."""

    status_code = 400
    default_code = "bad_request"
    title = _("The request is not valid")
    default_detail = _("The request could not be read.")


class PayloadTooLarge(Refusal):
    status_code = 413
    default_code = "payload_too_large"
    title = _("The request is too large")
    default_detail = _("A request body may hold at most 128 kilobytes.")


class ServiceUnavailable(Refusal):
    """503: the database cannot be reached or is too busy at the moment.

    Where it went away while a change was being committed, nobody knows whether it was: hence the advice.
    """

    status_code = 503
    default_code = "temporarily_unavailable"
    title = _("Temporarily unavailable")
    default_detail = _(
        "The service cannot answer at the moment. Please try again, an order or a cancellation with its same key."
    )
    wait = 2
