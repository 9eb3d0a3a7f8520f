"""Sign-ups that are finished, or asked after, by several at the same moment."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Code, Customer, Session, SignUp
from tests.accounts.codes import enter, mailed_code, sign_up
from tests.clients import Api
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_right_code_many_times_makes_one_customer_and_the_others_find_nothing(anybody):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()
    answers = run_together(*[lambda: enter(Api(), sign_up_id, code)] * 5)
    assert sorted((answer.status, answer.code) for answer in answers) == [(201, None), *[(404, "not_found")] * 4]
    assert Customer.objects.count() == Session.objects.count() == 1
    assert not SignUp.objects.exists()
    assert not Code.objects.exists()


@pytest.mark.parametrize("path", ["verification", "code"])
def test_who_comes_as_the_other_finishes_finds_nothing(anybody, path):
    """The other one's transaction has deleted the code and is about to be committed."""
    sign_up_id = sign_up(anybody).json["id"]
    digits = mailed_code()
    Code.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    body = {"code": digits} if path == "verification" else None
    with another_connection() as other:
        other.cursor().execute("DELETE FROM accounts_code; DELETE FROM accounts_signup")
        late, _ = run_together(
            lambda: Api().post(f"auth/sign-up/{sign_up_id}/{path}", body),
            lambda: (wait_until(waiting_for_a_lock), other.commit()),
        )
    assert (late.status, late.code) == (404, "not_found")
    assert len(mail.outbox) == 1
    assert not Customer.objects.exists()


def test_of_many_who_ask_for_a_new_code_at_once_one_gets_it(anybody):
    sign_up_id = sign_up(anybody).json["id"]
    Code.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    answers = run_together(*[lambda: Api().post(f"auth/sign-up/{sign_up_id}/code")] * 10)
    assert sorted((answer.status, answer.code) for answer in answers) == [(202, None), *[(429, "throttled")] * 9]
    assert len(mail.outbox) == 2
    assert Code.objects.get().sends_left == 4
    assert enter(anybody, sign_up_id, mailed_code()).status == 201


def test_two_who_want_one_login_at_once_are_one_customer_and_one_refusal(anybody):
    first = sign_up(anybody, login="same", email="one@example.com").json["id"]
    first_code = mailed_code()
    second = sign_up(anybody, login="same", email="two@example.com").json["id"]
    second_code = mailed_code()
    answers = run_together(lambda: enter(Api(), first, first_code), lambda: enter(Api(), second, second_code))
    assert sorted((answer.status, answer.code) for answer in answers) == [(201, None), (422, "login_taken")]
    assert Customer.objects.count() == Session.objects.count() == 1
