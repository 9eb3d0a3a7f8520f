"""A span of time as commands are given it: `--from` and `--to`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from customerbackend.arguments import moment


def add_period(parser: ArgumentParser, *, is_required: bool) -> None:
    """Add both arguments; what they say stands in `placed_from` and `placed_to`, None where nothing was said."""
    parser.add_argument(
        "--from", dest="placed_from", type=moment, required=is_required, metavar="WHEN",
        help="Orders placed from then on: a day (UTC) or a moment.",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="placed_to", type=moment, required=is_required, metavar="WHEN", help="And before then."
    )


def read_period(options: dict[str, Any]) -> tuple[Any, Any]:
    """From when until before when. Raises CommandError for a span without any time in it."""
    placed_from, placed_to = options["placed_from"], options["placed_to"]
    if placed_from is not None and placed_to is not None and placed_from >= placed_to:
        raise CommandError("--to must be after --from.")
    return placed_from, placed_to
