"""A forgotten password: a link in the mail, good once and for half an hour."""

import hashlib

import pytest
from django.core import mail

from accounts.models import Customer, PasswordReset
from accounts.privacy import erase
from tests.accounts.steps import NEW_PASSWORD, ask_for_a_link, refresh, run_as_one, sign_in_as, use_link
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer, sign_in
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = pytest.mark.django_db

UNKNOWN = "there is no account"


def test_the_link_sets_a_new_password_and_ends_every_session(alice, bob):
    session = sign_in(alice.customer, keep_signed_in=True)

    answer = use_link(ask_for_a_link("Alice@Example.com"))

    assert (answer.status, answer.text) == (204, "")
    assert mail.outbox[-1].to == ["alice@example.com"]
    assert sign_in_as("alice").code == "credentials_invalid"
    assert sign_in_as("alice", NEW_PASSWORD).status == 200
    assert alice.get("account").code == refresh(session).code == "token_invalid"
    assert Api(session["access_token"]).get("account").code == "token_invalid"
    assert bob.get("account").status == 200 and sign_in_as("bob").status == 200


@pytest.mark.parametrize(
    ("language", "subject", "minutes"),
    [("en", "A new password for Demo Kitchen", "30 minutes"), ("ru", "Новый пароль для Demo Kitchen", "30 минут")],
)
def test_the_mail_speaks_the_customers_language(language, subject, minutes):
    make_customer("alice", language=language)
    Api().post(
        "auth/password-reset", {"email": "alice@example.com"}, accept_language="ru" if language == "en" else "en"
    )
    [message] = mail.outbox
    assert (message.subject, message.to) == (subject, ["alice@example.com"])
    assert minutes in message.body


def test_a_link_is_good_for_thirty_minutes_and_not_a_second_longer(alice, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    token = ask_for_a_link()
    time_machine.move_to("2026-03-02T11:30:00Z", tick=False)
    with nothing_written():
        assert_problem(use_link(token), 422, "reset_token_invalid")
    time_machine.move_to("2026-03-02T11:29:59Z", tick=False)
    assert use_link(token).status == 204


def test_of_a_token_only_a_hash_is_kept(alice):
    token = ask_for_a_link()
    kept = PasswordReset.objects.values().get()
    assert kept["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(kept) and len(token) >= 43


def test_a_weak_password_does_not_use_the_link_up(alice):
    token = ask_for_a_link()
    for weak, code in (("short-1", "password_too_short"), ("alice-example", "password_too_similar")):
        with nothing_written():
            document = assert_problem(use_link(token, weak), 422, "password_weak")
        assert {(each["pointer"], each["code"]) for each in document["errors"]} == {("/new_password", code)}
    assert alice.get("account").status == 200
    assert use_link(token).status == 204


def test_a_used_link_is_void_and_with_it_every_other_one(alice):
    first, second = ask_for_a_link(), ask_for_a_link()
    assert use_link(second).status == 204
    with nothing_written():
        for token in (first, second):
            assert_problem(use_link(token, "third-Password-3"), 422, "reset_token_invalid")
    assert sign_in_as("alice", NEW_PASSWORD).status == 200


def test_what_was_never_mailed_is_one_refusal(alice):
    token = ask_for_a_link()
    invented = [token[:-1], token + "x", token.swapcase(), "x", "#" + token, hashlib.sha256(token.encode()).hexdigest()]
    with nothing_written():
        documents = [
            {**assert_problem(use_link(each), 422, "reset_token_invalid"), "request_id": None} for each in invented
        ]
    assert documents == [documents[0]] * len(invented)
    assert_invalid(
        Api().post("auth/password-reset/confirmation", {"token": None, "mail": "x"}),
        ("/token", "null"), ("/new_password", "required"), ("/mail", "unknown_field"),
    )  # fmt: skip


@pytest.mark.parametrize("why", ["unknown", "inactive", "erased"])
def test_who_is_no_customer_gets_no_link(why):
    alice = make_customer("alice", is_active=why != "inactive")
    if why == "erased":
        erase(alice.id)
    answer = Api().post("auth/password-reset", {"email": "nobody@example.com" if why == "unknown" else alice.email})

    assert (answer.status, answer.text) == (202, "")
    [message] = mail.outbox
    assert UNKNOWN in message.body.lower()
    assert "#" not in message.body and "password-reset" not in message.alternatives[0][0]
    assert PasswordReset.objects.get().customer is None


def test_a_link_of_a_customer_who_was_switched_off_is_void(alice):
    token = ask_for_a_link()
    Customer.objects.update(is_active=False)
    with nothing_written():
        assert_problem(use_link(token), 422, "reset_token_invalid")


@pytest.mark.django_db(transaction=True)
def test_one_link_used_fifty_times_at_once_works_once(settings):
    """Everybody's hash is ready at the same moment."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.PASSWORD_HASHES_AT_ONCE = settings.PASSWORD_HASHES_WAITING = 50
    alice = signed_in(make_customer("alice"))
    token = ask_for_a_link()

    answers = run_together(*[lambda number=number: use_link(token, f"{NEW_PASSWORD}-{number}") for number in range(50)])

    outcomes = sorted((answer.status, answer.code) for answer in answers)
    assert outcomes == [(204, None)] + [(422, "reset_token_invalid")] * 49
    winner = [answer.status for answer in answers].index(204)
    assert sign_in_as("alice", f"{NEW_PASSWORD}-{winner}").status == 200
    assert sign_in_as("alice", PASSWORD).status == 401
    assert alice.get("account").code == "token_invalid"


@pytest.mark.django_db(transaction=True)
def test_two_links_used_at_once_are_one_new_password(settings):
    settings.PASSWORD_HASHES_AT_ONCE = 2
    make_customer("alice")
    tokens = [ask_for_a_link(), ask_for_a_link()]
    answers = run_as_one(*[lambda token=token: use_link(token) for token in tokens])
    assert sorted((answer.status, answer.code) for answer in answers) == [(204, None), (422, "reset_token_invalid")]
    assert not PasswordReset.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_asked_for_while_the_address_changes_does_not_go_to_the_old_one():
    make_customer("alice")
    with another_connection() as other:
        other.cursor().execute("UPDATE accounts_customer SET email = 'new@example.com'")
        asked, _ = run_together(
            lambda: Api().post("auth/password-reset", {"email": "alice@example.com"}),
            lambda: (wait_until(waiting_for_a_lock), other.commit()),
        )
    assert asked.status == 202
    [message] = mail.outbox
    assert UNKNOWN in message.body.lower()
    assert PasswordReset.objects.get().customer is None
