"""The database ends the worker's connections: it goes on by itself, and what it was sending is sent once."""

import threading

import pytest

from tests.notifications.telling import tell
from tests.notifications.workers import is_all_told, start_worker
from tests.servers import another_connection, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def end_connections():
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker of the test'"
        )
        assert len(cursor.fetchall()) == 2


def test_nothing_is_lost_or_sent_twice_and_no_lease_is_waited_for(kitchen, endpoint):
    is_over = threading.Event()
    kitchen.answer = lambda event: is_over.wait(5) and 204
    worker = start_worker(PGAPPNAME="worker of the test")
    try:
        first = tell()
        wait_until(lambda: kitchen.ids == [first])
        end_connections()
        second = tell()
        is_over.set()
        wait_until(is_all_told, seconds=20)  # less than a lease
        assert kitchen.ids == [first, second]
    finally:
        worker.terminate()
        assert worker.wait(30) == 0
