"""Comparing an answer with the serializer that promises its shape: the very keys, nothing null that may not be."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework import serializers

from customerbackend.serializers import MoneyField, UtcDateTimeField

RFC3339_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def assert_shape(promised: Any, value: Any, at: str = "answer") -> None:
    """Fail unless the JSON value is what the serializer or field (instance or class) promises, all the way down."""
    field = promised() if isinstance(promised, type) else promised
    if value is None:
        assert field.allow_null, f"{at} is null"
    elif isinstance(field, serializers.Serializer):
        assert isinstance(value, dict), f"{at} is no object: {value!r}"
        assert value.keys() == field.fields.keys(), f"{at} has the keys {sorted(value)}, not {sorted(field.fields)}"
        for name, part in field.fields.items():
            assert_shape(part, value[name], f"{at}.{name}")
    elif isinstance(field, serializers.ListSerializer | serializers.ListField):
        assert isinstance(value, list), f"{at} is no list: {value!r}"
        for index, each in enumerate(value):
            assert_shape(field.child, each, f"{at}[{index}]")
    else:
        assert_plain(field, value, at)


def assert_plain(field: serializers.Field[Any, Any, Any, Any], value: Any, at: str) -> None:
    """Fail unless a value that holds no others is what its field promises."""
    for kind, is_such in KINDS:
        if isinstance(field, kind):
            assert is_such(field, value), f"{at} is not of {type(field).__name__}: {value!r}"
            return
    raise AssertionError(f"{at}: nothing is known about {type(field).__name__}")


def is_text(_field: Any, value: Any) -> bool:
    return isinstance(value, str)


def is_integer(_field: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_money(_field: Any, value: Any) -> bool:
    is_whole = isinstance(value, dict) and value.keys() == {"amount", "currency"}
    return is_whole and is_integer(None, value["amount"]) and value["currency"] == settings.CURRENCY


def is_id(_field: Any, value: Any) -> bool:
    return isinstance(value, str) and str(UUID(value)) == value


# The first that fits counts: what is derived stands before what it is derived from.
KINDS: list[tuple[type[Any], Callable[[Any, Any], bool]]] = [
    (MoneyField, is_money),
    (serializers.UUIDField, is_id),
    (UtcDateTimeField, lambda _field, value: isinstance(value, str) and RFC3339_UTC.fullmatch(value) is not None),
    (serializers.DateField, lambda _field, value: date.fromisoformat(value).isoformat() == value),
    (serializers.ChoiceField, lambda field, value: value in field.choices),
    (serializers.BooleanField, lambda _field, value: isinstance(value, bool)),
    (serializers.IntegerField, is_integer),
    (serializers.FloatField, lambda _field, value: isinstance(value, int | float) and not isinstance(value, bool)),
    (serializers.URLField, lambda _field, value: isinstance(value, str) and "://" in value),
    (serializers.CharField, is_text),
    (serializers.DictField, lambda _field, value: isinstance(value, dict)),
]
