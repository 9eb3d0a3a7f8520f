"""Signing out another device, this one, or every other one: at once, and nobody else."""

from uuid import uuid4

import pytest

from accounts.models import Session
from tests.accounts.steps import refresh
from tests.clients import Api, signed_in
from tests.factories import make_customer, sign_in
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.threads import run_together

pytestmark = pytest.mark.django_db


def is_in(session: dict) -> bool:
    """Whether the session's tokens work: both of them, or neither."""
    answers = [Api(session["access_token"]).get("account"), Api(session["access_token"]).get("auth/sessions")]
    assert {(answer.status, answer.code) for answer in answers} in ({(200, None)}, {(401, "token_invalid")})
    if answers[0].status == 401:
        assert refresh(session).code == "token_invalid"
    return answers[0].status == 200


def test_one_device_is_signed_out_at_once_and_no_other(alice):
    lost, kept = sign_in(alice.customer), sign_in(alice.customer)

    answer = alice.call("DELETE", f"auth/sessions/{lost['id']}")

    assert (answer.status, answer.text) == (204, "")
    assert (is_in(lost), is_in(kept), alice.get("account").status) == (False, True, 200)
    assert len(alice.get("auth/sessions").json["data"]) == 2
    assert_problem(alice.call("DELETE", f"auth/sessions/{lost['id']}"), 404, "not_found")


def test_the_present_one_can_be_ended_too(alice):
    here, elsewhere = sign_in(alice.customer), sign_in(alice.customer)
    assert Api(here["access_token"]).call("DELETE", f"auth/sessions/{here['id']}").status == 204
    assert (is_in(here), is_in(elsewhere)) == (False, True)


def test_every_other_one_is_ended_and_one_stays(alice, bob):
    others = [sign_in(alice.customer) for _ in range(3)]

    for _ in range(2):
        assert alice.call("DELETE", "auth/sessions").status == 204

        assert [is_in(other) for other in others] == [False] * 3
        assert [each["is_current"] for each in alice.get("auth/sessions").json["data"]] == [True]
    assert bob.get("account").status == 200


@pytest.mark.parametrize("body", [None, {"nonsense": 1}, "{broken"])
def test_bob_is_told_of_alices_session_what_he_is_told_of_none(alice, bob, body):
    hers = sign_in(alice.customer)
    with nothing_written():
        answers = [bob.call("DELETE", f"auth/sessions/{key}", body) for key in (hers["id"], uuid4())]
    documents = [{**assert_problem(answer, 404, "not_found"), "request_id": None} for answer in answers]
    assert documents[0] == documents[1]
    assert is_in(hers)


def test_a_request_that_is_not_understood_ends_nothing(alice):
    other = sign_in(alice.customer)
    with nothing_written():
        assert_invalid(alice.call("DELETE", "auth/sessions", {"id": other["id"]}), ("/id", "unknown_field"))
        assert_invalid(alice.call("DELETE", "auth/sessions?keep=1"), ("?keep", "unknown_parameter"))
        assert_invalid(alice.call("DELETE", f"auth/sessions/{other['id']}", {"x": 1}), ("/x", "unknown_field"))
    assert is_in(other)


def test_nobody_ends_any_without_a_session(alice, anybody):
    other = sign_in(alice.customer)
    for path in ("auth/sessions", f"auth/sessions/{other['id']}"):
        assert_problem(anybody.call("DELETE", path), 401, "token_missing")
    alice.post("auth/sign-out")
    for path in ("auth/sessions", f"auth/sessions/{other['id']}"):
        assert_problem(alice.call("DELETE", path), 401, "token_invalid")
    assert is_in(other)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_all_the_others_at_once_one_stays():
    customer = make_customer("alice")
    devices = [signed_in(customer) for _ in range(6)]

    answers = run_together(
        *[lambda device=device: Api(device.token).call("DELETE", "auth/sessions") for device in devices]
    )

    assert sorted(answer.status for answer in answers) == [204] + [401] * 5
    assert Session.objects.filter(ended_at=None).count() == 1
