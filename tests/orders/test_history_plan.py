"""What a page of the history costs the database: as many rows as it shows, however many orders there are."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from orders import history
from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_customer, order_body, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

COPY = """
INSERT INTO orders_order SELECT (json_populate_record(o, json_build_object(
    'id', gen_random_uuid(), 'number', o.number || '-' || copy, 'placed_at', o.placed_at - copy * interval '1 hour'
))).* FROM orders_order AS o, generate_series(1, %s) AS copy"""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def rows_read(session_id: str, limit: int) -> float:
    """Rows that a page reads from the table of orders, as PostgreSQL counts them."""
    values = (
        session_id, timezone.now(), [str(uuid4())], "", list(history.Status.values), history.BEGINNING_OF_TIME,
        history.END_OF_TIME, history.END_OF_TIME, history.LAST_ID, limit,
    )  # fmt: skip
    for _ in range(6):  # the sixth execution of a prepared statement may have its final plan
        assert history.READ_HISTORY.row(*values) is not None
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {history.READ_HISTORY.execute}", values)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return sum(node["Actual Rows"] for node in nodes(plan) if node.get("Relation Name") == "orders_order")


def test_a_page_of_a_long_history_reads_no_more_rows_than_one_more_than_it_shows(branch, soup):
    alice = make_customer("alice")
    assert signed_in(alice).place(order_body(soup, total=1200)).status == 201
    with connection.cursor() as cursor:
        cursor.execute(COPY, [3000])
        cursor.execute("ANALYZE orders_order")
    assert Order.objects.count() == 3001

    assert rows_read(sign_in(alice)["id"], limit=20) == 21
