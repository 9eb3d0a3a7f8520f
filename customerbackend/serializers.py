"""Building blocks for the shapes of requests and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from customerbackend.errors import InvalidParameter, InvalidRequest, pointer_part
from customerbackend.times import rfc3339

UNKNOWN_FIELD = _("There is no such field.")
UNKNOWN_PARAMETER = _("There is no such parameter.")
REPEATED_PARAMETER = _("This parameter may be given once.")


def field_error(detail: Any, code: str) -> ErrorDetail:
    """One fault of one field; `detail` may be a lazy translation and is translated here."""
    return ErrorDetail(str(detail), code)


# How many unknown fields are named; somebody who sends a thousand learns enough from these.
MAX_FAULTS = 50


class BoundedListField(serializers.ListField):
    """A list whose length is looked at before its elements are: a hundred thousand of them cost nothing."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses what it does not know: a typo must not pass silently."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = data.keys() - self.fields.keys() if isinstance(data, Mapping) else set()
        faults: dict[str, Any] = {
            pointer_part(name): [field_error(UNKNOWN_FIELD, "unknown_field")] for name in sorted(unknown)[:MAX_FAULTS]
        }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as fault:
            if isinstance(fault.detail, dict):
                fault.detail.update(faults)
            raise
        if faults:
            raise serializers.ValidationError(faults)
        return values


def read_body(serializer_class: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The body's validated values. Raises InvalidRequest (400) that points at every fault, and InvalidParameter: a call
    that takes a body takes no query.
    """
    check_no_query(request)
    serializer = serializer_class(data=request.data, context={"request": request})
    if not serializer.is_valid():
        raise InvalidRequest(serializer.errors)
    return serializer.validated_data


def read_query(serializer_class: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The query's validated values. Raises InvalidParameter (400) naming unknown, repeated and malformed parameters."""
    query = request.query_params
    repeated = {
        name: [field_error(REPEATED_PARAMETER, "repeated")] for name, values in query.lists() if len(values) > 1
    }
    serializer = serializer_class(data=query.dict(), context={"request": request})
    if not serializer.is_valid() or repeated:
        faults = {**serializer.errors, **repeated}
        for name in sorted(query.keys() - serializer.fields.keys()):
            faults.pop(pointer_part(name), None)  # a parameter's name is no JSON pointer
            faults[name] = [field_error(UNKNOWN_PARAMETER, "unknown_parameter")]
        raise InvalidParameter(faults)
    return serializer.validated_data


def check_no_query(request: Request) -> None:
    """Refuse any query parameter, for endpoints that take none."""
    if request.META.get("QUERY_STRING"):
        read_query(StrictSerializer, request)


def check_coordinates(attrs: dict[str, Any]) -> dict[str, Any]:
    """Raise ValidationError unless latitude and longitude are given both or neither."""
    for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if attrs.get(name) is not None and attrs.get(other) is None:
            raise serializers.ValidationError({other: [field_error(_("Give both coordinates."), "required")]})
    return attrs


def with_ascii_domain(email: str) -> str:
    """The address with its domain in lower-case ASCII; one that has no such form comes back as it is."""
    name, at, domain = email.strip().rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return email


class EmailAddressField(serializers.EmailField):
    """An email address with its domain in the one form that mail servers know it by: lower-case ASCII (RFC 5890).

    Otherwise look-alikes in other letters would be other addresses to us and the same mailbox to everybody else.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(with_ascii_domain(data) if isinstance(data, str) else data)

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        if not address.isascii():
            self.fail("invalid")
        return address


class UtcDateTimeField(serializers.DateTimeField):
    """RFC 3339 with an explicit offset in, UTC with `Z` out. A time without an offset is refused: it is ambiguous."""

    default_error_messages = {"naive": _("Say the offset from UTC, for example 2026-05-01T18:30:00Z.")}

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = super().to_internal_value(value)
        except (OverflowError, ValueError):
            self.fail("invalid", format="RFC 3339")
        if not isinstance(value, str) or not (value[-1:] in "Zz" or "+" in value[10:] or "-" in value[10:]):
            self.fail("naive")
        if not 1970 < moment.year < 9999:
            self.fail("invalid", format="RFC 3339")
        return moment

    def to_representation(self, value: Any) -> str:
        return rfc3339(value)


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "amount": {"type": "integer", "description": "in minor units (cents)", "examples": [1299]},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217", "examples": ["EUR"]},
        },
        "required": ["amount", "currency"],
        "additionalProperties": False,
    }
)
class MoneyField(serializers.Field[int, Any, dict[str, Any], Any]):
    """`{"amount": 1299, "currency": "EUR"}` outside, integer minor units inside; never negative when written."""

    default_error_messages = {
        "invalid": _("Money is {{“amount”: minor units, “currency”: “{currency}”}}."),
        "currency": _("The currency here is {currency}."),
        "range": _("The amount is not possible."),
    }

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, dict) or data.keys() != {"amount", "currency"}:
            self.fail("invalid", currency=settings.CURRENCY)
        amount = data["amount"]
        if not isinstance(amount, int) or isinstance(amount, bool):
            self.fail("invalid", currency=settings.CURRENCY)
        if data["currency"] != settings.CURRENCY:
            self.fail("currency", currency=settings.CURRENCY)
        if not 0 <= amount < 2**53:
            self.fail("range")
        return amount

    def to_representation(self, value: int) -> dict[str, Any]:
        return {"amount": value, "currency": settings.CURRENCY}


def page_serializer(name: str, row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of one page of a list of these rows."""
    cursor = serializers.CharField(allow_null=True, help_text="null: this is the last page.")
    return type(name, (serializers.Serializer,), {"data": row(many=True), "next_cursor": cursor})


class PageQuery(StrictSerializer):
    """`limit` and `cursor`, which every list takes."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.CharField(required=False, max_length=500, help_text="The `next_cursor` of the page before.")
