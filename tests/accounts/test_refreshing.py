"""Refreshing a session: one successor, a short grace for who lost the answer, and an end for who uses an old one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Customer, Session
from accounts.tokens import make_refresh_token
from customerbackend.ids import new_id
from tests.clients import Answer, Api
from tests.factories import make_customer, sign_in
from tests.threads import run_together


def refresh(token: str) -> Answer:
    return Api().post("auth/refresh", {"refresh_token": token})


@pytest.mark.django_db
def test_both_tokens_are_new_and_the_session_stays():
    session = sign_in(make_customer("alice"))

    answer = refresh(session["refresh_token"])

    assert answer.status == 200
    assert answer.json["id"] == session["id"]
    assert answer.json["refresh_token"] != session["refresh_token"]
    assert answer.json["access_token"] != session["access_token"]
    assert Api(answer.json["access_token"]).get("account").status == 200


@pytest.mark.django_db
def test_a_lost_answer_can_be_had_again_for_ten_seconds_and_then_reuse_ends_the_session(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    session = sign_in(make_customer("alice"))
    successor = refresh(session["refresh_token"]).json["refresh_token"]

    time_machine.move_to("2026-03-02T11:00:10Z", tick=False)
    assert refresh(session["refresh_token"]).json["refresh_token"] == successor

    time_machine.move_to("2026-03-02T11:00:11Z", tick=False)
    reused = refresh(session["refresh_token"])
    assert (reused.status, reused.code) == (401, "token_invalid")
    assert refresh(successor).code == "token_invalid"
    assert Api(session["access_token"]).get("account").code == "token_invalid"


@pytest.mark.django_db
def test_the_token_before_the_last_ends_the_session_even_within_the_grace():
    session = sign_in(make_customer("alice"))
    second = refresh(session["refresh_token"]).json["refresh_token"]
    third = refresh(second).json["refresh_token"]

    assert refresh(session["refresh_token"]).code == "token_invalid"
    assert refresh(third).code == "token_invalid"


@pytest.mark.django_db
def test_a_token_that_we_never_gave_out_has_no_effect():
    session = sign_in(make_customer("alice"))
    genuine = session["refresh_token"]
    head, secret, seal = genuine.split(".")
    made_up = [
        "", "x", "a.b.c", f"{head}.{secret}.{'0' * 32}", f"{head}.{'0' * 64}.{seal}", f"{new_id().hex}.{secret}.{seal}",
        genuine + "0", "é" * 50,
    ]  # fmt: skip

    answers = [refresh(token) for token in made_up]

    assert {(answer.status, answer.code) for answer in answers} <= {(401, "token_invalid"), (400, "invalid_request")}
    assert refresh(make_refresh_token(new_id())).code == "token_invalid"
    assert refresh(genuine).status == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("keep", "hours"), [(False, 24), (True, 720)])
def test_the_session_lives_on_from_the_last_refresh(time_machine, keep, hours):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    session = sign_in(make_customer("alice"), keep_signed_in=keep)
    time_machine.shift(timedelta(hours=hours) - timedelta(seconds=1))

    answer = refresh(session["refresh_token"])

    assert answer.status == 200
    assert parse_datetime(answer.json["refresh_expires_at"]) == timezone.now() + timedelta(hours=hours)
    time_machine.shift(timedelta(hours=hours))
    assert refresh(answer.json["refresh_token"]).code == "token_invalid"


@pytest.mark.django_db
def test_of_a_customer_who_is_switched_off_nothing_is_refreshed():
    session = sign_in(make_customer("alice"))
    Customer.objects.update(is_active=False)

    assert refresh(session["refresh_token"]).code == "token_invalid"


@pytest.mark.django_db
def test_of_refresh_tokens_only_hashes_are_kept():
    session = sign_in(make_customer("alice"))
    second = refresh(session["refresh_token"]).json["refresh_token"]

    kept = Session.objects.values().get()
    for token in (session["refresh_token"], second, *session["refresh_token"].split(".")[1:]):
        assert token not in str(kept)


@pytest.mark.django_db(transaction=True)
def test_twenty_refreshes_of_one_token_at_once_have_one_successor():
    session = sign_in(make_customer("alice"))

    answers = run_together(*[lambda: refresh(session["refresh_token"])] * 20)

    assert [answer.status for answer in answers] == [200] * 20
    [successor] = {answer.json["refresh_token"] for answer in answers}
    assert all(Api(answer.json["access_token"]).get("account").status == 200 for answer in answers)
    assert refresh(successor).status == 200
