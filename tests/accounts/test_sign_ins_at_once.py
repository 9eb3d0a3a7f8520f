"""Many sign-ins at the same moment: the limit holds to the one, and bounds what is hashed."""

import pytest

from accounts.models import Session
from tests.clients import Api
from tests.factories import PASSWORD, make_customer
from tests.hashes import count_hashes
from tests.problems import assert_problem
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(login: str, password: str = "wrong-Password-1"):
    return lambda: Api().post("auth/sign-in", {"login": login, "password": password})


def test_of_a_hundred_with_wrong_passwords_at_most_ten_are_hashed_and_the_rest_refused(settings):
    make_customer("alice")
    settings.LIMITS = {**settings.LIMITS, "sign_in_by_address": (1000, 60)}
    computed = count_hashes(settings)

    answers = run_together(*[sign_in("alice")] * 100)

    hashed = [answer for answer in answers if answer.status == 401]
    assert {answer.code for answer in hashed} <= {"credentials_invalid"}
    assert len(computed) == len(hashed) <= 5
    for answer in answers:
        if answer not in hashed:
            assert_problem(answer, 429, "throttled")
            assert int(answer.headers["Retry-After"]) >= 1
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "logins",
    [["nobody", "NOBODY"], ["alice", "ALICE"], ["alice@example.com", "Alice@EXAMPLE.com"]],
)
def test_of_thirty_at_once_against_a_limit_of_five_exactly_five_pass(settings, logins):
    make_customer("alice")
    settings.PASSWORD_HASHES_WAITING, settings.PASSWORD_HASH_WAIT_SECONDS = 100, 30.0
    settings.LIMITS = {**settings.LIMITS, "sign_in_by_account": (5, 60), "sign_in_by_address": (1000, 60)}
    computed = count_hashes(settings)

    answers = run_together(*[sign_in(logins[number % len(logins)]) for number in range(30)])

    codes = sorted((answer.status, answer.code) for answer in answers)
    assert codes == [(401, "credentials_invalid")] * 5 + [(429, "throttled")] * 25
    assert len(computed) == 5


def test_of_many_accounts_tried_at_once_from_one_address_exactly_its_limit_pass(settings):
    settings.PASSWORD_HASHES_WAITING, settings.PASSWORD_HASH_WAIT_SECONDS = 100, 30.0
    settings.LIMITS = {**settings.LIMITS, "sign_in_by_address": (5, 60)}
    computed = count_hashes(settings)

    answers = run_together(*[sign_in(f"nobody-{number}") for number in range(12)])

    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 7
    assert len(computed) == 5


def test_the_right_password_comes_too_late_when_the_limit_is_used_up(settings):
    make_customer("alice")
    settings.LIMITS = {**settings.LIMITS, "sign_in_by_account": (5, 60)}
    settings.PASSWORD_HASHES_WAITING, settings.PASSWORD_HASH_WAIT_SECONDS = 100, 30.0
    run_together(*[sign_in("alice")] * 5)
    computed = count_hashes(settings)

    answers = run_together(*[sign_in("alice", PASSWORD)] * 5)

    assert [answer.status for answer in answers] == [429] * 5
    assert computed == []
    assert not Session.objects.exists()
