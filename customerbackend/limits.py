"""Limits as the settings read them from the environment."""

import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

HIGHEST = 10**9  # what is counted fits into an integer of the database
FACTOR = re.compile(r"[1-9][0-9]{0,8}")
FORM = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,6})")


def read_limits(env: Any, **defaults: str) -> dict[str, tuple[int, int]]:
    """`{name: (times, seconds)}` from variables `LIMIT_<NAME>=times/seconds`. Raises ImproperlyConfigured."""
    factor = env.str("LIMIT_BY_ADDRESS_FACTOR", "1")
    if not FACTOR.fullmatch(factor):
        raise ImproperlyConfigured("LIMIT_BY_ADDRESS_FACTOR is not a whole number of 1 or more.")
    limits = {}
    for name, default in defaults.items():
        variable = f"LIMIT_{name.upper()}"
        found = FORM.fullmatch(env.str(variable, default))
        if found is None:
            raise ImproperlyConfigured(f"{variable} is not of the form times/seconds, for example {default}.")
        times, seconds = int(found[1]), int(found[2])
        limits[name] = (min(times * int(factor), HIGHEST) if name.endswith("_by_address") else times, seconds)
    return limits
