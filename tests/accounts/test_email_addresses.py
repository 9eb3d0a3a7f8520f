"""An email address has one form here, whatever letters its domain was typed in; what none can be is refused."""

import pytest
from django.core import mail

from accounts.models import Customer, PasswordReset, SignUp
from tests.clients import Answer, Api
from tests.factories import PASSWORD, make_customer
from tests.limits import set_limits
from tests.problems import assert_invalid

pytestmark = pytest.mark.django_db

# Full-width letters, an ideographic full stop, capitals: all are example.com to a mail server.
LOOK_ALIKES = ["alice@ｅxample.com", "alice@eｘample.com", "alice@example。com", "alice@EXAMPLE.com"]
IMPOSSIBLE = [
    "a@" + "ü" * 60 + ".de", "a@xn--üüü.de", "a@\u0627a.de", "alıce@example.com", "ſam@example.com", "a@.de", "a@b",
]  # fmt: skip


def ask_for_a_link(email: str) -> Answer:
    return Api().post("auth/password-reset", {"email": email})


@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_a_look_alike_is_the_address_that_mail_servers_take_it_for(email):
    alice = make_customer("alice")

    assert ask_for_a_link(email).status == 202

    assert PasswordReset.objects.get().customer == alice
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]


def test_look_alikes_do_not_get_around_the_limit_of_a_mailbox(settings):
    set_limits(settings, password_reset_by_email=(2, 60))

    assert [ask_for_a_link(email).status for email in LOOK_ALIKES] == [202, 202, 429, 429]


def test_nobody_signs_up_beside_an_account_with_a_look_alike_of_its_address(anybody):
    make_customer("alice")

    body = {"login": "alice2", "email": LOOK_ALIKES[0], "password": PASSWORD}
    assert anybody.post("auth/sign-up", body).status == 202

    assert SignUp.objects.get().email == "alice@example.com"
    assert "already have an account" in mail.outbox[0].subject


def test_a_domain_in_other_letters_is_kept_encoded_and_signs_in_as_typed(anybody):
    make_customer("bob", email="bob@xn--bcher-kva.example")

    answer = anybody.post("auth/sign-in", {"login": "bob@Bücher.example", "password": PASSWORD})

    assert answer.status == 200


@pytest.mark.parametrize("email", IMPOSSIBLE)
def test_what_no_mail_server_can_know_is_refused_everywhere(alice, email):
    for answer in (
        ask_for_a_link(email),
        alice.post("account/email", {"email": email}),
        alice.post("auth/sign-up", {"login": "carol", "email": email, "password": PASSWORD}),
    ):
        assert_invalid(answer, ("/email", "invalid"))
    assert alice.post("auth/sign-in", {"login": email, "password": PASSWORD}).code == "credentials_invalid"

    assert (mail.outbox, SignUp.objects.count(), PasswordReset.objects.count()) == ([], 0, 0)
    assert Customer.objects.get().email == "alice@example.com"
