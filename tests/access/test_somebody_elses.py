"""What is Alice's is not there for Bob: on every path, with every method, in the same words as what never was."""

from collections.abc import Iterator
from itertools import chain, product
from typing import Any
from uuid import uuid4

import pytest

from customerbackend.ids import new_id
from tests.access.belongings import ELSEWHERE, OWNED
from tests.access.operations import Operation, Token, every_method, operations, told, undone
from tests.clients import Answer
from tests.factories import order_body
from tests.orders.steps import contents

Ids = dict[str, str]
Belongings = dict[str, list[str]]


@pytest.fixture
def hers(alice, soup) -> Belongings:
    """The ids of Alice's objects, by what the API calls them."""
    return {name: make(alice) for name, make in OWNED.items()}


@pytest.fixture
def his(bob, soup) -> Belongings:
    return {name: make(bob) for name, make in OWNED.items()}


def of_somebody(every: list[Operation]) -> list[Operation]:
    """Those whose path names an object that has an owner, and that customers may call."""
    for_customers = [operation for operation in every if operation.token is not Token.SERVICE_KEY]
    return [operation for operation in for_customers if OWNED.keys() & set(operation.ids)]


def ways_to_reach(operation: Operation, hers: Belongings, his: Belongings) -> Iterator[tuple[Ids, Ids]]:
    """Ids for the path, at least one of them Alice's, the others Bob's; and the same ids without hers."""
    owned = [name for name in operation.ids if name in OWNED]
    for ids in product(*(hers[name] + his[name] for name in owned)):
        reaching = dict(zip(owned, ids, strict=True))
        without = {name: id for name, id in reaching.items() if id in his[name]}
        if without != reaching:
            yield reaching, without


def requests(operation: Operation, tag: str) -> dict[str, dict[str, Any]]:
    """What Bob sends, by what is special about it. `tag` is that of Alice's object."""
    bodies = {
        "no body": None,
        "an empty object": {},
        "nonsense": {"nonsense": ["nonsense"]},
        "broken JSON": "{broken",
        "a fitting body": operation.body,
    }
    if not operation.is_promised:
        bodies = {name: bodies[name] for name in ("an empty object", "broken JSON")}
    found: dict[str, dict[str, Any]] = {}
    for name, body in bodies.items():
        found[name] = {"body": body}
        found[f"{name}, with a key"] = {"body": body, "headers": {"idempotency_key": str(uuid4())}}
    if operation.is_promised:
        found |= {
            "a key used for something else": {"body": operation.body, "headers": {"idempotency_key": "used"}},
            "an empty key": {"body": operation.body, "headers": {"idempotency_key": ""}},
            "a nonsensical query": {"body": operation.body, "query": "nonsense=1&nonsense=2"},
            "another type of content": {"body": "text", "headers": {"content_type": "text/plain"}},
            "her tag": {"body": operation.body, "headers": {"if_none_match": tag}},
            "any tag": {"body": operation.body, "headers": {"if_none_match": "*"}},
        }
    return found


def is_not_found(answer: Answer) -> bool:
    """404; with HEAD there is no more to see."""
    return answer.status == 404 and (not answer.text or answer.code == "not_found")


def test_there_are_such_operations():
    assert len(of_somebody(operations())) >= 8
    assert len(of_somebody(every_method())) >= 5 * 7


def test_bob_is_told_of_what_is_alices_what_he_is_told_of_what_never_was(alice, bob, hers, his, soup):
    assert bob.place(order_body(soup, total=1200), key="used").status == 201
    before, faults = contents(), []
    for operation in of_somebody(every_method()):
        for reaching, without in ways_to_reach(operation, hers, his):
            tag = alice.get(operation.path.format(**reaching)).headers.get("ETag", "*")
            for name, request in requests(operation, tag).items():
                answer = operation.call(bob, **request, **reaching)
                nobodys = operation.call(bob, **request, **without)
                if not is_not_found(answer) or told(answer) != told(nobodys):
                    faults.append(f"{operation}, {name}, {reaching}: {told(answer)}"[:400])
        after = contents()
        faults += [f"{operation} changed {table}" for table in before if before[table] != after[table]]
        before = after

    assert not faults, "\n".join(faults)


def test_alice_finds_what_bob_does_not(alice, hers):
    """With the very ids and bodies: else the walk above would show nothing."""
    unfound = []
    for operation in of_somebody(operations()):
        answers = []
        for ids, _ in ways_to_reach(operation, hers, {name: [] for name in OWNED}):
            with undone():
                answers.append(operation.call(alice, body=operation.body, headers={"idempotency_key": "new"}, **ids))
        if not any(200 <= answer.status < 300 for answer in answers):
            unfound.append(f"{operation}: {[told(answer) for answer in answers]}")

    assert not unfound, "\n".join(unfound)


@pytest.mark.parametrize("place", ELSEWHERE, ids=" ".join)
def test_in_a_query_or_body_an_id_of_alices_is_to_bob_one_that_never_was(alice, bob, hers, place):
    [operation] = [operation for operation in operations() if str(operation) == place[0]]
    kind, request = ELSEWHERE[place]
    before = contents()
    for id in hers[kind]:
        answer, nobodys = (
            operation.call(bob, **request(id), headers={"idempotency_key": str(uuid4())}) for id in (id, str(new_id()))
        )
        assert 400 <= answer.status < 500
        assert told(answer) == told(nobodys)
        assert contents() == before
        with undone():
            answer = operation.call(alice, **request(id), headers={"idempotency_key": str(uuid4())})
            assert 200 <= answer.status < 300


def test_no_list_of_bobs_names_what_is_alices(alice, bob, hers):
    lists = [operation for operation in operations() if operation.method == "GET" and not operation.ids]
    read = {operation: (operation.call(alice).text, operation.call(bob).text) for operation in lists}
    ids = [str(alice.customer.id), *chain.from_iterable(hers.values())]

    assert [id for id in ids if not any(id in to_alice for to_alice, _ in read.values())] == []
    leaked = [f"{operation}: {id}" for operation, (_, to_bob) in read.items() for id in ids if id in to_bob]
    assert not leaked, "\n".join(leaked)
