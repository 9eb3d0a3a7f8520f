"""What a statement costs the database: the rows that it reads, as PostgreSQL counts them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from customerbackend.statements import Statement

DROPPED = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


def rows_read(statement: Statement, values: Sequence[Any], table: str = "orders_order") -> int:
    """How many rows of the table a statement reads that finds something, those that it drops again included."""
    for _ in range(6):  # the sixth execution of a prepared statement may have its final plan
        assert statement.row(*values) is not None
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.execute}", values)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return round(
        sum(
            node["Actual Loops"] * (node["Actual Rows"] + sum(node.get(dropped, 0) for dropped in DROPPED))
            for node in nodes(plan)
            if node.get("Relation Name") == table
        )
    )


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every part of a plan."""
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)
