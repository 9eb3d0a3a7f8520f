"""All that the database holds, as whoever steals it would read it."""

import json
from collections.abc import Iterable
from html import escape
from urllib.parse import quote, quote_plus

from django.apps import apps
from django.db import connection


def dump() -> dict[str, list[str]]:
    """Every row of every table as text, Django's own tables included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
            found[table] = [text for (text,) in cursor.fetchall()]
    return found


def texts_of(model: str, column: str) -> str:
    """All that stands in a column."""
    table = apps.get_model(model)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT string_agg("{column}"::text, chr(10)) FROM {table}')
        return cursor.fetchone()[0] or ""


def found_in(text: str, words: Iterable[str]) -> list[str]:
    """The words that the text holds, in whatever case, plain or as JSON, SQL, HTML or a URL would write them."""
    folded = text.casefold()
    return [word for word in words if any(form.casefold() in folded for form in forms(word))]


def forms(word: str) -> set[str]:
    """How a word may be written."""
    doubled = word.replace("\\", "\\\\").replace('"', '""')
    return {word, doubled, json.dumps(word)[1:-1], escape(word), quote(word), quote(word, safe=""), quote_plus(word)}


def found_in_database(words: Iterable[str]) -> dict[str, list[str]]:
    """The words that stand anywhere in the database, by table."""
    sought = list(words)
    tables = {table: found_in("\n".join(rows), sought) for table, rows in dump().items()}
    return {table: found for table, found in tables.items() if found}
