"""Sending while our side is down, while others send, and when a sender dies."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from payments.models import SandboxEvent
from payments.providers.sandbox import send_sandbox_events
from payments.providers.sandbox.sending import claim_event
from tests.orders.steps import NOON
from tests.payments.sandbox.receiver import receiving
from tests.payments.sandbox.steps import documents, paid
from tests.servers import another_connection
from tests.stripe.record import Unanswered
from tests.threads import run_together

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.mark.django_db
def test_while_nobody_answers_one_is_tried_a_round_and_nothing_is_lost(provider, settings):
    with receiving() as gone:
        settings.PUBLIC_URL = gone.url
    for _ in range(3):
        paid(provider)

    assert send_sandbox_events() == 0
    assert list(SandboxEvent.objects.order_by("id").values_list("tries", flat=True)) == [1, 0, 0]

    with receiving() as back, time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        settings.PUBLIC_URL = back.url
        assert send_sandbox_events() == 3
    assert back.documents == documents()


@pytest.mark.django_db
@pytest.mark.parametrize("reset", [False, True])
def test_an_answer_that_breaks_off_is_none(provider, receiver, reset):
    def break_off() -> None:
        raise Unanswered(reset=reset)

    receiver.meanwhile = break_off
    paid(provider)
    assert send_sandbox_events() == 0

    receiver.meanwhile = lambda: None
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        assert send_sandbox_events() == 1
    assert receiver.ids == [documents()[0]["id"]] * 2


@pytest.mark.django_db
def test_no_proxy_stands_between_us_and_ourselves(provider, receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    paid(provider)

    assert send_sandbox_events() == 1


@pytest.mark.django_db
def test_what_a_sender_had_when_it_died_is_sent_by_another_one(provider, receiver):
    paid(provider)
    claimed = claim_event(NOON)
    assert claimed is not None

    with time_machine.travel(NOON + timedelta(seconds=29), tick=False):
        assert send_sandbox_events() == 0
    with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
        assert send_sandbox_events() == 1
    assert receiver.ids == [claimed.id]


@pytest.mark.django_db(transaction=True)
def test_of_several_senders_at_once_each_event_has_one(provider, receiver):
    for _ in range(20):
        paid(provider)

    delivered = run_together(*[send_sandbox_events] * 4)

    assert sum(delivered) == 20
    assert sorted(receiver.ids) == [document["id"] for document in documents()]


@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_not_waited_for(provider, receiver):
    for _ in range(3):
        paid(provider)
    first, *others = [document["id"] for document in documents()]

    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute("SELECT 1 FROM payments_sandboxevent WHERE id = %s FOR UPDATE", [first])
        assert send_sandbox_events() == 2
    assert receiver.ids == others


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_our_side_is_waited_for(provider, receiver):
    open_meanwhile = []

    def look() -> None:
        with another_connection() as raw, raw.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
            )
            open_meanwhile.append(cursor.fetchone()[0])

    receiver.meanwhile = look
    paid(provider)

    assert send_sandbox_events() == 1
    assert open_meanwhile == [0]
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_a_slow_sender_does_not_undo_what_another_has_delivered_meanwhile(provider, receiver):
    overtaking = []

    def overtake() -> None:
        receiver.meanwhile = lambda: None
        with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
            overtaking.append(send_sandbox_events())
        connection.close()
        receiver.statuses = [500]

    receiver.meanwhile = overtake
    paid(provider)

    assert send_sandbox_events() == 0

    assert overtaking == [1]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert send_sandbox_events() == 0
    assert len(receiver.got) == 2
