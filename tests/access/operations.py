"""Every operation of the OpenAPI schema, ready to be called: a new endpoint is walked over by itself."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from django.db import transaction

from customerbackend.documentation import openapi_document
from customerbackend.ids import new_id
from tests.clients import Answer, Api

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Token(Enum):
    """What the schema's `security` says of an operation. Those for services take no customer's token."""

    REQUIRED = (("sessionToken",),)
    OPTIONAL = (("sessionToken",), ())
    IGNORED = ((),)
    SERVICE_KEY = (("serviceKey",),)


@dataclass(frozen=True, eq=False)
class Operation:
    """A method of a path. `path` has its ids in braces; `is_promised`: the schema has it, the path has the method."""

    method: str
    path: str
    token: Token
    is_promised: bool
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def ids(self) -> list[str]:
        """The names of the ids in the path."""
        return re.findall(r"{(\w+)}", self.path)

    def call(
        self, api: Api, query: str = "", body: Any = None, headers: dict[str, str] | None = None, **ids: str
    ) -> Answer:
        """Call it with these ids in the path; for the others, with such that never existed."""
        made_up = {name: str(new_id()) for name in self.ids}
        path = self.path.format(**{**made_up, **ids})
        return api.call(self.method, f"{path}?{query}" if query else path, body, **(headers or {}))


def told(answer: Answer) -> tuple[Any, ...]:
    """All that an answer tells, but for what is of its request alone."""
    request_id = answer.headers["X-Request-Id"]
    headers = {name: value for name, value in answer.headers.items() if value != request_id}
    return answer.status, answer.text.replace(request_id, "…"), headers


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is undone. The transaction is the test's: within it the product can begin one of its own."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@cache
def schema() -> dict[str, Any]:
    return json.loads(openapi_document("en"))


@cache
def promises() -> dict[str, Any]:
    """What the schema says of each operation."""
    paths = schema()["paths"]
    return {f"{method.upper()} {path}": paths[path][method] for path in paths for method in paths[path]}


@cache
def operations() -> list[Operation]:
    """What the schema promises."""
    found = []
    for name, promised in promises().items():
        method, _space, path = name.partition(" ")
        token = Token(tuple(tuple(scheme) for scheme in promised["security"]))
        wanted = body_schema(name)
        body = BODIES.get(name) or (sample(wanted) if wanted else {})
        found.append(Operation(method, path, token, is_promised=True, body=body))
    return found


def body_schema(name: str) -> Any:
    """The JSON schema of an operation's body; None where it takes none."""
    return promises()[name].get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


def resolve(wanted: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema itself where this only names it."""
    name = wanted.get("$ref", "").rpartition("/")[2]
    return schema()["components"]["schemas"][name] if name else wanted


@cache
def every_method() -> list[Operation]:
    """What the schema promises, and beside it every method that its paths do not have.

    Of these it says nothing. They need a token where all that the path has needs one.
    """
    found = list(operations())
    for path in schema()["paths"]:
        tokens = {operation.method: operation.token for operation in operations() if operation.path == path}
        [token, *others] = set(tokens.values())
        token = Token.OPTIONAL if others else token
        found += [Operation(method, path, token, is_promised=False) for method in METHODS if method not in tokens]
    return found


# --- Bodies made from the schema ----------------------------------------------------------------------------------

# Where not all fields go with each other.
BODIES = {"POST /api/v1/orders/{order_id}/payments": {"method": "card", "save_card": True}}

TEXTS = ["texts", "000000", "someone@example.com", "2030-01-01T00:00:00Z", "https://example.com/"]


def sample(wanted: dict[str, Any]) -> Any:
    """A value that fits the JSON schema: of an object what is required, or all where nothing is."""
    wanted = resolve(wanted)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in wanted:
            return sample(wanted[choice][0])
    for values in ("examples", "enum"):
        if values in wanted:
            return wanted[values][0]
    kinds = wanted["type"]
    return MADE[kinds[0] if isinstance(kinds, list) else kinds](wanted)


def text(wanted: dict[str, Any]) -> str:
    """A text of its format or pattern."""
    if wanted.get("format") == "uuid":
        return str(new_id())
    starts = {"email": "someone@", "date-time": "2030", "uri": "https"}.get(wanted.get("format", ""), "")
    return next(each for each in TEXTS if each.startswith(starts) and re.search(wanted.get("pattern", ""), each))


def members(wanted: dict[str, Any]) -> dict[str, Any]:
    """The members of an object that are required, or all where none is."""
    known = wanted.get("properties", {})
    return {name: sample(known[name]) for name in wanted.get("required", known)}


MADE = {
    "object": members,
    "array": lambda wanted: [sample(wanted["items"])],
    "string": text,
    "integer": lambda wanted: wanted.get("minimum", 1),
    "number": lambda wanted: wanted.get("minimum", 1),
    "boolean": lambda wanted: True,
}
