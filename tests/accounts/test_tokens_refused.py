"""Every endpoint that needs a token refuses what is none, with the right code; new ones are covered by themselves."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts import sessions, tokens
from customerbackend.views import HasToken
from tests.clients import Api
from tests.factories import make_customer, sign_in

pytestmark = pytest.mark.django_db


def protected() -> Iterator[tuple[str, str]]:
    """Method and path of every endpoint of the API that needs a token."""
    for resolver in get_resolver().url_patterns:
        for pattern in getattr(resolver, "url_patterns", []):
            view = getattr(getattr(pattern, "callback", None), "cls", None)
            if view is None or not str(resolver.pattern).startswith("api/v1/") or not isinstance(pattern, URLPattern):
                continue
            needs = {permission.__name__ for permission in view.permission_classes} & {
                HasToken.__name__,
                "SessionLives",
            }
            path = "/" + str(resolver.pattern) + str(pattern.pattern)
            for kind in ("order_id", "sign_up_id", "product_id"):
                path = path.replace(f"<uuid:{kind}>", str(uuid4()))
            yield from ((method.upper(), path) for method in ("get", "post") if needs and hasattr(view, method))


ENDPOINTS = sorted(protected(), key=lambda endpoint: (endpoint[1].count("/"), endpoint[1][:20], endpoint[0]))


def claims(**changes):
    now = timezone.now()
    session = sign_in(make_customer(f"c{uuid4().hex[:8]}"))
    customer = tokens.read_access_token(session["access_token"]).customer_id
    return {
        "token_type": "access", "sid": session["id"], "sub": str(customer), "jti": "x", "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()), "aud": "customerbackend", "iss": "customerbackend",
        **changes,
    }  # fmt: skip


def encode(body, key=settings.SECRET_KEY, algorithm="HS256"):
    return jwt.encode(body, key, algorithm=algorithm)


def revoked() -> str:
    session = sign_in(make_customer("revoked"))
    sessions.end_session(session_id=session["id"])
    return session["access_token"]


BAD_TOKENS = {
    "expired": (lambda: encode(claims(exp=int(timezone.now().timestamp()) - 60)), "token_expired"),
    "of another key": (lambda: encode(claims(), key="another key that is long enough for this"), "token_invalid"),
    "without a signature": (lambda: encode(claims(), key=None, algorithm="none"), "token_invalid"),
    "for another audience": (lambda: encode(claims(aud="somebody else")), "token_invalid"),
    "of another issuer": (lambda: encode(claims(iss="somebody else")), "token_invalid"),
    "of another kind": (lambda: encode(claims(token_type="refresh")), "token_invalid"),
    "of no session": (lambda: encode(claims(sid=str(uuid4()))), "token_invalid"),
    "with a broken session": (lambda: encode(claims(sid="x")), "token_invalid"),
    "revoked": (revoked, "token_invalid"),
    "garbage": (lambda: "garbage", "token_invalid"),
}


def test_there_are_such_endpoints():
    assert len(ENDPOINTS) >= 9


def test_the_token_that_the_bad_ones_are_made_from_is_good():
    assert Api(encode(claims())).get("account").status == 200


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_bad_token_is_refused_everywhere(kind):
    make, code = BAD_TOKENS[kind]
    token = make()

    answers = {endpoint: Api(token).call(*endpoint) for endpoint in ENDPOINTS}

    assert {endpoint: (answer.status, answer.code) for endpoint, answer in answers.items()} == dict.fromkeys(
        ENDPOINTS, (401, code)
    )
    assert {answer.headers["WWW-Authenticate"] for answer in answers.values()} == {"Bearer"}


@pytest.mark.parametrize("header", [None, "", "Basic YWxpY2U6eA==", "Bearer", "Bearer "])
def test_no_token_is_refused_everywhere(header):
    sent = {} if header is None else {"authorization": header}

    answers = [Api().call(*endpoint, **sent) for endpoint in ENDPOINTS]

    assert {(answer.status, answer.code) for answer in answers} == {
        (401, "token_missing" if header is None else "token_invalid")
    }


def test_a_token_ends_with_its_session():
    session = sign_in(make_customer("alice"))
    assert Api(session["access_token"]).get("orders").status == 200
    sessions.end_session(session_id=session["id"])

    assert {Api(session["access_token"]).call(*endpoint).code for endpoint in ENDPOINTS} == {"token_invalid"}
