"""What ends sessions ends every token that was given out before: of a hundred none works."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import Customer, Session
from accounts.tokens import make_access_token
from tests.accounts.steps import ask_for_a_link, change_password, refresh, use_link
from tests.clients import Api
from tests.factories import PASSWORD, make_customer, sign_in

pytestmark = pytest.mark.django_db

SESSIONS, TOKENS = 5, 20


def end_by_change(sessions: list[Api]) -> None:
    assert change_password(sessions[0]).status == 204


def end_by_reset(sessions: list[Api]) -> None:
    assert use_link(ask_for_a_link()).status == 204


def end_by_signing_out(sessions: list[Api]) -> None:
    assert [api.post("auth/sign-out").status for api in sessions] == [204] * SESSIONS


def end_by_erasure(sessions: list[Api]) -> None:
    assert sessions[0].call("DELETE", "account", {"password": PASSWORD}).status == 204


def end_by_switching_off(sessions: list[Api]) -> None:
    Customer.objects.filter(login="alice").update(is_active=False)


ENDS = [end_by_change, end_by_reset, end_by_signing_out, end_by_erasure, end_by_switching_off]


@pytest.mark.parametrize("end", ENDS)
def test_of_a_hundred_older_tokens_none_works(end: Callable[[list[Api]], None], bob: Api):
    """Twenty access tokens of each of five sessions, and both refresh tokens of each; but the session that changed the
    password keeps its own.
    """
    alice = make_customer("alice")
    first = [sign_in(alice) for _ in range(SESSIONS)]
    given = [(session, refresh(session).json) for session in first]
    access = [[*(each["access_token"] for each in pair), *more_tokens(pair[0], alice)] for pair in given]
    assert sum(len(set(tokens)) for tokens in access) == 100
    assert [Api(token).get("orders/current").status for tokens in access for token in tokens[::10]] == [200] * 10

    end([Api(tokens[-1]) for tokens in access])

    kept = 1 if end is end_by_change else 0
    answers = [Api(token).get("orders/current") for tokens in access[kept:] for token in tokens]
    answers += [refresh(session) for pair in given[kept:] for session in pair[::-1]]
    assert {(answer.status, answer.code) for answer in answers} == {(401, "token_invalid")}
    assert len(answers) == (SESSIONS - kept) * (TOKENS + 2)
    for pair, tokens in zip(given[:kept], access[:kept], strict=True):
        assert [Api(token).get("account").status for token in tokens] == [200] * TOKENS
        assert refresh(pair[1]).status == 200
    assert Session.objects.filter(customer=alice, ended_at=None, customer__is_active=True).count() == kept
    assert bob.get("account").status == 200


def more_tokens(session: dict[str, Any], customer: Customer) -> list[str]:
    """Access tokens as refreshing gives them out, so many that the session has TOKENS."""
    now = timezone.now()
    return [
        make_access_token(UUID(session["id"]), customer.id, now, now + timedelta(minutes=15)) for _ in range(TOKENS - 2)
    ]
