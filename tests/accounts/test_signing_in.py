"""Signing in and out: one answer for whatever was wrong, and an end that is immediate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.hashers import Argon2Hasher
from accounts.models import Customer, Session
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer
from tests.hashes import full_cost

pytestmark = pytest.mark.django_db


def sign_in(anybody: Api, login: str = "alice", password: str = PASSWORD, **more):
    return anybody.post("auth/sign-in", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.com", "Alice@Example.com"])
def test_login_or_email_in_any_case(anybody: Api, login):
    make_customer("alice")

    answer = sign_in(anybody, login)

    assert answer.status == 200
    assert answer.json.keys() == {
        "id", "access_token", "access_expires_at", "refresh_token", "refresh_expires_at", "token_type",
    }  # fmt: skip
    assert answer.json["token_type"] == "Bearer"
    assert Api(answer.json["access_token"]).get("account").json["login"] == "alice"


@pytest.mark.parametrize(("keep", "hours"), [(False, 24), (True, 30 * 24)])
def test_keep_me_signed_in_makes_it_long(anybody: Api, keep, hours):
    make_customer("alice")

    answer = sign_in(anybody, keep_signed_in=keep, device_name="Phone").json

    access, refresh = (parse_datetime(answer[f"{name}_expires_at"]) for name in ("access", "refresh"))
    assert abs(refresh - timezone.now() - timedelta(hours=hours)) < timedelta(minutes=1)
    assert abs(access - timezone.now() - timedelta(minutes=15)) < timedelta(minutes=1)
    assert Session.objects.get().device_name == "Phone"


def test_unknown_login_wrong_password_and_inactive_get_one_answer(anybody: Api):
    make_customer("alice")
    make_customer("erased", is_active=False)
    make_customer("phone-only", password=None)

    answers = [
        sign_in(anybody, "nobody"),
        sign_in(anybody, password="wrong-Password-1"),
        sign_in(anybody, "erased"),
        sign_in(anybody, "phone-only"),
    ]

    documents = [{**answer.json, "request_id": None} for answer in answers]
    assert documents == [documents[0]] * 4
    assert (documents[0]["status"], documents[0]["code"]) == (401, "credentials_invalid")
    assert Session.objects.count() == 0


@pytest.mark.parametrize("login", ["alice", "nobody", "erased"])
def test_a_hash_is_computed_whether_or_not_there_is_such_a_customer(anybody: Api, login, monkeypatch):
    make_customer("alice")
    make_customer("erased", is_active=False)
    computed: list[str] = []

    def counted(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def count_and_compute(*arguments: Any) -> Any:
            computed.append(name)
            return method(*arguments)

        return count_and_compute

    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2Hasher, name, counted(name, getattr(Argon2Hasher, name)))

    assert sign_in(anybody, login, "wrong-Password-1").status == 401

    assert len(computed) == 1


def test_passwords_are_hashed_as_owasp_advises():
    with full_cost():
        hasher = get_hasher()
        assert isinstance(hasher, Argon2Hasher)
        assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (19 * 1024, 2, 1)


def test_signing_out_ends_the_session_at_once_and_no_other(anybody: Api):
    alice = make_customer("alice")
    here, elsewhere = signed_in(alice), signed_in(alice)

    assert here.post("auth/sign-out").status == 204

    assert here.get("account").code == "token_invalid"
    assert here.get("orders").code == "token_invalid"
    assert here.get("menu").code == "token_invalid"
    assert elsewhere.get("account").status == 200


def test_a_customer_who_is_switched_off_is_out_at_once(anybody: Api):
    alice = signed_in(make_customer("alice"))

    Customer.objects.update(is_active=False)

    assert alice.get("account").code == "token_invalid"
    assert alice.get("orders/current").code == "token_invalid"


def test_the_account_has_the_keys_of_the_contract(alice: Api):
    assert alice.get("account").json.keys() == {
        "id", "login", "email", "phone", "name", "language", "time_zone", "telegram", "messengers",
        "preferred_contact", "preferred_payment_method", "default_address_id", "allergens", "notifications",
        "created_at",
    }  # fmt: skip
