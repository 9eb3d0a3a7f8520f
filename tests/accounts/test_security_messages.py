"""What customers are told of their own account's security, and what nobody is told."""

import json

import pytest
from django.db import connection

from accounts.models import Session
from notifications.models import Message
from tests.accounts.codes import BODY, enter, mailed_code, sign_up
from tests.accounts.steps import (
    NEW_PASSWORD,
    ask_for_a_link,
    change_password,
    refresh,
    run_as_one,
    sign_in_as,
    told,
    use_link,
)
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer
from tests.logs import logged

pytestmark = pytest.mark.django_db


def kinds(customer) -> list[str]:
    return [message.kind for message in told(customer)]


def sign_in_from(address: str, device_name: str) -> dict:
    api = Api()
    api.client.defaults["REMOTE_ADDR"] = address
    body = {"login": "alice", "password": PASSWORD, "device_name": device_name}
    return api.post("auth/sign-in", body).json


def test_a_device_or_network_that_was_not_seen_before_is_told_of_and_a_known_one_is_not():
    alice = make_customer("alice", language="ru")
    expected = []
    for address, device, network, is_new in [
        ("198.51.100.7", "Phone", "198.51.100.0/24", True),
        ("198.51.100.250", "Phone", "198.51.100.0/24", False),
        ("198.51.100.7", "Laptop", "198.51.100.0/24", True),
        ("203.0.113.9", "Phone", "203.0.113.0/24", True),
        ("203.0.113.9", "Phone", "203.0.113.0/24", False),
    ]:
        session = sign_in_from(address, device)
        if is_new:
            expected.append((session["id"], device, network))
        assert [
            (str(message.subject_id), message.data["device_name"], message.data["network"]) for message in told(alice)
        ] == expected
    message = told(alice)[0]
    assert (message.kind, message.language, message.address) == ("new_device", "ru", "")
    assert message.data.keys() == {"device_name", "network", "at"}


def test_a_device_stays_known_when_it_signs_out_and_is_not_somebody_elses():
    alice, bob = make_customer("alice"), make_customer("bob")
    signed_in_bob = sign_in_as("bob", device_name="Phone")
    session = sign_in_as("alice", device_name="Phone").json
    Api(session["access_token"]).post("auth/sign-out")
    sign_in_as("alice", device_name="Phone")
    refresh(signed_in_bob.json)
    assert (kinds(alice), kinds(bob)) == (["new_device"], ["new_device"])


def test_the_first_session_of_a_sign_up_is_no_news(anybody):
    enter(anybody, sign_up(anybody).json["id"], mailed_code())
    assert Session.objects.count() == 1
    assert not Message.objects.exists()
    assert sign_in_as(BODY["login"], BODY["password"]).status == 200
    assert not Message.objects.exists()


def test_a_sign_in_that_fails_is_told_to_nobody():
    make_customer("alice")
    assert sign_in_as("alice", "wrong-Horse-9", device_name="Thief").status == 401
    assert not Message.objects.exists()


def test_a_new_password_another_address_and_the_end_are_told(alice):
    change_password(alice)
    use_link(ask_for_a_link())
    again = signed_in(type(alice.customer).objects.get())
    again.post("account/email", {"email": "new@example.org"})
    assert again.post("account/email/verification", {"code": mailed_code()}).status == 200
    assert again.call("DELETE", "account", {"password": NEW_PASSWORD}).status == 204

    messages = told(alice.customer)
    assert [message.kind for message in messages] == [
        "password_changed", "password_changed", "email_changed", "account_erased",
    ]  # fmt: skip
    assert {message.subject_id for message in messages} == {alice.customer.id}
    assert [message.address for message in messages] == ["", "", "", "new@example.org"]
    assert [message.data for message in messages] == [{}] * 4


def test_what_is_refused_is_told_to_nobody(alice):
    change_password(alice, current="wrong-Horse-9")
    change_password(alice, "short")
    use_link(ask_for_a_link(), "short")
    alice.post("account/email", {"email": "new@example.org"})
    alice.call("DELETE", "account", {"password": "wrong-Horse-9"})
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_new_device_that_signs_in_many_times_at_once_is_told_of_once(settings):
    settings.PASSWORD_HASHES_AT_ONCE = 4
    alice = make_customer("alice")
    answers = run_as_one(*[lambda: sign_in_as("alice", device_name="Phone")] * 4)
    assert [answer.status for answer in answers] == [200] * 4
    assert kinds(alice) == ["new_device"]


def test_no_secret_stands_in_a_message_a_log_or_an_answer(alice):
    with logged() as log:
        answers = [change_password(alice, "short-1"), change_password(alice, current="wrong-Horse-9")]
        session = sign_in_as("alice", device_name="Phone").json
        renewed = refresh(session).json
        link = ask_for_a_link()
        answers += [use_link(link, "short-1"), use_link(link), use_link(link)]
        again = signed_in(type(alice.customer).objects.get())
        again.post("account/email", {"email": "new@example.org"})
        code = mailed_code()
        answers.append(again.post("account/email/verification", {"code": code}))
        answers.append(Api(link).get("account"))

    secrets = [
        PASSWORD, NEW_PASSWORD, "wrong-Horse-9", "short-1", link, code, "alice@example.com", "new@example.org",
        *[value for given in (session, renewed) for name, value in given.items() if name.endswith("_token")],
    ]  # fmt: skip
    told_texts = json.dumps(list(Message.objects.values("kind", "data")))
    for secret in secrets:
        assert secret not in log.text
        assert secret not in told_texts
        assert secret == "new@example.org" or not any(secret in answer.text for answer in answers)
    assert len(log.lines) >= 10


def test_no_secret_stands_in_the_log_of_a_fault(alice):
    link = ask_for_a_link()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_message RENAME TO out_of_order")

    with logged() as log:
        answers = [change_password(alice), use_link(link)]

    assert [(answer.status, answer.code) for answer in answers] == [(500, "internal_error")] * 2
    for secret in (PASSWORD, NEW_PASSWORD, link, "alice@example.com", "argon2", alice.token):
        assert secret not in log.text + answers[0].text + answers[1].text
    assert "ProgrammingError" in log.text
