"""Who has an account here, a stranger cannot tell: not by the answer, nor by the work that it takes."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Customer, PasswordReset, SignUp
from accounts.resets import hash_token
from tests.accounts.codes import BODY, enter, sign_up
from tests.clients import Answer, Api
from tests.factories import PASSWORD, make_customer
from tests.hashes import count_hashes
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)

SIGN_INS = ["alice", "ALICE@example.com", "nobody", "no@body.com", "phone-only", "switched-off", "erased", "dora"]


@pytest.fixture
def everybody(anybody):
    """A customer, one without a password, two who are none any more, and one who is none yet."""
    make_customer("alice")
    make_customer("phone-only", password=None)
    make_customer("switched-off", is_active=False)
    gone = Api().post("auth/sign-in", {"login": make_customer("erased").login, "password": PASSWORD}).json
    assert Api(gone["access_token"]).call("DELETE", "account", {"password": PASSWORD}).status == 204
    assert sign_up(anybody).status == 202
    mail.outbox.clear()


def shape(statement: str) -> str:
    """A statement without the values in it."""
    return re.sub(r"('[^']*'|\b\d+\b|\bNULL\b|\btrue\b|\bfalse\b)(::\w+)?", "?", statement)


def told(answer: Answer) -> tuple[object, ...]:
    """Everything that a client sees, but for the id that each request has."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    request_id = answer.headers["X-Request-Id"]
    return answer.status, headers, answer.text.replace(request_id, "ID")


def alike(answer: tuple[Any, ...]) -> tuple[object, ...]:
    """What a client sees, but for what it sent itself, an id and a time, which have the same form."""
    status, headers, text = answer
    sent_to = json.loads(text)["sent_to"]
    assert sent_to.endswith("…@example.com")
    return status, headers, re.sub(r"[0-9a-f-]{36}|2\d{3}-\d\d-\d\dT[\d:.]+Z", "?", text.replace(sent_to, "?"))


def digits_in(message: Any) -> list[str]:
    """The six-digit numbers in a mail."""
    return re.findall(r"(?<!\d)\d{6}(?!\d)", message.message().as_string())


def tell_apart(ask, subjects):
    """What each of the subjects gets, and the statements that it takes, after one that warms everything up."""
    ask(subjects[0])
    answers, statements = [], []
    for subject in subjects:
        with statements_sent() as sent:
            answers.append(told(ask(subject)))
        statements.append([shape(text) for text in sent])
    return answers, statements


def test_a_sign_in_that_fails_is_the_same_whatever_was_wrong(everybody, settings):
    computed = count_hashes(settings)

    def ask(login: str) -> Answer:
        computed.clear()
        password = "wrong-Password-1" if "alice" in login.lower() else BODY["password"] if login == "dora" else PASSWORD
        answer = Api().post("auth/sign-in", {"login": login, "password": password})
        assert len(computed) == 1
        return answer

    answers, statements = tell_apart(ask, SIGN_INS)

    status, _headers, text = answers[0]
    assert (status, '"code":"credentials_invalid"' in text) == (401, True)
    assert answers == [answers[0]] * len(SIGN_INS)
    login, email = statements[0], statements[1]
    assert len(login) == len(email) == 4
    assert statements == [email if "@" in subject else login for subject in SIGN_INS]


def test_a_password_reset_is_the_same_for_whoever_it_is_asked(everybody):
    emails = ["alice@example.com", "ALICE@example.com", "nobody@example.com", "switched-off@example.com",
              "erased@example.com", "dora@example.com"]  # fmt: skip

    def ask(email: str) -> Answer:
        return Api().post("auth/password-reset", {"email": email})

    answers, statements = tell_apart(ask, emails)

    status, _headers, text = answers[0]
    assert (status, text) == (202, "")
    assert answers == [answers[0]] * len(emails)
    assert any("accounts_passwordreset" in text for text in statements[0])
    assert statements == [statements[0]] * len(emails)
    sent = mail.outbox[1:]
    assert [message.to for message in sent] == [[email.replace("ALICE", "alice")] for email in emails]
    links = [re.search(r"#[\w-]{43}\b", message.message().as_string()) is not None for message in sent]
    assert links == [True, True, False, False, False, False]
    assert PasswordReset.objects.count() == 7


def test_a_link_that_was_made_for_nobody_opens_nothing(anybody):
    later = timezone.now() + timedelta(minutes=5)
    PasswordReset.objects.create(customer=None, token_hash=hash_token("x" * 43), expires_at=later)
    make_customer("alice")
    body = {"token": "x" * 43, "new_password": "quite-Another-7"}
    assert anybody.post("auth/password-reset/confirmation", body).code == "reset_token_invalid"
    assert anybody.post("auth/sign-in", {"login": "alice", "password": "quite-Another-7"}).status == 401


def test_a_sign_up_with_an_address_that_is_taken_is_answered_as_any_other(everybody):
    logins = iter(["first", "second", "third", "fourth"])
    emails = ["free@example.com", "ALICE@example.com", "fresh@example.com"]

    def ask(email: str) -> Answer:
        return sign_up(Api(), login=next(logins), email=email)

    answers, statements = tell_apart(ask, emails)

    assert [status for status, _headers, _text in answers] == [202] * 3
    assert alike(answers[0]) == alike(answers[1]) == alike(answers[2])
    assert statements == [statements[0]] * 3
    free, taken, _fresh = mail.outbox[-3:]
    assert (free.to, taken.to) == (["free@example.com"], ["ALICE@example.com"])
    assert digits_in(free)
    assert not digits_in(taken)
    assert Customer.objects.filter(email__iexact="alice@example.com").count() == 1


def test_codes_entered_for_a_taken_address_are_wrong_like_any_other(anybody):
    make_customer("alice")
    free, taken = (sign_up(anybody, login=login, email=email).json["id"] for login, email in [
        ("one", "free@example.com"), ("two", "alice@example.com"),
    ])  # fmt: skip
    courses = [[told(enter(anybody, sign_up_id, "000000")) for _ in range(6)] for sign_up_id in (free, taken)]
    assert courses[0] == courses[1]
    assert [status for status, _headers, _text in courses[0]] == [422] * 5 + [410]
    assert SignUp.objects.count() == 2


def test_an_email_change_to_an_address_that_is_taken_is_answered_as_any_other(alice, bob):
    emails = ["free@example.com", "Bob@example.com"]

    answers, statements = tell_apart(lambda email: alice.post("account/email", {"email": email}), emails)

    assert [status for status, _headers, _text in answers] == [202, 202]
    assert alike(answers[0]) == alike(answers[1])
    assert statements[0] == statements[1]
    _warm, free, taken = mail.outbox
    assert (free.to, taken.to) == (["free@example.com"], ["Bob@example.com"])
    assert digits_in(free)
    assert not digits_in(taken)
    assert alice.post("account/email/verification", {"code": "000000"}).code == "code_wrong"
    assert Customer.objects.get(login="bob").email == "bob@example.com"
