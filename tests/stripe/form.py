"""Stripe's form encoding, read: `a[b]=1`, `a[0][b]=1`, `a[]=1`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from tests.stripe.refusals import malformed

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(text: str) -> dict[str, Any]:
    """Nested dicts; what was `a[]` is a list, what was `a[0]` a dict with digits for keys. Raises Refused."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        match = NAME.fullmatch(name)
        if not match:
            raise malformed(f"Invalid parameter name: {name}", param=name)
        put(found, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value, name)
    return found


def put(into: Any, path: list[str], value: str, name: str) -> None:
    """Raises Refused when one name says two things."""
    key, rest = path[0], path[1:]
    if not rest:
        if key in into:
            raise malformed(f"Parameter sent twice: {name}", param=name)
        into[key] = value
    elif rest == [""]:
        items = into.setdefault(key, [])
        if not isinstance(items, list):
            raise malformed(f"Invalid array: {name}", param=name)
        items.append(value)
    else:
        inner = into.setdefault(key, {})
        if not isinstance(inner, dict):
            raise malformed(f"Invalid hash: {name}", param=name)
        put(inner, rest, value, name)
