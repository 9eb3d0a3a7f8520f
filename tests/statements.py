"""Counting statements where none can hide: PostgreSQL itself reports each one that it gets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Notices(list[str]):
    """What the server says, all of it; the driver's own list keeps the last fifty."""


@contextmanager
def statements_sent() -> Iterator[list[str]]:
    """The statements that reach the server on this thread's connection, BEGIN and COMMIT included.

    Needs a superuser: the server is told to log each statement, and to send its log to the client.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        cursor.execute("SET client_min_messages = 'log'")
        cursor.execute("SET log_statement = 'all'")
    before, raw.notices = raw.notices, Notices()
    sent: list[str] = []
    try:
        yield sent
    finally:
        found = [
            notice.partition("statement: ")[2].partition("\nDETAIL:")[0].strip()
            for notice in raw.notices
            if "statement: " in notice
        ]
        raw.notices = before
        with raw.cursor() as cursor:
            cursor.execute("SET log_statement = 'none'")
            cursor.execute("RESET client_min_messages")
        sent += [text for text in found if text]
