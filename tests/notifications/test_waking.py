"""The worker sleeps until a message is written: it does not look all the time."""

import pytest

from notifications import worker
from tests.notifications.telling import tell
from tests.notifications.workers import is_all_told, workers
from tests.servers import another_connection, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sleeping_worker_is_woken(kitchen, endpoint, monkeypatch):
    assert worker.POLL_SECONDS == 5
    monkeypatch.setattr(worker, "POLL_SECONDS", 3600)  # it would sleep through the test
    with workers():
        wait_until(is_listening)
        told = tell()
        wait_until(lambda: kitchen.ids == [told])
        wait_until(is_all_told)


def is_listening():
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        )
        return cursor.fetchone() != (0,)
