"""What happens to a connection: seen, and done to it, from another one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection


@contextmanager
def another_connection() -> Iterator[Any]:
    """A connection of nobody's request, in a transaction of its own that is rolled back at the end."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    raw = psycopg2.connect(**parameters)
    try:
        yield raw
    finally:
        raw.close()


def kill(pid: int) -> None:
    """End a server process as an administrator or a crash does, and wait until it is gone."""
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        assert cursor.fetchone() == (True,)


def own_pid() -> int:
    """The server process of this thread's connection."""
    connection.ensure_connection()
    raw: Any = connection.connection
    return int(raw.info.backend_pid)


def waiting_for_a_lock() -> list[int]:
    """Server processes of this database that wait for a lock."""
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def wait_until(happened: Callable[[], Any], seconds: float = 20) -> Any:
    """What it gives once that is true; fails when it does not become so in this time."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
    return found
