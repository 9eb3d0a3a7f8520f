"""Every operation that looks at tokens refuses what is none, with the right code, before it looks at anything else."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from accounts import tokens
from accounts.models import Customer, Session
from tests.access.belongings import OWNED
from tests.access.operations import Operation, Token, every_method, operations, told, undone
from tests.clients import Answer, Api, signed_in
from tests.factories import make_customer, sign_in
from tests.orders.steps import contents
from tests.problems import assert_problem

Headers = dict[str, str]


def claims(session: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a good access token of the session holds, changed; what is changed to None is left out."""
    now = int(timezone.now().timestamp())
    customer_id = tokens.read_access_token(session["access_token"]).customer_id
    good = {
        "token_type": "access", "sid": session["id"], "sub": str(customer_id), "jti": "x", "iat": now, "exp": now + 300,
        "aud": "customerbackend", "iss": "customerbackend",
    }  # fmt: skip
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def encode(body: dict[str, Any], key: str | None = settings.SECRET_KEY, algorithm: str = "HS256") -> str:
    return jwt.encode(body, key, algorithm=algorithm)


def forged_tokens() -> dict[str, tuple[str, str]]:
    """Tokens that we never gave out, each but for one thing like a good one of a living session."""
    session = sign_in(make_customer("forged"))
    now = int(timezone.now().timestamp())
    another = "another key that is long enough for this"
    head, _body, seal = encode(claims(session)).split(".")
    altered = ".".join([head, encode(claims(session, jti="y")).split(".")[1], seal])
    return {
        "expired": (encode(claims(session, exp=now - 60)), "token_expired"),
        "expired this moment": (encode(claims(session, exp=now)), "token_expired"),
        "expired and of another key": (encode(claims(session, exp=now - 60), another), "token_invalid"),
        "of another key": (encode(claims(session), another), "token_invalid"),
        "altered": (altered, "token_invalid"),
        "without a signature": (encode(claims(session), key=None, algorithm="none"), "token_invalid"),
        "of another algorithm": (encode(claims(session), algorithm="HS512"), "token_invalid"),
        "for another audience": (encode(claims(session, aud="somebody else")), "token_invalid"),
        "for no audience": (encode(claims(session, aud=None)), "token_invalid"),
        "of another issuer": (encode(claims(session, iss="somebody else")), "token_invalid"),
        "of no issuer": (encode(claims(session, iss=None)), "token_invalid"),
        "of another kind": (encode(claims(session, token_type="refresh")), "token_invalid"),
        "of no kind": (encode(claims(session, token_type=None)), "token_invalid"),
        "for ever": (encode(claims(session, exp=None)), "token_invalid"),
        "of a session that never was": (encode(claims(session, sid=str(uuid4()))), "token_invalid"),
        "with a broken session": (encode(claims(session, sid="x")), "token_invalid"),
        "a refresh token": (session["refresh_token"], "token_invalid"),
        "garbage": ("garbage", "token_invalid"),
        "garbage of all sorts": ("\xe9\xff.%00.{}", "token_invalid"),
    }


def ended_tokens() -> dict[str, tuple[str, str]]:
    """Tokens that we gave out and that were used, before something happened to the session."""
    found = {name: signed_in(make_customer(name)) for name in ("signed-out", "deleted", "late", "inactive")}
    for api in found.values():
        assert api.get("account").status == api.get("orders").status == api.get("menu").status == 200
    assert found["signed-out"].post("auth/sign-out").status == 204
    Session.objects.filter(customer__login="deleted").delete()
    Session.objects.filter(customer__login="late").update(expires_at=timezone.now())
    Customer.objects.filter(login="inactive").update(is_active=False)
    return {name: (str(api.token), "token_invalid") for name, api in found.items()}


def odd_headers() -> dict[str, str]:
    """Headers without a token where one is expected, the last ones with a good one in the wrong way."""
    good = sign_in(make_customer("odd"))["access_token"]
    return {
        "an empty header": "", "only a scheme": "Bearer", "a scheme and a space": "Bearer ",
        "a login and a password": "Basic YWxpY2U6eA==", "another scheme": f"Token {good}", "no scheme": good,
        "two tokens": f"Bearer {good} {good}", "two headers": f"Bearer {good}, Bearer {good}",
    }  # fmt: skip


@pytest.fixture
def bad_headers(branch) -> dict[str, tuple[Headers, str]]:
    """What stands in place of a good token, and the code that it gets."""
    bearers = {**forged_tokens(), **ended_tokens()}
    return {
        "no token": ({}, "token_missing"),
        **{name: ({"authorization": f"Bearer {token}"}, code) for name, (token, code) in bearers.items()},
        **{name: ({"authorization": header}, "token_invalid") for name, header in odd_headers().items()},
    }


# With these a request is sent in every way: some are refused before the database is asked, some by it.
THOROUGHLY = {"no token", "expired", "garbage", "signed-out", "inactive"}


