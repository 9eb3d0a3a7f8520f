"""A new phone number needs the password beside it; whoever finds the phone unlocked cannot put in their own."""

import pytest

from tests.accounts.steps import patch
from tests.clients import signed_in
from tests.factories import PASSWORD, make_customer
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = pytest.mark.django_db

OLD, NEW = "+493023125001", "+493023125002"


@pytest.mark.parametrize("phone", [NEW, None])
def test_another_number_or_none_is_taken_with_the_password(alice, phone):
    answer = patch(alice, {"phone": phone, "password": PASSWORD})

    assert (answer.status, answer.json["phone"]) == (200, phone)
    assert alice.get("account").json["phone"] == phone
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("phone", [NEW, None])
def test_without_the_password_it_is_refused_and_nothing_changes(alice, phone):
    with nothing_written():
        assert_invalid(patch(alice, {"phone": phone, "name": "New"}), ("/password", "required"))


def test_a_first_number_needs_it_too():
    assert_invalid(patch(signed_in(make_customer("new", phone=None)), {"phone": NEW}), ("/password", "required"))


@pytest.mark.parametrize("body", [{"phone": NEW}, {"name": "New"}, {"phone": OLD}])
def test_a_wrong_password_is_refused_and_nothing_changes(alice, body):
    with nothing_written():
        document = assert_problem(patch(alice, {**body, "password": "wrong-Horse-9"}), 422, "password_wrong")
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [("/password", "password_wrong")]
    assert "wrong-Horse-9" not in str(document)


@pytest.mark.parametrize("same", [OLD, "030 23125001", "+49 30 2312-5001"])
def test_the_same_number_in_any_spelling_needs_none(alice, same):
    answer = patch(alice, {"phone": same, "name": "New"})
    assert (answer.status, answer.json["phone"], answer.json["name"]) == (200, OLD, "New")


@pytest.mark.parametrize("password", ["", None, 5.5, ["x"]])
def test_what_is_no_password_is_none(alice, password):
    with nothing_written():
        answer = patch(alice, {"phone": NEW, "password": password})
        assert answer.status in (400, 422)
    assert answer.json["errors"][0]["pointer"] == "/password"


def test_the_preferred_number_cannot_be_taken_away(alice):
    assert patch(alice, {"preferred_contact": "phone"}).status == 200
    with nothing_written():
        problem = assert_problem(patch(alice, {"phone": None, "password": PASSWORD}), 422, "contact_missing")
    assert [error["pointer"] for error in problem["errors"]] == ["/preferred_contact"]


@pytest.mark.django_db(transaction=True)
def test_a_number_sent_along_unchanged_does_not_undo_a_change_made_meanwhile():
    alice = signed_in(make_customer("alice", phone=OLD))
    with another_connection() as other:
        other.cursor().execute("UPDATE accounts_customer SET phone = %s", [NEW])
        answer, _ = run_together(
            lambda: patch(alice, {"phone": OLD, "name": "Alice Liddell"}),
            lambda: (wait_until(waiting_for_a_lock), other.commit()),
        )

    assert (answer.status, answer.json["phone"], answer.json["name"]) == (200, NEW, "Alice Liddell")
