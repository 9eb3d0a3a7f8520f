"""`manage.py purge_expired`: what has expired goes, what has not stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import signup
from accounts.management.commands import purge_expired
from accounts.models import Code, PasswordReset, Session, SignUp
from customerbackend.models import IdempotentAnswer, Throttle
from tests.clients import Api, signed_in
from tests.factories import make_customer, sign_in
from tests.limits import wait_for
from tests.orders.steps import NOON

pytestmark = pytest.mark.django_db


def purge() -> list[str]:
    out = StringIO()
    call_command("purge_expired", stdout=out)
    return out.getvalue().splitlines()


def test_sessions_go_thirty_days_after_their_end():
    alice = make_customer("alice")
    ended, expired, living = (sign_in(alice)["id"] for _ in range(3))
    long_ago = timezone.now() - timedelta(days=31)
    Session.objects.filter(id=ended).update(ended_at=long_ago)
    Session.objects.filter(id=expired).update(expires_at=long_ago)
    recent = sign_in(alice)["id"]
    Session.objects.filter(id=recent).update(ended_at=timezone.now() - timedelta(days=29))

    assert "2 sessions deleted." in purge()

    assert {str(key) for key in Session.objects.values_list("id", flat=True)} == {living, recent}


def test_unfinished_sign_ups_go_after_a_day_with_their_codes():
    request = {"phone": None, "password": "rather-Long-1", "name": "", "client": "203.0.113.7"}
    old = signup.start_sign_up(login="old", email="old@example.com", **request)
    new = signup.start_sign_up(login="new", email="new@example.com", **request)
    SignUp.objects.filter(id=old["id"]).update(created_at=timezone.now() - timedelta(hours=25))

    purge()

    assert [str(sign_up.id) for sign_up in SignUp.objects.all()] == [new["id"]]
    assert [str(code.subject_id) for code in Code.objects.all()] == [new["id"]]


def test_kept_answers_go_after_a_day_in_batches(monkeypatch):
    monkeypatch.setattr(purge_expired, "BATCH", 2)
    alice = make_customer("alice")
    now = timezone.now()
    ages = dict.fromkeys(["a", "b", "c", "d", "e"], timedelta(hours=25)) | {"young": timedelta(hours=23)}
    for key, age in ages.items():
        IdempotentAnswer.objects.create(caller_id=alice.id, key=key, fingerprint="f", created_at=now - age)

    assert "5 idempotent answers deleted." in purge()

    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["young"]


def test_links_to_reset_a_password_go_when_they_expire(time_machine):
    make_customer("alice")
    for email, moment in [("alice@example.com", 0), ("nobody@example.com", 0), ("alice@example.com", 1)]:
        time_machine.move_to(NOON + timedelta(seconds=moment), tick=False)
        assert Api().post("auth/password-reset", {"email": email}).status == 202
    young = PasswordReset.objects.latest("expires_at")

    time_machine.move_to(NOON + timedelta(minutes=30), tick=False)
    assert "0 password resets deleted." in purge()
    time_machine.move_to(NOON + timedelta(minutes=30, seconds=1), tick=False)
    assert "2 password resets deleted." in purge()

    assert PasswordReset.objects.get() == young


def test_a_code_for_another_email_goes_a_day_after_it_expired(time_machine):
    time_machine.move_to(NOON, tick=False)
    alice, bob = signed_in(make_customer("alice")), signed_in(make_customer("bob"))
    assert alice.post("account/email", {"email": "new@example.com"}).status == 202
    time_machine.shift(1)
    assert bob.post("account/email", {"email": "newer@example.com"}).status == 202

    time_machine.move_to(NOON + timedelta(days=1, minutes=15), tick=False)
    assert "0 codes deleted." in purge()
    time_machine.move_to(NOON + timedelta(days=1, minutes=15, seconds=1), tick=False)
    assert "1 codes deleted." in purge()

    assert Code.objects.get().address == "newer@example.com"


@pytest.mark.parametrize(("seconds", "deleted", "wait"), [(0, 0, 120), (1, 1, 60)])
def test_tries_go_an_hour_after_their_window_when_its_growth_is_forgotten_too(time_machine, seconds, deleted, wait):
    time_machine.move_to(NOON, tick=False)
    limit = ("sign_in_by_account", "customer:alice")
    assert [wait_for(*limit) for _ in range(6)] == [0] * 5 + [60]

    # A limit that was used up grows when it is tried again within an hour after its window.
    time_machine.move_to(NOON + timedelta(minutes=1, hours=1, seconds=seconds), tick=False)
    assert f"{deleted} throttles deleted." in purge()
    time_machine.move_to(NOON + timedelta(minutes=1, hours=1, seconds=-1 if not deleted else seconds), tick=False)
    assert [wait_for(*limit) for _ in range(6)] == [0] * 5 + [wait]
    assert "0 throttles deleted." in purge()
    assert Throttle.objects.count() == 1
