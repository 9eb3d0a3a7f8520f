"""Somebody guessed at Alice's password until her account was locked: she is let in all the same."""

import re

import pytest
from django.core import mail

from tests.clients import Answer, Api
from tests.factories import PASSWORD, make_customer
from tests.limits import at, set_limits

pytestmark = pytest.mark.django_db

STRANGER, HOME = "198.51.100.7", "203.0.113.9"


def sign_in(password: str, address: str = HOME, login: str = "alice") -> Answer:
    return at(address).post("auth/sign-in", {"login": login, "password": password})


@pytest.fixture(autouse=True)
def locked_out(settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_account=(2, 600))
    assert [sign_in("wrong-Password-1", STRANGER).status for _ in range(3)] == [401, 401, 429]
    assert sign_in(PASSWORD).status == 429


def set_new_password(email: str = "alice@example.com") -> Answer:
    assert at(HOME).post("auth/password-reset", {"email": email}).status == 202
    [token] = set(re.findall(r"#([\w-]{20,})", mail.outbox[-1].body))
    return at(HOME).post("auth/password-reset/confirmation", {"token": token, "new_password": "quite-Another-7"})


@pytest.mark.parametrize("login", ["alice", "Alice@example.com"])
def test_she_sets_a_new_password_and_signs_in_at_once(login):
    assert set_new_password().status == 204
    assert sign_in("quite-Another-7", login=login).status == 200


def test_the_stranger_gains_no_more_than_one_round_by_it():
    set_new_password()
    assert [sign_in("wrong-Password-1", STRANGER).status for _ in range(3)] == [401, 401, 429]


def test_asking_for_the_link_alone_unlocks_nothing():
    assert Api().post("auth/password-reset", {"email": "alice@example.com"}).status == 202
    assert sign_in(PASSWORD).status == 429


def test_a_link_that_is_none_unlocks_nothing():
    body = {"token": "x" * 43, "new_password": "quite-Another-7"}
    assert at(HOME).post("auth/password-reset/confirmation", body).code == "reset_token_invalid"
    assert sign_in(PASSWORD).status == 429


def test_a_device_that_is_signed_in_stays_so(settings):
    set_limits(settings, sign_in_by_account=(100, 600))
    token = sign_in(PASSWORD).json["access_token"]
    set_limits(settings, sign_in_by_account=(2, 600))
    assert [sign_in("wrong-Password-1", STRANGER).status for _ in range(3)] == [401, 401, 429]
    assert Api(token).get("account").status == 200


@pytest.mark.parametrize("login", ["alice", "alice@example.com"])
def test_she_gets_in_while_the_stranger_goes_on(login):
    set_new_password()
    assert [sign_in("wrong-Password-1", STRANGER, login).status for _ in range(3)] == [401, 401, 429]

    assert sign_in("quite-Another-7", login=login).status == 200
    assert sign_in("quite-Another-7", STRANGER, login).status == 429


def test_from_where_she_reset_it_wrong_passwords_are_counted_too():
    set_new_password()

    assert [sign_in("wrong-Password-1").status for _ in range(3)] == [401, 401, 429]
    assert sign_in("quite-Another-7").status == 429


def test_after_an_hour_she_is_counted_like_everybody(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    set_new_password()
    time_machine.move_to("2026-03-02T12:00:00Z", tick=False)
    assert [sign_in("wrong-Password-1", STRANGER).status for _ in range(3)] == [401, 401, 429]

    assert sign_in("quite-Another-7").status == 429
