"""Statements written by hand: their SQL stands once, is prepared on each connection and executed from then on.

A prepared statement spares PostgreSQL parsing and planning each time, which is most of the work of a short read. Where
PgBouncer's transaction mode stands between (`DATABASE_PREPARE=off`) the same text is sent with its values bound.
"""

import re
import threading
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, ParamSpec, TypeVar

import psycopg2.errors
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Model

P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]

# The schema changed under the plan, or the server forgot the statement (a pooler's DISCARD, a failover).
STALE = (psycopg2.errors.FeatureNotSupported, psycopg2.errors.InvalidSqlStatementName)


class StalePlan(Exception):
    """A prepared statement could not be used inside a transaction, which is thereby lost and can be run again."""


class Statement:
    """One SQL text with `$1`-style parameters and their PostgreSQL types, e.g. `Statement("now_at", "text", "…")`.

    Outside a transaction a dead connection is replaced and a stale plan renewed, once. Inside one this cannot be done
    for the statement alone: `in_transaction` runs the whole again.
    """

    def __init__(self, name: str, types: str, sql: str) -> None:
        self.name = name
        self.types = [part.strip() for part in types.split(",") if part.strip()]
        self.sql = sql
        used = {int(number) for number in re.findall(r"\$(\d+)", sql)}
        if used != set(range(1, len(self.types) + 1)):
            raise ValueError(f"{name}: parameters {sorted(used)} do not match the {len(self.types)} types")

    @cached_property
    def prepare(self) -> str:
        """What prepares it on a connection."""
        types = f" ({', '.join(self.types)})" if self.types else ""
        return f"PREPARE {self.name}{types} AS {self.sql}"

    @cached_property
    def execute(self) -> str:
        """What executes it once it is prepared."""
        values = f" ({', '.join(['%s'] * len(self.types))})" if self.types else ""
        return f"EXECUTE {self.name}{values}"

    @cached_property
    def bound(self) -> str:
        """The same statement with its values bound by the driver, cast to the same types."""
        text = self.sql.replace("%", "%%")
        return re.sub(r"\$(\d+)", lambda match: f"%(p{match[1]})s::{self.types[int(match[1]) - 1]}", text)

    def rows(self, *values: Any) -> list[Row]:
        """Every row of the answer."""
        return self._run(values, lambda cursor: cursor.fetchall())

    def row(self, *values: Any) -> Row | None:
        """The first row, or None where there is none."""
        return self._run(values, lambda cursor: cursor.fetchone())

    def run(self, *values: Any) -> int:
        """Execute for its effect; how many rows it touched."""
        return self._run(values, lambda cursor: cursor.rowcount)

    def _run(self, values: Row, fetch: Callable[[Any], T]) -> T:
        try:
            return self._send(values, fetch)
        except (OperationalError, InterfaceError, StalePlan) as fault:
            if connection.in_atomic_block:
                # Asked here: ending the transaction, Django drops the dead connection and opens another.
                _progress.lost = is_connection_dead() and not _progress.answered
                raise
            if not (isinstance(fault, StalePlan) or is_connection_dead()):
                raise
            connection.close()
        return self._send(values, fetch)

    def _send(self, values: Row, fetch: Callable[[Any], T]) -> T:
        connection.ensure_connection()
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            if settings.DATABASE_PREPARE:
                self._execute_prepared(cursor, values)
            else:
                cursor.execute(self.bound, {f"p{number}": value for number, value in enumerate(values, 1)})
            _progress.answered = True
            return fetch(cursor)

    def _execute_prepared(self, cursor: Any, values: Row) -> None:
        prepared = prepared_statements()
        try:
            if self.name not in prepared:
                cursor.execute(self.prepare)
                prepared.add(self.name)
            cursor.execute(self.execute, values)
        except STALE as fault:
            raise StalePlan(self.name) from fault


class ThreadsConnection:
    """Closes a connection when the thread that it belongs to ends. Servers end idle threads, and Django's wrapper would
    keep the socket until the garbage collector finds it.
    """

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __del__(self) -> None:
        self.raw.close()


_of_thread = threading.local()


def close_with_thread(connection: Any, **_: Any) -> None:
    """Receiver of `connection_created`: bind the new connection's life to its thread's."""
    _of_thread.connection = ThreadsConnection(connection.connection)


class Progress(threading.local):
    """How far the thread's use case has come: a statement was answered; the connection was dead at the first one."""

    answered = False
    lost = False


_progress = Progress()


def insert_json_sql(model: type[Model], rows: str, *, many: bool) -> str:
    """SQL that inserts a row, or an array of them, given as JSON (the argument is SQL) whose names are columns.

    It names the columns that this release knows: one that a later release added keeps its default.
    """
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    table = model._meta.db_table
    function = "json_populate_recordset" if many else "json_populate_record"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {function}(NULL::{table}, {rows})"


def broken_constraint(fault: IntegrityError) -> str | None:
    """The constraint that a write would have broken, by name. The message is no guide: it quotes what was written."""
    diagnostics = getattr(fault.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)


def is_connection_dead() -> bool:
    """Whether the driver has found the current connection closed by the other side."""
    raw = connection.connection
    return raw is None or bool(raw.closed)


def prepared_statements() -> set[str]:
    """Names of the statements prepared on the current connection."""
    raw = connection.connection
    known: tuple[Any, set[str]] | None = getattr(connection, "_prepared_statements", None)
    if known is None or known[0] is not raw:
        known = (raw, set())
        connection._prepared_statements = known  # type: ignore[attr-defined]
    return known[1]


def in_transaction(use_case: Callable[P, T]) -> Callable[P, T]:
    """Decorate a use case to run in a transaction of its own, and once more where that was lost without effect:
    the connection turned out dead at its first statement, a plan was stale, or PostgreSQL chose it to resolve a
    deadlock. Where the connection dies later the outcome is unknown and the fault is raised. Inside another
    transaction it becomes a savepoint of it.
    """

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            with transaction.atomic():
                return use_case(*args, **kwargs)
        _progress.answered = _progress.lost = False
        try:
            with transaction.atomic():
                return use_case(*args, **kwargs)
        except StalePlan:
            connection.close()
        except (OperationalError, InterfaceError) as fault:
            if not _progress.lost and not isinstance(fault.__cause__, psycopg2.errors.DeadlockDetected):
                raise
        with transaction.atomic():
            return use_case(*args, **kwargs)

    return run
