"""Of every id that the API takes it is said whose it is: what the tests do not know, no walk would reach."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.belongings import ELSEWHERE, NOBODYS, OWNED
from tests.access.operations import operations, promises, resolve

pytestmark = pytest.mark.django_db


def ids_in(wanted: dict[str, Any]) -> Iterator[str]:
    """The names of the ids in a JSON schema, however deep."""
    wanted = resolve(wanted)
    for name, part in wanted.get("properties", {}).items():
        if name.endswith(("_id", "_ids")) or part.get("format") == "uuid":
            yield name
        yield from ids_in(part)
    parts = [wanted["items"]] if "items" in wanted else []
    for part in parts + [part for kind in ("oneOf", "anyOf", "allOf") for part in wanted.get(kind, [])]:
        yield from ids_in(part)


def ids_elsewhere() -> Iterator[tuple[str, str]]:
    """Operation and name of every id in a query or a body."""
    for name, promised in promises().items():
        query = {
            parameter["name"]: parameter["schema"]
            for parameter in promised.get("parameters", [])
            if parameter["in"] == "query"
        }
        yield from ((name, id) for id in ids_in({"properties": query}))
        for content in promised.get("requestBody", {}).get("content", {}).values():
            yield from ((name, id) for id in ids_in(content["schema"]))


def test_of_every_id_in_a_path_it_is_said_whose_it_is():
    said = OWNED.keys() | NOBODYS.keys()
    unsaid = [f"{name} of {operation}" for operation in operations() for name in operation.ids if name not in said]
    assert unsaid == [], "Say in tests/access/belongings.py whose these are."


def test_every_id_in_a_query_or_body_is_nobodys_or_tried_by_bob():
    owned = {(operation, name) for operation, name in ids_elsewhere() if name not in NOBODYS}
    assert owned == ELSEWHERE.keys(), "Say in tests/access/belongings.py whose these are."


def test_nothing_is_both_and_nothing_is_said_of_what_there_is_not():
    assert OWNED.keys() & NOBODYS.keys() == set()
    taken = {name for operation in operations() for name in operation.ids} | {name for _, name in ids_elsewhere()}
    assert (OWNED.keys() | NOBODYS.keys()) - taken == set()
