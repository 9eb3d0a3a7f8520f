"""What Stripe answers when it will not: status, type, code, param, in the form of its error object.

https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes
"""

from typing import Any


class Refused(Exception):
    """A request that is answered with an error. `form`: its form was wrong, and nothing began to execute."""

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        form: bool = False,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.form = form
        self.headers = headers or {}
        self.error: dict[str, Any] = {"type": type, "message": message}
        if code:
            self.error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        if param:
            self.error["param"] = param
        self.error |= more

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def invalid(message: str, *, param: str | None = None, code: str | None = None, **more: Any) -> Refused:
    """What cannot be done so."""
    return Refused(400, "invalid_request_error", message, param=param, code=code, **more)


def malformed(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> Refused:
    """What is wrong before it is looked at any closer: ours never send such a thing."""
    return Refused(status, "invalid_request_error", message, param=param, code=code, form=True)


def missing(what: str, id: str, *, param: str = "id", in_path: bool = False) -> Refused:
    """Nothing with this id: 404 if the id is the address, 400 if it is a parameter."""
    return Refused(
        404 if in_path else 400,
        "invalid_request_error",
        f"No such {what}: '{id}'",
        code="resource_missing",
        param="intent" if in_path and what in ("payment_intent", "setupintent") else param,
    )
