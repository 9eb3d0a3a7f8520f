"""Every limit of its own: it holds, says for how long, and concerns nobody else."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Code, Customer, PasswordReset, SignUp
from tests.accounts.codes import BODY, mailed_code, sign_up, wrong
from tests.clients import Answer, Api, signed_in
from tests.factories import PASSWORD, make_customer
from tests.factories import sign_in as begin
from tests.hashes import count_hashes
from tests.limits import assert_throttled, at, set_limits

pytestmark = pytest.mark.django_db

HERE, THERE = "198.51.100.7", "198.51.100.8"


@pytest.fixture(autouse=True)
def standing_clock(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    return time_machine


def holds(settings: Any, name: str, same: Callable[[], Answer], other: Callable[[], Answer], expected: int) -> None:
    """Of one subject two tries are answered as expected and the third is not; of another one they still are."""
    set_limits(settings, **{name: (2, 100)})
    assert [same().status for _ in range(2)] == [expected] * 2
    assert_throttled(same(), 100)
    assert other().status == expected
    assert_throttled(same(), 100)


def new_sign_up(address: str = HERE, **changes: Any) -> Answer:
    number = Customer.objects.count() + SignUp.objects.count()
    return sign_up(at(address), **{"login": f"dora-{number}", "email": f"dora-{number}@example.com", **changes})


def test_sign_ups_by_address(settings):
    holds(settings, "sign_up_by_address", new_sign_up, lambda: new_sign_up(THERE), 202)
    assert SignUp.objects.count() == len(mail.outbox) == 3


def test_sign_ups_that_look_for_taken_logins_count_too(settings):
    make_customer("alice")
    computed = count_hashes(settings)

    def look(address: str = HERE) -> Answer:
        return new_sign_up(address, login="alice")

    holds(settings, "sign_up_by_address", look, lambda: look(THERE), 422)
    assert computed == []


def test_codes_by_email_in_whatever_case_and_from_wherever(settings):
    addresses = count(1)

    def same() -> Answer:
        number = next(addresses)
        email = "dora@example.com" if number % 2 else "DORA@Example.com"
        return new_sign_up(f"198.51.100.{number}", email=email)

    holds(settings, "code_by_email", same, lambda: new_sign_up(email="other@example.com"), 202)
    assert len(mail.outbox) == 3


def test_an_email_change_counts_against_the_same_limit_as_a_sign_up(settings, alice, bob):
    set_limits(settings, code_by_email=(2, 100))
    assert new_sign_up(email="new@example.com").status == 202
    assert alice.post("account/email", {"email": "NEW@example.com"}).status == 202
    assert_throttled(bob.post("account/email", {"email": "new@example.com"}), 100)
    assert_throttled(new_sign_up(email="new@example.com"), 100)
    assert bob.post("account/email", {"email": "another@example.com"}).status == 202


def test_codes_entered_by_address(settings):
    sign_up_id = new_sign_up().json["id"]
    code = mailed_code()

    def enter(address: str = HERE) -> Answer:
        return at(address).post(f"auth/sign-up/{sign_up_id}/verification", {"code": wrong(code)})

    holds(settings, "code_by_address", enter, lambda: enter(THERE), 422)
    assert Code.objects.get().tries_left == 2  # what was refused has cost no try of the code
    body = {"code": code}
    assert_throttled(at(HERE).post(f"auth/sign-up/{sign_up_id}/verification", body), 100)
    assert at(THERE).post(f"auth/sign-up/{sign_up_id}/verification", body).status == 201


def test_codes_asked_for_again_by_address(settings):
    sign_up_id = new_sign_up().json["id"]

    def ask(address: str = HERE) -> Answer:
        Code.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
        return at(address).post(f"auth/sign-up/{sign_up_id}/code")

    holds(settings, "code_by_address", ask, lambda: ask(THERE), 202)
    assert len(mail.outbox) == 1 + 3


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_password_resets_by_email(settings, alice, email):
    cases = iter([email, email.upper(), email.title(), email])
    holds(
        settings,
        "password_reset_by_email",
        lambda: at(HERE).post("auth/password-reset", {"email": next(cases)}),
        lambda: at(HERE).post("auth/password-reset", {"email": "bob@example.com"}),
        202,
    )
    assert PasswordReset.objects.count() == len(mail.outbox) == 3


def test_password_resets_by_address(settings):
    emails = (f"nobody-{number}@example.com" for number in count())

    def ask(address: str = HERE) -> Answer:
        return at(address).post("auth/password-reset", {"email": next(emails)})

    holds(settings, "password_reset_by_address", ask, lambda: ask(THERE), 202)
    assert PasswordReset.objects.count() == len(mail.outbox) == 3


def test_refreshes_by_session(settings):
    customer = make_customer("alice")
    tokens = {"here": begin(customer)["refresh_token"], "there": begin(customer)["refresh_token"]}

    def refresh(device: str) -> Answer:
        answer = Api().post("auth/refresh", {"refresh_token": tokens[device]})
        tokens[device] = answer.json.get("refresh_token", tokens[device])
        return answer

    holds(settings, "refresh_by_session", lambda: refresh("here"), lambda: refresh("there"), 200)


def test_a_refresh_that_is_refused_has_not_used_its_token(settings, standing_clock):
    set_limits(settings, refresh_by_session=(1, 100))
    first = begin(make_customer("alice"))["refresh_token"]
    second = Api().post("auth/refresh", {"refresh_token": first}).json["refresh_token"]
    assert_throttled(Api().post("auth/refresh", {"refresh_token": second}), 100)
    standing_clock.move_to("2026-03-02T11:01:40Z", tick=False)
    assert Api().post("auth/refresh", {"refresh_token": second}).status == 200


def test_refreshes_by_address_also_of_tokens_that_are_none(settings):
    def refresh(address: str = HERE) -> Answer:
        return at(address).post("auth/refresh", {"refresh_token": "nonsense"})

    holds(settings, "refresh_by_address", refresh, lambda: refresh(THERE), 401)


def test_a_stranger_cannot_use_up_the_refreshes_of_a_session(settings):
    set_limits(settings, refresh_by_session=(1, 100))
    mine = begin(make_customer("alice"))
    forged = f"{mine['refresh_token'].partition('.')[0]}.{'0' * 64}.{'0' * 32}"
    assert [Api().post("auth/refresh", {"refresh_token": forged}).status for _ in range(3)] == [401] * 3
    assert Api().post("auth/refresh", {"refresh_token": mine["refresh_token"]}).status == 200


CONFIRMED = [
    ("POST", "auth/password", {"current_password": "{}", "new_password": "quite-Another-7"}),
    ("PATCH", "account", {"phone": "+493023125099", "password": "{}"}),
    ("DELETE", "account", {"password": "{}"}),
]


def confirm(api: Api, number: int, password: str) -> Answer:
    method, path, body = CONFIRMED[number % len(CONFIRMED)]
    return api.call(method, path, {name: value.format(password) for name, value in body.items()})


def test_wrong_passwords_that_were_to_confirm_something_by_customer_whatever_it_was(settings, alice, bob):
    numbers = count()
    computed = count_hashes(settings)
    holds(
        settings,
        "password_by_customer",
        lambda: confirm(alice, next(numbers), "wrong-Password-1"),
        lambda: confirm(bob, next(numbers), "wrong-Password-1"),
        422,
    )
    assert len(computed) == 3
    for number in range(3):
        assert_throttled(confirm(signed_in(alice.customer), number, PASSWORD), 100)
    assert len(computed) == 3
    assert alice.get("account").json["phone"] == "+493023125001"


def test_the_right_password_forgives_the_wrong_ones_and_does_not_count_as_a_sign_in(settings, alice):
    set_limits(settings, password_by_customer=(2, 100), sign_in_by_account=(1, 100))
    for _ in range(3):
        assert confirm(alice, 1, "wrong-Password-1").status == 422
        assert confirm(alice, 1, PASSWORD).status == 200
    assert Api().post("auth/sign-in", {"login": "alice", "password": PASSWORD}).status == 200


def test_email_changes_by_customer(settings, alice, bob):
    emails = (f"new-{number}@example.com" for number in count())

    def change(api: Api) -> Answer:
        return api.post("account/email", {"email": next(emails)})

    holds(settings, "email_change_by_customer", lambda: change(alice), lambda: change(bob), 202)
    assert len(mail.outbox) == 3


def test_exports_by_customer(settings, alice, bob):
    holds(settings, "export_by_customer", lambda: alice.get("account/export"), lambda: bob.get("account/export"), 200)


def test_what_was_refused_passes_at_the_second_that_was_told(settings, standing_clock):
    set_limits(settings, sign_up_by_address=(1, 100))
    assert sign_up(at(HERE)).status == 202
    standing_clock.move_to("2026-03-02T11:00:59.001Z", tick=False)
    refused = sign_up(at(HERE), **BODY)
    assert_throttled(refused, 41)
    standing_clock.move_to("2026-03-02T11:01:40.001Z", tick=False)
    assert sign_up(at(HERE), login="dora-2").status == 202
