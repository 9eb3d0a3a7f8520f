"""Guessing passwords: counted by account and by network address, before anything is hashed."""

import pytest

from accounts.models import Session
from customerbackend.models import Throttle
from tests.clients import Answer, Api
from tests.factories import PASSWORD, make_customer
from tests.hashes import count_hashes
from tests.limits import assert_throttled, at, set_limits

pytestmark = pytest.mark.django_db

WRONG = "wrong-Password-1"


def sign_in(login: str, password: str = WRONG, api: Api | None = None) -> Answer:
    return (api or Api()).post("auth/sign-in", {"login": login, "password": password})


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    return time_machine


def statuses(*answers: Answer) -> list[int]:
    return [answer.status for answer in answers]


def test_by_default_the_sixth_try_in_a_minute_is_refused_even_with_the_right_password(clock, settings):
    make_customer("alice")
    assert statuses(*[sign_in("alice") for _ in range(5)]) == [401] * 5
    computed = count_hashes(settings)

    assert_throttled(sign_in("alice", PASSWORD), 60)
    clock.move_to("2026-03-02T11:00:59.400Z", tick=False)
    assert_throttled(sign_in("alice", PASSWORD), 1)
    assert computed == []
    assert not Session.objects.exists()

    clock.move_to("2026-03-02T11:01:00Z", tick=False)
    assert sign_in("alice", PASSWORD).status == 200
    assert Session.objects.count() == 1


def test_the_second_lock_is_twice_as_long_and_its_end_is_told_to_the_second(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_account=(1, 60))
    sign_in("alice")
    assert_throttled(sign_in("alice"), 60)
    clock.move_to("2026-03-02T11:01:00Z", tick=False)
    assert sign_in("alice").status == 401
    assert_throttled(sign_in("alice", PASSWORD), 120)
    clock.move_to("2026-03-02T11:02:59Z", tick=False)
    assert_throttled(sign_in("alice", PASSWORD), 1)
    clock.move_to("2026-03-02T11:03:00Z", tick=False)
    assert sign_in("alice", PASSWORD).status == 200


@pytest.mark.parametrize("known", [True, False])
def test_in_whatever_case_it_is_one_login(clock, settings, known):
    if known:
        make_customer("alice")
    set_limits(settings, sign_in_by_account=(2, 60))
    assert statuses(sign_in("alice"), sign_in("ALICE")) == [401, 401]
    assert_throttled(sign_in(" Alice "), 60)


def test_that_login_and_email_belong_together_does_not_show_in_what_is_counted(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_account=(2, 60))
    for login, email in (("alice", "alice@example.com"), ("nobody", "nobody@example.com")):
        assert statuses(sign_in(login), sign_in(login.upper())) == [401, 401]
        assert_throttled(sign_in(login), 60)
        assert statuses(sign_in(email), sign_in(email.upper())) == [401, 401]
        assert_throttled(sign_in(email), 60)


def test_one_account_that_is_locked_out_locks_out_no_other(clock, settings):
    make_customer("alice")
    make_customer("bob")
    set_limits(settings, sign_in_by_account=(1, 60))
    assert statuses(sign_in("alice"), sign_in("alice")) == [401, 429]
    assert sign_in("bob", PASSWORD).status == 200
    assert sign_in("nobody").status == 401


def test_an_unknown_login_is_locked_out_as_a_known_one_is(clock, settings):
    make_customer("alice")
    make_customer("carol", is_active=False)
    set_limits(settings, sign_in_by_account=(2, 60))

    courses = [[sign_in(login) for _ in range(3)] for login in ("alice", "nobody", "carol", "no@body.com")]

    told = [
        [(a.status, a.headers.get("Retry-After"), {**a.json, "request_id": None}) for a in course] for course in courses
    ]
    assert [status for status, _wait, _document in told[0]] == [401, 401, 429]
    assert told == [told[0]] * 4


def test_success_forgives_the_account(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_account=(3, 60))
    for _ in range(3):
        assert statuses(sign_in("alice"), sign_in("alice@example.com")) == [401, 401]
        assert sign_in("alice", PASSWORD).status == 200
    assert statuses(*[sign_in("alice") for _ in range(4)]) == [401, 401, 401, 429]


def test_success_forgives_the_rounds_before_too(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_account=(1, 60))
    assert statuses(sign_in("alice"), sign_in("alice")) == [401, 429]
    clock.move_to("2026-03-02T11:01:00Z", tick=False)
    assert sign_in("alice", PASSWORD).status == 200
    assert sign_in("alice").status == 401
    assert_throttled(sign_in("alice"), 60)


def test_one_address_may_try_so_many_accounts_and_others_are_not_concerned(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_address=(3, 60))
    tried = [sign_in(f"nobody-{number}", api=at("198.51.100.7")) for number in range(3)]
    assert statuses(*tried) == [401] * 3
    computed = count_hashes(settings)

    assert_throttled(sign_in("alice", PASSWORD, at("198.51.100.7")), 60)
    assert computed == []

    assert sign_in("alice", PASSWORD, at("198.51.100.8")).status == 200


def test_of_ipv6_a_line_counts_as_one_address(clock, settings):
    set_limits(settings, sign_in_by_address=(2, 60))
    line = ["2001:db8:7:1::1", "2001:db8:7:1:ffff:ffff:ffff:ffff", "2001:db8:7:1:2:3:4:5"]
    answers = [sign_in(f"nobody-{number}", api=at(address)) for number, address in enumerate(line)]
    assert statuses(*answers) == [401, 401, 429]
    assert sign_in("nobody-9", api=at("2001:db8:7:2::1")).status == 401


def test_success_gives_one_try_back_for_the_address_and_no_more(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_address=(2, 60))
    assert sign_in("nobody-1").status == 401
    assert statuses(*[sign_in("alice", PASSWORD) for _ in range(3)]) == [200] * 3
    assert sign_in("nobody-2").status == 401
    assert_throttled(sign_in("alice", PASSWORD), 60)


def test_what_is_refused_by_address_is_not_counted_for_the_account(clock, settings):
    """Or whoever is locked out could go on locking out others."""
    make_customer("alice")
    set_limits(settings, sign_in_by_address=(1, 60), sign_in_by_account=(1, 60))
    assert sign_in("nobody", api=at("198.51.100.7")).status == 401
    assert sign_in("alice", api=at("198.51.100.7")).status == 429
    assert sign_in("alice", PASSWORD, at("198.51.100.8")).status == 200


def test_a_body_of_another_form_counts_for_nobody(clock, settings):
    make_customer("alice")
    set_limits(settings, sign_in_by_account=(1, 60))
    for body in ({"login": "alice"}, {"login": "alice", "password": ""}, {"login": "alice", "password": "x" * 201}):
        assert Api().post("auth/sign-in", body).status == 400
    assert sign_in("alice", PASSWORD).status == 200


def test_nothing_that_was_counted_can_be_read_from_the_table(clock):
    make_customer("alice")
    for login in ("alice", "alice@example.com", "nobody", "no@body.com"):
        sign_in(login, api=at("198.51.100.7"))
    for email in ("alice@example.com", "no@body.com"):
        assert at("198.51.100.7").post("auth/password-reset", {"email": email}).status == 202
    rows = list(Throttle.objects.values())
    assert len(rows) >= 7
    assert all(len(row["key"]) == 64 and int(row["key"], 16) for row in rows)
    assert all(row.keys() == {"key", "count", "rounds", "resets_at"} for row in rows)
    assert all(part not in str(rows) for part in ("alice", "nobody", "example", "@", "198.51"))
