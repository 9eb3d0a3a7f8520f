"""What is for services takes their keys alone, each for its branches: walked over by the schema, like the rest."""

from typing import Any

import pytest

from accounts.service_keys import make_service_key, revoke_service_key
from tests.access.belongings import orders_of
from tests.access.operations import Operation, Token, every_method, operations, told, undone
from tests.clients import Api
from tests.factories import make_branch, sign_in
from tests.orders.steps import contents
from tests.problems import assert_problem

SCOPES = ["status", "delay", "stock"]
# A good request of each, by the end of its path.
BODIES: dict[str, dict[str, Any]] = {
    "status": {"status": "cooking"},
    "delay": {"minutes": 5},
    "stock": {"counts": [{"ingredient": "soup", "thousandths": 5000}]},
}


def for_services(every: list[Operation]) -> list[Operation]:
    return [operation for operation in every if operation.token is Token.SERVICE_KEY]


def with_key(name: str, *branches, days: int | None = None) -> Api:
    return Api(make_service_key(name=name, scopes=SCOPES, branch_ids=[branch.id for branch in branches], days=days)[1])


@pytest.fixture
def ids(alice, soup, branch) -> dict[str, str]:
    """What a key of the branch may reach."""
    return {"order_id": orders_of(alice)[0], "branch_id": str(branch.id)}


def ids_for(operation: Operation, ids: dict[str, str]) -> dict[str, str]:
    return {name: ids[name] for name in operation.ids}


def good_body(operation: Operation) -> dict[str, Any]:
    return BODIES[operation.path.rpartition("/")[2]]


def test_there_are_such_operations():
    assert {str(operation) for operation in for_services(operations())} == {
        "POST /api/v1/fulfilment/orders/{order_id}/status",
        "POST /api/v1/fulfilment/orders/{order_id}/delay",
        "PUT /api/v1/fulfilment/branches/{branch_id}/stock",
    }


def test_what_is_no_living_key_is_refused_before_anything_else(alice, ids, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z")
    expired = with_key("expired", days=1)
    revoked_key, revoked = make_service_key(name="revoked", scopes=SCOPES)
    revoke_service_key(revoked_key.id)
    time_machine.move_to("2026-03-03T11:00:01Z")
    session = sign_in(alice.customer)
    bad = {
        "nothing": (Api(), "token_missing"),
        "an expired key": (expired, "token_expired"),
        "a revoked key": (Api(revoked), "token_invalid"),
        "a key with one letter more": (Api(f"{revoked}x"), "token_invalid"),
        "a customer's token": (Api(session["access_token"]), "token_invalid"),
        "a customer's other token": (Api(session["refresh_token"]), "token_invalid"),
        "garbage": (Api("garbage"), "token_invalid"),
    }
    before = contents()
    for operation in for_services(every_method()):
        for api, code in bad.values():
            for sent in (good_body(operation), "{broken", None):
                for where in (ids_for(operation, ids), {}):
                    answer = operation.call(api, body=sent, headers={"idempotency_key": "k"}, **where)
                    assert answer.status == 401
                    if answer.text:
                        assert_problem(answer, 401, code)
    assert contents() == before


def test_what_is_of_another_branch_is_told_as_what_never_was(ids):
    elsewhere = with_key("elsewhere", make_branch("Far", postal_prefixes=("2",)))
    assert elsewhere.post(f"fulfilment/orders/{ids['order_id']}/status").status == 404  # its use is noted
    before = contents()
    for operation in for_services(every_method()):
        for sent in (good_body(operation), {}, {"nonsense": 1}, "{broken", None):
            for headers in ({"idempotency_key": "k"}, {}):
                there = operation.call(elsewhere, body=sent, headers=headers, **ids_for(operation, ids))
                nowhere = operation.call(elsewhere, body=sent, headers=headers)
                assert there.status == 404
                assert told(there) == told(nowhere)
    assert contents() == before


def test_a_key_of_the_branch_reaches_them_all(ids, branch):
    """With the very ids and bodies: else the walks above would show nothing."""
    here = with_key("here", branch)
    for operation in for_services(operations()):
        with undone():
            sent = good_body(operation)
            answer = operation.call(here, body=sent, headers={"idempotency_key": "k"}, **ids_for(operation, ids))
            assert answer.status == 200, answer.text


def test_a_key_opens_nothing_that_is_for_customers(ids):
    everywhere = with_key("everywhere")
    for operation in operations():
        if operation.token in (Token.REQUIRED, Token.OPTIONAL):
            assert_problem(operation.call(everywhere, body=operation.body), 401, "token_invalid")
