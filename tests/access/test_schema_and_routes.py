"""The schema that the walks go by is all that there is: no route and no method is missing from it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.access.operations import body_schema, operations, schema

pytestmark = pytest.mark.django_db

METHODS = ["get", "post", "put", "patch", "delete"]


def routes(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Path (ids in braces) and view of every route, however deep."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        else:
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), pattern.callback


def test_every_method_of_every_route_of_the_api_is_in_the_schema():
    served = {
        f"{method.upper()} {path}"
        for path, view in routes(get_resolver())
        for method in METHODS
        if path.startswith("/api/v1/") and hasattr(view.cls, method)
    }

    assert {str(operation) for operation in operations()} == served - {"GET /api/v1/schema"}


def test_the_bodies_made_from_the_schema_fit_it():
    components = {"components": schema()["components"]}
    with_body = [operation for operation in operations() if body_schema(str(operation))]
    assert "POST /api/v1/orders" in map(str, with_body)
    for operation in with_body:
        Draft202012Validator({**body_schema(str(operation)), **components}).validate(operation.body)
