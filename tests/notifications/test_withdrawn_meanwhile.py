"""What is withdrawn or erased in the very moment in which a worker addresses it is brought to nobody."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.addressing import address_messages
from notifications.messages import blank_messages, withdraw_messages
from notifications.models import Delivery, Message
from tests.factories import make_customer
from tests.notifications.telling import tell
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def while_addressing() -> Iterator[Callable[[], None]]:
    """Inside, a worker has read what is new and waits to learn what recipients prefer; calling lets it go on, and waits
    until it is done.
    """
    found: list[Any] = []

    def work() -> None:
        try:
            found.append(address_messages())
        except Exception as fault:
            found.append(fault)
        finally:
            connections.close_all()

    held, may_go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE notifications_preferences")
            held.set()
            may_go_on.wait(30)
        connections.close_all()

    holder, worker = threading.Thread(target=hold), threading.Thread(target=work)
    holder.start()
    held.wait(30)
    worker.start()
    while not is_somebody_waiting():
        pass

    def go_on() -> None:
        may_go_on.set()
        holder.join()
        worker.join()
        assert found == [1], found

    try:
        yield go_on
    finally:
        may_go_on.set()
        holder.join()
        worker.join()


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notifications_preferences'::regclass"
        )
        return bool(cursor.fetchone()[0])


def test_what_is_withdrawn_gets_no_delivery():
    alice, order_id = make_customer("alice"), new_id()
    due_at = timezone.now() - timedelta(seconds=1)
    tell(kind="refund_succeeded", recipient_kind="customer", recipient_id=alice.id, subject_id=order_id, due_at=due_at)
    with while_addressing() as go_on:
        withdraw_messages(kind="refund_succeeded", subject_id=order_id)
        go_on()
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()


def test_what_is_erased_gets_no_delivery():
    alice, order_id = make_customer("alice"), new_id()
    tell(kind="refund_succeeded", recipient_kind="customer", recipient_id=alice.id, subject_id=order_id)
    with while_addressing() as go_on:
        blank_messages([order_id])
        go_on()
    assert Message.objects.get().data == {}
    assert not Delivery.objects.exists()


def test_what_is_erased_while_it_gets_its_deliveries_has_none_that_waits():
    alice, order_id = make_customer("alice"), new_id()
    tell(kind="refund_succeeded", recipient_kind="customer", recipient_id=alice.id, subject_id=order_id)
    assert run_together(address_messages, lambda: blank_messages([order_id])) in ([1, None], [0, None])
    assert Message.objects.get().data == {}
    assert not Delivery.objects.filter(state="pending").exists()
    assert not Delivery.objects.exclude(address="").exists()
