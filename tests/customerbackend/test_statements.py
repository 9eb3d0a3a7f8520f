"""Statements written by hand: prepared once on a connection, or bound where nothing may be prepared."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from customerbackend.statements import Statement
from tests.factories import order_body
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db

ADD = Statement("add_in_test", "integer, integer", "SELECT $1 + $2, $2 % 10, '100%'")
SEVERAL = Statement("several_in_test", "text[]", "SELECT unnest($1)")


@pytest.fixture(autouse=True)
def _a_new_connection_each():
    """What one test prepares must not be there for the next; rolling back does not undo it."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection._prepared_statements = None


def test_a_statement_is_prepared_once_and_executed_each_time():
    with statements_sent() as sent:
        assert ADD.row(40, 2) == (42, 2, "100%")
        assert ADD.row(1, 29) == (30, 9, "100%")
    assert [text.split("(")[0].strip() for text in sent if "add_in_test" in text] == [
        "PREPARE add_in_test", "EXECUTE add_in_test", "EXECUTE add_in_test",
    ]  # fmt: skip
    assert len([text for text in sent if not text.startswith(("BEGIN", "SAVEPOINT"))]) == 3


def test_where_nothing_may_be_prepared_the_values_are_bound(settings):
    settings.DATABASE_PREPARE = False
    with statements_sent() as sent:
        assert ADD.row(40, 2) == (42, 2, "100%")
    assert [text for text in sent if "SELECT" in text] == ["SELECT 40::integer + 2::integer, 2::integer % 10, '100%'"]
    assert not [text for text in sent if "PREPARE" in text or "EXECUTE" in text]


@pytest.mark.parametrize("prepare", [True, False])
def test_rows_row_and_run_give_all_one_and_how_many(settings, prepare):
    settings.DATABASE_PREPARE = prepare
    assert SEVERAL.rows(["a", "b"]) == [("a",), ("b",)]
    assert SEVERAL.row(["a", "b"]) == ("a",)
    assert SEVERAL.row([]) is None
    assert SEVERAL.run(["a", "b", "c"]) == 3


@pytest.mark.parametrize("prepare", [True, False])
def test_values_keep_their_types_both_ways(settings, prepare):
    settings.DATABASE_PREPARE = prepare
    types = Statement(
        "types_in_test", "uuid, timestamptz, text, boolean, bigint, json", "SELECT $1, $2, $3, $4, $5, $6"
    )
    values = (UUID(int=7), datetime(2026, 5, 1, 12, tzinfo=UTC), "it's 100% $1 \\ ж", True, 2**40, '{"a": 1}')
    row = types.row(*values)
    assert row is not None
    assert row[1:5] == values[1:5]
    assert (str(row[0]), row[5]) == (str(values[0]), {"a": 1})
    assert types.row(*[None] * 6) == (None,) * 6


def test_an_order_reads_the_same_both_ways(settings, alice, soup):
    order_id = alice.place(order_body(soup, total=1200)).json["id"]
    paths = [f"orders/{order_id}", f"orders/{order_id}/status", "orders", "orders/current", "menu", "branches"]
    prepared = [alice.get(path).text for path in paths]
    settings.DATABASE_PREPARE = False
    assert [alice.get(path).text for path in paths] == prepared
    assert alice.place(order_body(soup, total=1200)).status == 201
    assert alice.cancel(order_id).status == 200
    assert len(alice.get("orders").json["data"]) == 2


def test_types_and_parameters_must_match():
    with pytest.raises(ValueError, match="wrong_in_test"):
        Statement("wrong_in_test", "integer", "SELECT $1 + $2")
    with pytest.raises(ValueError, match="wrong_in_test"):
        Statement("wrong_in_test", "integer, integer", "SELECT $1 + $1")
