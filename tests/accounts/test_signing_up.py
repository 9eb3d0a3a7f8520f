"""Asking for an account: kept until the address is shown to be theirs."""

import pytest
from django.core import mail

from accounts.models import Code, Customer, Session, SignUp
from tests.accounts.codes import enter, mailed_code, sign_up
from tests.clients import Api
from tests.factories import make_customer
from tests.hashes import full_cost

pytestmark = pytest.mark.django_db


def test_a_code_goes_to_the_address_and_nobody_is_a_customer_yet(anybody: Api):
    answer = sign_up(anybody)

    assert answer.status == 202
    assert answer.json.keys() == {"id", "sent_to", "expires_at", "tries_left"}
    assert (answer.json["sent_to"], answer.json["tries_left"]) == ("d…@example.com", 5)
    assert [message.to for message in mail.outbox] == [["dora@example.com"]]
    assert Customer.objects.count() == 0


def test_the_mail_is_text_and_html_in_the_language_asked_for(anybody: Api):
    anybody.post(
        "auth/sign-up",
        {"login": "vera", "email": "vera@example.com", "password": "rather-Long-1"},
        accept_language="ru",
    )

    [message] = mail.outbox
    [html] = [part for part, kind in message.alternatives if kind == "text/html"]
    code = mailed_code()
    assert code in message.body
    assert code in html
    assert "код" in message.subject.lower()
    assert message.subject not in message.body


def test_only_hashes_of_password_and_code_are_kept(anybody: Api):
    with full_cost():
        sign_up(anybody)

    kept, code = SignUp.objects.get(), Code.objects.get()
    assert kept.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert mailed_code() not in code.code_hash
    assert len(code.code_hash) == 64


def test_the_right_code_makes_the_customer_and_signs_them_in(anybody: Api):
    sign_up_id = sign_up(anybody, login="Dora.X", phone="+49 30 23125 014").json["id"]

    answer = enter(anybody, sign_up_id, mailed_code())

    assert answer.status == 201
    assert answer.json.keys() == {"session", "customer"}
    customer = answer.json["customer"]
    assert (customer["login"], customer["email"], customer["name"]) == ("dora.x", "dora@example.com", "Dora")
    assert customer["phone"] == "+493023125014"
    mine = Api(answer.json["session"]["access_token"]).get("account")
    assert (mine.status, mine.json) == (200, customer)
    assert SignUp.objects.count() == Code.objects.count() == 0


def test_a_code_works_once(anybody: Api):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()
    assert enter(anybody, sign_up_id, code).status == 201

    assert enter(anybody, sign_up_id, code).code == "not_found"
    assert Customer.objects.count() == Session.objects.count() == 1


@pytest.mark.parametrize("login", ["alice", "ALICE", "Alice"])
def test_a_login_that_is_taken_is_refused(anybody: Api, login):
    make_customer("alice")

    answer = sign_up(anybody, login=login)

    assert (answer.status, answer.code) == (422, "login_taken")
    assert mail.outbox == []
    assert SignUp.objects.count() == 0


@pytest.mark.parametrize("login", ["ab", "_abc", "a" * 65, "döra", "a b c", "a@b.c"])
def test_a_login_of_another_form_is_refused(anybody: Api, login):
    answer = sign_up(anybody, login=login)

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/login"]


def test_of_an_email_that_is_taken_only_its_owner_is_told(anybody: Api):
    make_customer("alice")

    known, unknown = (
        sign_up(anybody, email="ALICE@example.com"),
        sign_up(anybody, login="dora2", email="a2@example.com"),
    )

    assert known.status == unknown.status == 202
    assert known.json.keys() == unknown.json.keys()
    assert known.json["tries_left"] == unknown.json["tries_left"] == 5
    told, other = mail.outbox
    assert told.to == ["ALICE@example.com"]
    assert "already have an account" in told.subject
    assert "Your code" in other.subject
    assert enter(anybody, known.json["id"], "000000").json["tries_left"] in (4, 5)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-1", "password_too_short"),
        ("password123", "password_too_common"),
        ("7391650284", "password_entirely_numeric"),
        ("dora@example.com", "password_too_similar"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(anybody: Api, password, code):
    answer = sign_up(anybody, password=password)

    assert (answer.status, answer.code) == (422, "password_weak")
    assert code in [error["code"] for error in answer.json["errors"]]
    assert {error["pointer"] for error in answer.json["errors"]} == {"/password"}
    assert password not in answer.text
    assert SignUp.objects.count() == 0


@pytest.mark.parametrize("phone", ["12", "+49", "call me", "+999123456789"])
def test_what_is_no_phone_number_is_refused(anybody: Api, phone):
    answer = sign_up(anybody, phone=phone)

    assert answer.status == 400
    assert [error["pointer"] for error in answer.json["errors"]] == ["/phone"]


def test_a_login_that_somebody_took_meanwhile_is_refused_at_the_end(anybody: Api):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()
    make_customer("dora", email="other@example.com")

    assert enter(anybody, sign_up_id, code).code == "login_taken"
    assert Customer.objects.count() == 1


def test_an_email_that_got_an_account_meanwhile_is_told_to_who_has_the_code(anybody: Api):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()
    make_customer("other", email="Dora@example.com")

    answer = enter(anybody, sign_up_id, code)

    assert (answer.status, answer.code) == (422, "email_taken")
    assert Customer.objects.count() == 1