def requests(operation: Operation, header: str, ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What is sent under that header, by what is special about it. `ids` are of objects that are there."""
    good = {"body": operation.body, "headers": {"idempotency_key": "new"}}
    if not operation.is_promised:
        return {"a good request": {**good, **ids}} if header in THOROUGHLY else {}
    if header not in THOROUGHLY:
        return {"a good request": {**good, **ids}}
    return {
        "a good request": {**good, **ids},
        "ids that never were": good,
        "no body and no key": {"body": None},
        "broken JSON": {**good, "body": "{broken"},
        "nonsense in the body": {**good, "body": {"nonsense": 1}},
        "nonsense in the query": {**good, "query": "nonsense=1&limit=x"},
        "a token in the query": {**good, "query": "access_token=x&token=x"},
        "another type of content": {"body": "text", "headers": {"content_type": "text/plain"}},
        "too much": {"body": '"' + "x" * 200_000 + '"', "headers": {"idempotency_key": "new"}},
        "any tag": {**good, "headers": {"if_none_match": "*"}},
    }


def fault_of(answer: Answer, code: str) -> str:
    """What is wrong with a refusal that should have this code; an empty text where nothing is."""
    try:
        if answer.text:
            assert_problem(answer, 401, code)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    except (AssertionError, KeyError) as fault:
        return repr(fault)[:300]
    return ""


@pytest.fixture
def ids(alice, soup) -> dict[str, str]:
    """An object of each kind of id, Alice's where it has an owner."""
    return {**{name: make(alice)[0] for name, make in OWNED.items()}, "product_id": str(soup.id)}


def ids_for(operation: Operation, ids: dict[str, str]) -> dict[str, str]:
    return {name: ids[name] for name in operation.ids if name in ids}


def looking_at_tokens(every: list[Operation]) -> list[Operation]:
    """Those for customers; see `test_service_keys` for the others."""
    return [operation for operation in every if operation.token in (Token.REQUIRED, Token.OPTIONAL)]


def test_there_are_such_operations():
    kinds = [operation.token for operation in operations()]
    assert kinds.count(Token.REQUIRED) >= 20
    assert kinds.count(Token.OPTIONAL) >= 6
    assert kinds.count(Token.IGNORED) >= 5


def test_what_is_no_good_token_is_refused_everywhere(anybody, bad_headers, ids):
    before, faults = contents(), []
    for operation in looking_at_tokens(every_method()):
        for name, (headers, code) in bad_headers.items():
            if code == "token_missing" and operation.token is not Token.REQUIRED:
                continue
            for what, request in requests(operation, name, ids_for(operation, ids)).items():
                sent = {**request, "headers": {**request.get("headers", {}), **headers}}
                if fault := fault_of(operation.call(anybody, **sent), code):
                    faults.append(f"{operation}, {name}, {what}: {fault}")

    assert not faults, "\n".join(faults)
    assert contents() == before


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_good_token_is_refused_nowhere(anybody, alice, ids, scheme):
    """One made here, like the bad ones: else these would show nothing."""
    session = sign_in(alice.customer)
    header = f"{scheme} {encode(claims(session))}"
    faults = []
    for operation in looking_at_tokens(operations()):
        with undone():
            headers = {"authorization": header, "idempotency_key": "new"}
            answer = operation.call(anybody, body=operation.body, headers=headers, **ids_for(operation, ids))
            if (answer.code or "").startswith("token_") or answer.status >= 500:
                faults.append(f"{operation}: {told(answer)}")

    assert not faults, "\n".join(faults)


def test_a_token_that_was_good_expires(alice, branch, time_machine):
    assert alice.get("account").status == alice.get("orders").status == alice.get("menu").status == 200

    time_machine.move_to(timezone.now() + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS))

    answers = {str(operation): operation.call(alice) for operation in looking_at_tokens(operations())}
    assert {name: fault for name, answer in answers.items() if (fault := fault_of(answer, "token_expired"))} == {}


def test_what_the_schema_says_is_open_misses_no_token(anybody, ids):
    faults = []
    for operation in operations():
        if operation.token in (Token.REQUIRED, Token.SERVICE_KEY):
            continue
        answer = operation.call(anybody, **ids_for(operation, ids))
        if answer.status in (401, 403) or answer.status >= 500:
            faults.append(f"{operation}: {told(answer)}")

    assert not faults, "\n".join(faults)


def test_where_the_schema_knows_no_token_none_is_looked_at(anybody):
    ignoring = [operation for operation in every_method() if operation.token is Token.IGNORED]
    garbage = Api("garbage")
    bodies: tuple[Any, ...] = ({}, "{broken")
    for body in bodies:
        without = {str(operation): told(operation.call(anybody, body=body)) for operation in ignoring}
        with_garbage = {str(operation): told(operation.call(garbage, body=body)) for operation in ignoring}
        assert with_garbage == without
