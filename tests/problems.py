"""What every refusal looks like."""

from typing import Any
from uuid import UUID

from tests.clients import Answer

MEMBERS = ["type", "title", "status", "detail", "code", "errors", "request_id"]


def assert_problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, whole in its form. Its document is returned."""
    assert (answer.status, answer.code) == (status, code), answer.text
    document: dict[str, Any] = answer.json
    assert list(document)[:7] == MEMBERS
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert document["type"] == f"http://testserver/problems#{code}"
    assert document["status"] == status
    assert document["title"] and document["detail"]
    assert isinstance(document["title"], str) and isinstance(document["detail"], str)
    assert document["request_id"] == answer.headers["X-Request-Id"]
    return document


def assert_invalid(answer: Answer, *errors: tuple[str, str]) -> None:
    """400 whose errors are exactly these, as (where, code); where is a pointer, or `?` and a parameter's name."""
    document = assert_problem(answer, 400, "invalid_request")
    found = [
        (error["pointer"] if "pointer" in error else f"?{error['parameter']}", error["code"])
        for error in document["errors"]
    ]
    assert sorted(found) == sorted(errors)
    for error in document["errors"]:
        assert error["detail"]
        assert error.keys() in ({"pointer", "code", "detail"}, {"parameter", "code", "detail"})


def is_version_7(text: str) -> bool:
    return UUID(text).version == 7
