"""Codes: five tries, fifteen minutes, and a new one at most once a minute."""

import pytest
from django.core import mail

from accounts.models import Code, Customer
from tests.accounts.codes import enter, mailed_code, sign_up, wrong
from tests.clients import Api
from tests.limits import set_limits
from tests.threads import run_together


@pytest.mark.django_db
def test_wrong_codes_count_down_and_then_it_is_void(anybody: Api):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()

    answers = [enter(anybody, sign_up_id, wrong(code)) for _ in range(5)]

    assert [(answer.status, answer.code) for answer in answers] == [(422, "code_wrong")] * 5
    assert [answer.json["tries_left"] for answer in answers] == [4, 3, 2, 1, 0]
    right = enter(anybody, sign_up_id, code)
    assert (right.status, right.code) == (410, "code_used_up")
    assert Customer.objects.count() == 0


@pytest.mark.django_db
def test_a_code_expires_after_fifteen_minutes(anybody: Api, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    answer = sign_up(anybody)
    assert answer.json["expires_at"] == "2026-03-02T11:15:00.000000Z"
    code = mailed_code()

    time_machine.move_to("2026-03-02T11:15:00Z", tick=False)
    late = enter(anybody, answer.json["id"], code)

    assert (late.status, late.code) == (410, "code_expired")
    time_machine.move_to("2026-03-02T11:14:59Z", tick=False)
    assert enter(anybody, answer.json["id"], code).status == 201


@pytest.mark.django_db
def test_a_new_code_comes_once_a_minute_and_replaces_the_old_one(anybody: Api, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    sign_up_id = sign_up(anybody).json["id"]
    first = mailed_code()

    time_machine.move_to("2026-03-02T11:00:20Z", tick=False)
    soon = anybody.post(f"auth/sign-up/{sign_up_id}/code")
    assert (soon.status, soon.code, soon.headers["Retry-After"]) == (429, "throttled", "40")
    assert len(mail.outbox) == 1

    time_machine.move_to("2026-03-02T11:01:00Z", tick=False)
    again = anybody.post(f"auth/sign-up/{sign_up_id}/code")
    assert (again.status, again.json["tries_left"]) == (202, 5)
    assert again.json["expires_at"] == "2026-03-02T11:16:00.000000Z"
    second = mailed_code()
    if first != second:
        assert enter(anybody, sign_up_id, first).code == "code_wrong"
    assert enter(anybody, sign_up_id, second).status == 201


@pytest.mark.django_db
def test_after_five_more_codes_none_is_sent(anybody: Api, time_machine, settings):
    set_limits(settings, code_by_email=(100, 3600))
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    sign_up_id = sign_up(anybody).json["id"]

    statuses = []
    for minute in range(1, 7):
        time_machine.move_to(f"2026-03-02T11:0{minute}:00Z", tick=False)
        statuses.append(anybody.post(f"auth/sign-up/{sign_up_id}/code").status)

    assert statuses == [202] * 5 + [410]
    assert len(mail.outbox) == 6


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "١٢٣٤٥٦", "", 123456])
def test_what_is_no_code_costs_no_try(anybody: Api, code):
    sign_up_id = sign_up(anybody).json["id"]

    answer = enter(anybody, sign_up_id, code)

    assert answer.status in (400, 422)
    assert Code.objects.get().tries_left == (5 if answer.status == 400 else 4)


@pytest.mark.django_db(transaction=True)
def test_twenty_wrong_codes_at_once_are_five_tries(anybody: Api):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()

    answers = run_together(*[lambda: enter(Api(), sign_up_id, wrong(code))] * 20)

    assert sum(answer.code == "code_wrong" for answer in answers) == 5
    assert sum(answer.code == "code_used_up" for answer in answers) == 15


@pytest.mark.django_db(transaction=True)
def test_the_right_code_entered_many_times_at_once_makes_one_customer(anybody: Api):
    sign_up_id = sign_up(anybody).json["id"]
    code = mailed_code()

    answers = run_together(*[lambda: enter(Api(), sign_up_id, code)] * 5)

    assert sum(answer.status == 201 for answer in answers) == 1
    assert Customer.objects.count() == 1
