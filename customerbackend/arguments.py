"""What commands of several apps are given."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime

YEARS = range(1970, 9999)


def moment(text: str) -> datetime:
    """A day, which stands for its beginning, or a moment; in UTC unless it says otherwise."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        said = None
    if said is None or said.year not in YEARS:
        raise ArgumentTypeError(f"{text} is neither a day like 2026-05-31 nor a moment like 2026-05-31T18:00Z")
    return said if said.tzinfo else said.replace(tzinfo=UTC)
