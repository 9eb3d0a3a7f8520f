"""What a page of the inbox costs the database: the rows that it shows and those that are unread, on any page."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from customerbackend.pagination import END_OF_TIME, LAST_ID
from notifications.inbox import READ_INBOX
from notifications.models import Message
from tests.factories import make_customer, sign_in
from tests.notifications.telling import tell

pytestmark = pytest.mark.django_db(transaction=True)

COPY = """
INSERT INTO notifications_message SELECT (json_populate_record(m, json_build_object(
    'id', gen_random_uuid(), 'created_at', m.created_at - copy * interval '1 hour', 'read_at', m.created_at
))).* FROM notifications_message AS m, generate_series(1, %s) AS copy"""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def rows_read(session_id: str, after: tuple[Any, UUID]) -> float:
    """Rows that a page reads from the table of messages, as PostgreSQL counts them."""
    values = (session_id, timezone.now(), *after, 20, False)
    for _ in range(6):  # the sixth execution of a prepared statement may have its final plan
        assert READ_INBOX.row(*values) is not None
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {READ_INBOX.execute}", values)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return sum(node["Actual Rows"] for node in nodes(plan) if node.get("Relation Name") == "notifications_message")


def test_a_page_reads_no_more_rows_than_one_more_than_it_shows_and_what_is_unread():
    alice = make_customer("alice")
    for _ in range(3):
        tell(kind="order_status", recipient_kind="customer", recipient_id=alice.id)
    with connection.cursor() as cursor:
        cursor.execute(COPY, [1000])
        cursor.execute("ANALYZE notifications_message")
    assert Message.objects.count() == 3003

    session_id = sign_in(alice)["id"]
    assert rows_read(session_id, (END_OF_TIME, LAST_ID)) == 21 + 3
    assert rows_read(session_id, (timezone.now() - timedelta(days=25), LAST_ID)) == 21 + 3
