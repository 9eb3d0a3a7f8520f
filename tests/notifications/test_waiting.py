"""How old the oldest message is that waits to be told, for operators and Prometheus."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from notifications.waiting import Waiting, read_waiting
from tests.notifications.telling import deliver, tell
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db
NOTHING = [Waiting(channel, 0, 0.0, 0) for channel in ("new", "push", "email", "webhook")]


def metrics(token="secret-of-prometheus"):
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def test_nothing_waits_at_first():
    with statements_sent() as sent:
        assert read_waiting() == NOTHING
    assert len(sent) == 2  # prepared, executed


def test_what_no_worker_has_looked_at_waits_since_it_was_written():
    now = timezone.now()
    tell(at=now - timedelta(seconds=90))
    tell(at=now - timedelta(seconds=30))
    assert read_waiting(now)[0] == Waiting("new", 2, 90.0, 0)


def test_what_is_not_due_does_not_wait():
    tell(due_at=timezone.now() + timedelta(hours=1))
    assert read_waiting() == NOTHING


def test_what_is_tried_again_waits_since_it_was_to_leave_first(kitchen, endpoint):
    now = timezone.now()
    tell(at=now - timedelta(hours=2))
    kitchen.answer = lambda event: 500
    deliver()
    assert read_waiting(now)[3] == Waiting("webhook", 1, 7200.0, 0)


def test_what_was_given_up_is_counted(kitchen, endpoint):
    tell()
    kitchen.answer = lambda event: 500
    deliver()
    Delivery.objects.update(attempts=11, due_at=timezone.now())
    deliver()
    assert Delivery.objects.get().state == "dead"
    assert read_waiting()[3] == Waiting("webhook", 0, 0.0, 1)


def test_operators_are_told_when_something_waits_for_too_long(capsys):
    tell(at=timezone.now() - timedelta(seconds=200))
    call_command("check_messages")
    assert "new            1 waiting, the oldest for 200 s" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Waiting for more than 100 s: new"):
        call_command("check_messages", "--older-than", "100")


def test_prometheus_is_told_with_its_token(settings):
    settings.METRICS_TOKEN = "secret-of-prometheus"
    tell(at=timezone.now() - timedelta(seconds=200))
    answer = metrics()
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert 'messages_waiting{channel="new"} 1.0' in lines
    [oldest] = [line for line in lines if line.startswith('messages_oldest_waiting_seconds{channel="new"}')]
    assert float(oldest.split()[1]) >= 200


@pytest.mark.parametrize(("token", "given"), [("", ""), ("", "anything"), ("right", "wrong"), ("right", "righté")])
def test_nobody_else_is(settings, token, given):
    settings.METRICS_TOKEN = token
    assert metrics(given).status_code == 404
