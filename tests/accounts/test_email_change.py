"""Another email address: shown to be one's own by a code, and told to the one before."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Code, Customer, PasswordReset
from accounts.serializers import CustomerSerializer, EmailCodeSentSerializer
from notifications.models import Message
from tests.accounts.codes import mailed_code, wrong
from tests.accounts.steps import ask_for_a_link, run_as_one, sign_in_as, told, use_link
from tests.clients import Answer, Api, signed_in
from tests.factories import make_customer
from tests.notifications.telling import deliver
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape
from tests.threads import run_together

pytestmark = pytest.mark.django_db

NEW = "liddell@example.org"


def ask(api: Api, email: str = NEW) -> Answer:
    return api.post("account/email", {"email": email})


def enter(api: Api, code: str) -> Answer:
    return api.post("account/email/verification", {"code": code})


def test_the_code_goes_to_the_new_address_and_nothing_changes_before_it_is_entered(alice, time_machine):
    time_machine.move_to("2026-11-23T11:00:00Z", tick=False)
    alice = signed_in(alice.customer)

    answer = ask(alice)

    assert answer.status == 202
    assert_shape(EmailCodeSentSerializer, answer.json)
    expected = {"sent_to": "l…@example.org", "expires_at": "2026-11-23T11:15:00.000000Z", "tries_left": 5}
    assert answer.json == expected
    [message] = mail.outbox
    assert (message.to, message.subject) == ([NEW], "Your code for Demo Kitchen")
    assert mailed_code() not in str(Code.objects.values().get())
    assert alice.get("account").json["email"] == "alice@example.com"
    assert sign_in_as(NEW).status == 401


def test_with_the_code_it_is_the_address_and_the_old_one_is_told(alice):
    Customer.objects.update(language="ru")
    before = alice.get("account").json
    ask(alice)
    assert mail.outbox[0].subject == "Ваш код для Demo Kitchen"

    answer = enter(alice, mailed_code())

    assert answer.status == 200
    assert_shape(CustomerSerializer, answer.json)
    assert answer.json == alice.get("account").json == {**before, "email": NEW}
    deliver()
    assert [message.to for message in mail.outbox] == [[NEW], ["alice@example.com"]]
    assert "l…@example.org" in mail.outbox[1].body and NEW not in mail.outbox[1].body
    assert [(message.kind, message.language) for message in told(alice.customer)] == [("email_changed", "ru")]
    assert not Code.objects.exists()
    assert sign_in_as(NEW.upper()).status == 200
    assert sign_in_as("alice@example.com").status == 401
    assert sign_in_as("alice").status == 200


def test_links_mailed_to_the_old_address_are_void(alice):
    token = ask_for_a_link()
    ask(alice)
    assert enter(alice, mailed_code()).status == 200
    with nothing_written():
        assert_problem(use_link(token), 422, "reset_token_invalid")
    assert Api().post("auth/password-reset", {"email": "alice@example.com"}).status == 202
    assert "#" not in mail.outbox[-1].body
    assert use_link(ask_for_a_link(NEW)).status == 204


def test_wrong_codes_count_down_and_then_it_is_void(alice):
    ask(alice)
    code = mailed_code()
    answers = [enter(alice, wrong(code)) for _ in range(5)]
    assert [(answer.code, answer.json["tries_left"]) for answer in answers] == [
        ("code_wrong", left) for left in (4, 3, 2, 1, 0)
    ]
    assert_problem(enter(alice, code), 410, "code_used_up")
    assert alice.get("account").json["email"] == "alice@example.com"
    assert len(mail.outbox) == 1 and told(alice.customer) == []


def test_a_code_expires(alice, time_machine):
    time_machine.move_to("2026-11-23T11:00:00Z", tick=False)
    alice = signed_in(alice.customer)
    ask(alice)
    code = mailed_code()
    time_machine.move_to("2026-11-23T11:15:00Z", tick=False)
    assert_problem(enter(signed_in(alice.customer), code), 410, "code_expired")
    time_machine.move_to("2026-11-23T11:14:59Z", tick=False)
    assert enter(alice, code).status == 200


@pytest.mark.parametrize("body", [{"code": "123456"}, {"code": 1}, {}, "{broken"])
def test_where_none_was_asked_for_there_is_nothing_to_enter(alice, bob, body):
    ask(bob)
    with nothing_written():
        assert_problem(alice.post("account/email/verification", body), 404, "not_found")


def test_a_code_fits_nobody_else(alice, bob):
    ask(alice)
    code = mailed_code()
    ask(bob, "other@example.org")
    if mailed_code() != code:
        assert enter(bob, code).code == "code_wrong"
    assert enter(alice, code).status == 200
    assert bob.get("account").json["email"] == "bob@example.com"


def test_a_code_is_used_once(alice):
    ask(alice)
    code = mailed_code()
    assert enter(alice, code).status == 200
    assert_problem(enter(alice, code), 404, "not_found")
    assert len(told(alice.customer)) == 1


def test_a_new_request_voids_the_code_before(alice):
    ask(alice)
    first = mailed_code()
    ask(alice, "second@example.org")
    second = mailed_code()
    if first != second:
        assert_problem(enter(alice, first), 422, "code_wrong")
    assert enter(alice, second).json["email"] == "second@example.org"
    assert sign_in_as(NEW).status == 401


def test_an_address_that_is_taken_is_answered_the_same_and_its_owner_is_told(alice, bob):
    free = ask(alice, "bab@example.com").json
    taken = ask(alice, "Bob@Example.com")

    assert (taken.status, taken.json["tries_left"], taken.json["sent_to"]) == (202, 5, "B…@example.com")
    assert free.keys() == taken.json.keys()
    message = mail.outbox[-1]
    assert message.to == ["Bob@example.com"]
    assert "belongs to your account already" in message.body
    assert not any(word.isdigit() and len(word) == 6 for word in message.body.split())
    assert enter(alice, "000000").code in ("code_wrong", "email_taken")
    assert alice.get("account").json["email"] == "alice@example.com"
    assert sign_in_as("bob@example.com").status == 200


def test_an_address_taken_meanwhile_is_refused_to_who_has_the_code(alice):
    ask(alice)
    code = mailed_code()
    make_customer("faster", email=NEW.upper())
    assert_problem(enter(alice, code), 422, "email_taken")
    assert alice.get("account").json["email"] == "alice@example.com"
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert told(alice.customer) == []


@pytest.mark.parametrize("email", ["", "alice", None, "a@b", f"{'x' * 250}@example.com", "a@example.com\nBcc: b@c.de"])
def test_what_is_no_address_is_refused(alice, email):
    with nothing_written():
        answer = ask(alice, email)
        assert_invalid(answer, *[("/email", error["code"]) for error in answer.json["errors"]])
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_code_entered_many_times_at_once_changes_it_once():
    alice = signed_in(make_customer("alice"))
    ask(alice)
    code = mailed_code()
    answers = run_as_one(*[lambda: enter(Api(alice.token), code)] * 5)
    assert sorted((answer.status, answer.code) for answer in answers) == [(200, None)] + [(404, "not_found")] * 4
    deliver()
    assert [message.to for message in mail.outbox] == [[NEW], ["alice@example.com"]]
    assert len(told(alice.customer)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_address_at_once_one_has_it():
    both = [signed_in(make_customer(login)) for login in ("alice", "bob")]
    codes = [(ask(api), mailed_code())[1] for api in both]
    answers = run_together(
        *[lambda api=api, code=code: enter(Api(api.token), code) for api, code in zip(both, codes, strict=True)]
    )
    assert sorted((answer.status, answer.code) for answer in answers) == [(200, None), (422, "email_taken")]
    assert Customer.objects.filter(email=NEW).count() == 1


def test_the_same_address_in_another_spelling_is_no_change_to_tell_of(alice):
    link_before = PasswordReset.objects.create(
        customer=alice.customer, token_hash="x", expires_at=timezone.now() + timedelta(minutes=9)
    )
    ask(alice, "Alice@example.com")

    assert enter(alice, mailed_code()).json["email"] == "Alice@example.com"

    deliver()
    assert [message.subject for message in mail.outbox if "changed" in message.subject] == []
    assert not Message.objects.filter(kind="email_changed").exists()
    assert PasswordReset.objects.filter(id=link_before.id).exists()


def test_the_message_of_a_change_goes_to_the_address_before(alice):
    ask(alice)
    enter(alice, mailed_code())

    message = Message.objects.get(kind="email_changed")
    assert (message.address, message.data) == ("alice@example.com", {"new": "l…@example.org"})
