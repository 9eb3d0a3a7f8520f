"""Reading request bodies: JSON, bounded, and free of what PostgreSQL cannot store."""

import json
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from customerbackend.errors import InvalidRequest, PayloadTooLarge, pointer_part

MAX_BODY_BYTES = 128 * 1024


class JsonParser(BaseParser):
    """Parses a JSON body of at most MAX_BODY_BYTES.

    Raises PayloadTooLarge, ParseError (400 `invalid_json`: not JSON, not UTF-8, nested too deeply, NaN) or
    InvalidRequest (a text holds U+0000 or half of a surrogate pair, which no text column can hold).
    """

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLarge()
        try:
            data = json.loads(body.decode(), parse_constant=refuse_constant)
        except (ValueError, RecursionError) as fault:
            raise ParseError(_("The body could not be read as JSON.")) from fault
        if b"\\u" in body:  # only an escape can bring such a character into valid UTF-8 JSON
            refuse_unstorable_text(data)
        return data


def refuse_constant(name: str) -> None:
    """NaN and Infinity are Python's invention, not JSON. Raises ValueError."""
    raise ValueError(name)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text: no U+0000 and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def refuse_unstorable_text(data: Any) -> None:
    """Raise InvalidRequest with the pointer of a text that PostgreSQL could not hold."""
    # Asked without paths first: a path for every element would let a small body take any amount of memory.
    if all_storable(data):
        return
    pointer, value = "", data
    while not isinstance(value, str):
        if isinstance(value, dict) and not all(map(is_storable, value)):
            break
        items = value.items() if isinstance(value, dict) else enumerate(value)
        key, value = next((key, item) for key, item in items if not all_storable(item))
        pointer = f"{pointer}/{pointer_part(str(key))}"
    message = _("The text holds a character that is not allowed.")
    raise InvalidRequest({pointer.removeprefix("/") or "non_field_errors": [message]})


def all_storable(data: Any) -> bool:
    """Whether every text in the data, names included, can be stored."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and not is_storable(value):
            return False
    return True
