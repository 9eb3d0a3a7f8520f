"""A long history, and its export as a spreadsheet reads it."""

import csv
import io
from typing import Any

from django.db import connection

from tests.clients import Api

TITLES = [
    "Number", "Placed", "Offset from UTC", "Time zone", "Status", "Items", "What", "Total", "Owed", "Paid", "Refunded",
    "Currency", "Payment", "Delivery", "Place", "Wanted for", "Delivered", "Cancelled", "Id",
]  # fmt: skip

COPY = """
INSERT INTO orders_order SELECT (json_populate_record(o, json_build_object(
    'id', gen_random_uuid(), 'number', 'copy-' || copy, 'placed_at', o.placed_at - (copy / 7) * interval '1 minute'
))).* FROM orders_order AS o, generate_series(1, %s) AS copy"""


def cells(text: str) -> list[list[str]]:
    """The rows of the file, its header first; it must begin with a byte order mark."""
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def export(api: Api, query: str = "", **headers: str) -> list[dict[str, str]]:
    """The orders of the export by their titles, all that there are."""
    answer: Any = api.get(f"orders/export.csv?{query}", **headers)
    assert answer.status == 200, answer.text
    header, *rows = cells(answer.text)
    return [dict(zip(header, row, strict=True)) for row in rows]


def make_history(orders: int) -> None:
    """So many orders, seven at a time placed at one moment; there is one to begin with."""
    with connection.cursor() as cursor:
        cursor.execute(COPY, [orders - 1])
