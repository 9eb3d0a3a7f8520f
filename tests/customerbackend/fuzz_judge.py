"""What the fuzz demands of every answer: that it is one of those which the OpenAPI schema promises."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from schemathesis.core import NOT_SET
from schemathesis.core.failures import ServerError
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario, coverage_scenario
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.utils import parameter_types, sent_text_is_valid

from tests.problems import MEMBERS

JUDGED = (ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.BODY)
PLAIN = {"boolean", "integer", "number", "string"}


def is_no_fault(_context: Any, response: Any, case: Any) -> None:
    if response.status_code >= 500:
        raise ServerError(operation=case.operation.label, status_code=response.status_code)


def has_its_form(_context: Any, response: Any, case: Any) -> None:
    """Every answer has its request id, and above 399 it is a problem document that says its own status."""
    assert response.headers.get("x-request-id"), "The answer has no X-Request-Id."
    if response.status_code < 400:
        return
    assert response.headers.get("content-type") == ["application/problem+json"], "The refusal is no problem document."
    if case.method != "HEAD":
        document = response.json()
        assert document.keys() >= set(MEMBERS), f"The problem document has only {sorted(document)}."
        assert document["status"] == response.status_code, "The problem document says another status."
    if response.status_code == 429:
        assert response.headers["retry-after"][0].isdecimal(), "Retry-After is no number of seconds."


def is_refused_if_bad(context: Any, response: Any, case: Any) -> None:
    """A path, query or body that the schema does not allow is refused. Headers that nobody knows are anybody's."""
    sent = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
    known = {parameter.name: parameter for parameter in case.operation.query}
    if any(name not in known or len(values) > 1 for name, values in sent.items()):
        assert response.status_code >= 400, "A parameter is taken that is unknown or repeated."
    bad = {place for place in JUDGED if case.meta.is_negative_at(place)}
    if all(may_be_meant(known[name], text) for name, [text, *_] in sent.items() if name in known):
        bad.discard(ParameterLocation.QUERY)
    if may_be_taken(case):
        bad.discard(ParameterLocation.BODY)
    if bad:
        checks.negative_data_rejection(context, response, case)


def is_refused_if_bare(_context: Any, response: Any, case: Any) -> None:
    """Without a header that is required, nothing is done."""
    required = {header.name for header in case.operation.headers if header.is_required}
    missing = sorted(name for name in required if name not in response.request.headers)
    assert response.status_code >= 400 or not missing, f"It is done without {', '.join(missing)}."


def may_be_meant(parameter: Any, text: str) -> bool:
    """Whether a query parameter's text is of its form."""
    return sent_text_is_valid(text, parameter.get_validator().is_valid, parameter_types(parameter.validation_schema))


def may_be_taken(case: Any) -> bool:
    """Whether a body differs from what the schema allows only in that a plain value is written as another type."""
    if case.body is NOT_SET:
        return not any(body.is_required for body in case.operation.body)
    if isinstance(case.body, bytes):
        return False
    shape = case.operation.get_body_for_media_type(case.media_type).optimized_schema
    return case.operation.schema.adapter.jsonschema_validator_cls(leniently(shape)).is_valid(case.body)


def leniently(shape: Any) -> Any:
    """The same shape, in which texts, numbers and booleans may be written as each other, and ids in any way."""
    if isinstance(shape, list):
        return [leniently(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    lenient = {name: leniently(part) for name, part in shape.items() if name != "format"}
    types = [lenient["type"]] if isinstance(lenient.get("type"), str) else lenient.get("type")
    if isinstance(types, list) and PLAIN & {*types}:
        lenient["type"] = sorted(PLAIN | {*types})
    return lenient


def is_not_allowed(_context: Any, response: Any, case: Any) -> None:
    """A method that the schema does not know is refused, and which there are is said."""
    if coverage_scenario(case) == CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        assert response.status_code in (401, 404, 405, 429), f"{case.method} is answered."
    if response.status_code == 405:
        assert response.headers.get("allow"), "The answer does not say which methods there are."


CHECKS = [
    is_no_fault,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    is_refused_if_bare,
    has_its_form,
    is_refused_if_bad,
    is_not_allowed,
]
