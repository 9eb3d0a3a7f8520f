"""COPY in PostgreSQL's binary format: a row is its columns' values, each with its length before it, one after another.

Binary, because then neither side writes or reads numbers, moments and ids as text, which is half of the work.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from struct import Struct
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model

SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
ID_HEAD = b"\x00\x00\x00\x10"
CHUNK = 2**20

# PostgreSQL counts microseconds and days from 2000 on.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.date().toordinal()
SECOND = 10**6

_count, _length = Struct(">h").pack, Struct(">i").pack
_int2, _int4, _int8 = Struct(">ih").pack, Struct(">ii").pack, Struct(">iq").pack
_float8, _bool = Struct(">id").pack, Struct(">i?").pack
NO_TEXTS = Struct(">iiii").pack(12, 0, 0, 1043)  # an empty array of varchar


def micros(moment: datetime) -> int:
    """A moment as PostgreSQL counts it."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def moment_of(at: int) -> datetime:
    """The other way round, to the second."""
    return datetime.fromtimestamp(at // SECOND + EPOCH.timestamp(), UTC)


def write_moment(at: int) -> bytes:
    return _int8(8, at)


def write_moment_or_null(at: int | None) -> bytes:
    return NULL if at is None else _int8(8, at)


def write_int2(number: int) -> bytes:
    return _int2(2, number)


def write_int4(number: int) -> bytes:
    return _int4(4, number)


def write_int8(number: int) -> bytes:
    return _int8(8, number)


def write_day(day: date) -> bytes:
    return _int4(4, day.toordinal() - EPOCH_DAY)


def write_text(text: str) -> bytes:
    data = text.encode()
    return _length(len(data)) + data


def write_json(value: Any) -> bytes:
    """A document in the text in which placing writes it."""
    return write_text(json.dumps(value, ensure_ascii=False))


def write_id(value: UUID | str) -> bytes:
    return ID_HEAD + (value if isinstance(value, UUID) else UUID(value)).bytes


def write_any_moment(value: datetime | str) -> bytes:
    return write_moment(micros(datetime.fromisoformat(value) if isinstance(value, str) else value))


def write_any_day(value: date | str) -> bytes:
    return write_day(date.fromisoformat(value) if isinstance(value, str) else value)


WRITERS: dict[str, Callable[[Any], bytes]] = {
    "UUIDField": write_id,
    "ForeignKey": write_id,
    "DateTimeField": write_any_moment,
    "DateField": write_any_day,
    "BooleanField": lambda value: _bool(1, value),
    "PositiveSmallIntegerField": write_int2,
    "PositiveIntegerField": write_int4,
    "PositiveBigIntegerField": write_int8,
    "BigIntegerField": write_int8,
    "FloatField": lambda value: _float8(8, value),
    "CharField": write_text,
    "TextField": write_text,
    "JSONField": write_json,
}


def write_value(field: "Field[Any, Any]", value: Any) -> bytes:
    """A column's value, given as Python or as the JSON that placing makes of it."""
    if value is None:
        return NULL
    if field.get_internal_type() == "ArrayField" and not value:
        return NO_TEXTS
    return WRITERS[field.get_internal_type()](value)


class CopiedTable:
    """A table that rows are copied into. A row's `own` columns come first and are written one by one; the rest, which
    many rows have in common, is written once (`common`) and taken as it is.
    """

    def __init__(self, model: type[Model], own: Sequence[str]) -> None:
        fields = {field.column: field for field in model._meta.concrete_fields}
        self.rest = [field for column, field in fields.items() if column not in own]
        columns = ", ".join(f'"{fields[column].column}"' for column in [*own, *(field.column for field in self.rest)])
        self.sql = f"COPY {model._meta.db_table} ({columns}) FROM STDIN (FORMAT binary)"
        self.head = _count(len(fields))

    def common(self, row: Mapping[str, Any]) -> bytes:
        """The columns that are not a row's own, from a row of the kind that placing composes; absent ones are null."""
        return b"".join([write_value(field, row.get(str(field.column))) for field in self.rest])

    def copy(self, parts: Iterable[bytes]) -> None:
        """Send rows, each of which is the head, its own columns and the rest. In the caller's transaction."""
        stream = BytesIO(b"".join([SIGNATURE, *parts, TRAILER]))
        with connection.cursor() as cursor:
            cursor.copy_expert(self.sql, stream, CHUNK)
