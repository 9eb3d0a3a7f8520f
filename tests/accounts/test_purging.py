"""`manage.py purge_expired`: what has expired goes, what has not stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import signup
from accounts.management.commands import purge_expired
from accounts.models import Code, Session, SignUp
from customerbackend.models import IdempotentAnswer
from tests.factories import make_customer, sign_in

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
    request = {"phone": None, "password": "rather-Long-1", "name": ""}
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
        IdempotentAnswer.objects.create(customer_id=alice.id, key=key, fingerprint="f", created_at=now - age)

    assert "5 idempotent answers deleted." in purge()

    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["young"]
