"""A new password for who knows the old one: it ends what the old one opened, but for the session that asked."""

import pytest

from accounts.models import Customer, PasswordReset, Session
from accounts.sessions import CredentialsInvalid, begin_session
from tests.accounts.steps import NEW_PASSWORD, ask_for_a_link, change_password, refresh, sign_in_as, use_link
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer, sign_in
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = pytest.mark.django_db


def test_the_new_password_opens_and_the_old_one_does_not(alice):
    answer = change_password(alice)

    assert (answer.status, answer.text) == (204, "")
    assert sign_in_as("alice").code == "credentials_invalid"
    assert sign_in_as("alice", NEW_PASSWORD).status == 200


def test_the_other_sessions_end_and_this_one_stays(alice, bob):
    others = [sign_in(alice.customer) for _ in range(2)]
    hers = sign_in(alice.customer)
    here = Api(hers["access_token"])

    assert change_password(here).status == 204

    assert here.get("account").status == 200
    assert [each["is_current"] for each in here.get("auth/sessions").json["data"]] == [True]
    assert [Api(other["access_token"]).get("account").code for other in others] == ["token_invalid"] * 2
    assert [refresh(other).code for other in others] == ["token_invalid"] * 2
    assert alice.get("account").code == "token_invalid"
    assert refresh(hers).status == 200
    assert bob.get("account").status == 200


def test_links_that_were_mailed_before_are_void(alice, bob):
    hers, his = ask_for_a_link(), ask_for_a_link("bob@example.com")
    assert change_password(alice).status == 204

    assert use_link(hers, "third-Password-3").code == "reset_token_invalid"
    assert list(PasswordReset.objects.values_list("customer__login", flat=True)) == ["bob"]
    assert use_link(his, "third-Password-3").status == 204
    assert sign_in_as("alice", NEW_PASSWORD).status == 200


def test_a_wrong_present_password_changes_nothing(alice):
    other = sign_in(alice.customer)
    with nothing_written():
        document = assert_problem(change_password(alice, current="wrong-Horse-9"), 422, "password_wrong")
    assert [(each["pointer"], each["code"]) for each in document["errors"]] == [("/current_password", "password_wrong")]
    assert Api(other["access_token"]).get("account").status == 200


@pytest.mark.parametrize(
    ("weak", "codes"),
    [
        ("Zq8-w", ["password_too_short"]),
        ("password1", ["password_too_common"]),
        ("80417365920", ["password_entirely_numeric"]),
        ("1234567", ["password_entirely_numeric", "password_too_common", "password_too_short"]),
        ("alice.liddell", ["password_too_similar"]),
        ("Wonderland@oxford", ["password_too_similar"]),
        ("Hargreaves-Pleasance", ["password_too_similar"]),
    ],
)
def test_a_weak_one_is_refused_with_every_reason(weak, codes):
    alice = signed_in(make_customer("alice.liddell", email="wonderland@oxford.example", name="Pleasance Hargreaves"))
    with nothing_written():
        document = assert_problem(change_password(alice, weak), 422, "password_weak")
    assert sorted(each["code"] for each in document["errors"]) == codes
    assert {each["pointer"] for each in document["errors"]} == {"/new_password"}
    assert weak not in str(document)


def test_what_is_missing_or_too_much_is_pointed_at(alice):
    with nothing_written():
        missing = alice.post("auth/password", {"new_password": "x" * 201, "login": "bob"})
        assert_invalid(
            missing, ("/current_password", "required"), ("/new_password", "max_length"), ("/login", "unknown_field")
        )
        assert_problem(change_password(Api()), 401, "token_missing")


def test_spaces_and_every_letter_of_a_password_count(alice):
    new = "  ключ от Дома  "
    assert change_password(alice, new).status == 204
    assert [sign_in_as("alice", text).status for text in (new.strip(), new.lower(), new)] == [401, 401, 200]


def test_a_sign_in_that_checked_the_old_password_does_not_get_in(alice):
    """The customer as the sign-in knows them was read before the change."""
    stale = Customer.objects.get(id=alice.customer.id)
    assert change_password(alice).status == 204
    with nothing_written(), pytest.raises(CredentialsInvalid):
        begin_session(customer=stale, keep_signed_in=False, device_name="", client="203.0.113.7")


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_waits_for_the_change_does_not_get_in():
    """Its password was right when it was checked, and is not when the lock is free."""
    alice = signed_in(make_customer("alice"))
    with another_connection() as other:
        other.cursor().execute("UPDATE accounts_customer SET password = 'argon2$another'")
        answer, _ = run_together(lambda: sign_in_as("alice"), lambda: (wait_until(waiting_for_a_lock), other.commit()))
    assert (answer.status, answer.code) == (401, "credentials_invalid")
    assert Session.objects.count() == 1
    assert alice.get("account").status == 200


@pytest.mark.django_db(transaction=True)
def test_of_several_changes_at_once_one_is_made(settings):
    settings.PASSWORD_HASHES_WAITING = 10
    settings.PASSWORD_HASH_WAIT_SECONDS = 60
    customer = make_customer("alice")
    devices = [signed_in(customer) for _ in range(4)]
    new = [f"{NEW_PASSWORD}-{number}" for number in range(4)]

    answers = run_together(*[
        lambda device=device, text=text: change_password(Api(device.token), text)
        for device, text in zip(devices, new, strict=True)
    ])  # fmt: skip

    [winner] = [number for number, answer in enumerate(answers) if answer.status == 204]
    assert {answer.code for answer in answers} <= {None, "token_invalid", "password_wrong"}
    assert [device.get("account").status for device in devices].index(200) == winner
    assert Session.objects.filter(ended_at=None).count() == 1
    assert sign_in_as("alice", new[winner]).status == 200
    assert sign_in_as("alice", PASSWORD).status == 401
