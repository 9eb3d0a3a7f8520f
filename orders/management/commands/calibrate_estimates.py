"""Bring the catalog's times nearer to what has happened."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from orders.calibrating import Fit, measure_fits, write_fits
from orders.management.periods import add_period, read_period

LATELY = timedelta(days=28)


class Command(BaseCommand):
    help = (
        "Set products' cooking times, zones' travel times and branches' waits for a courier to the medians of what "
        "really happened, in half minutes; by default with the orders of the last 28 days. A menu file that is "
        "imported later says what it says."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_period(parser, is_required=False)
        parser.add_argument("--minimum", type=int, default=20, metavar="N", help="So many orders must tell; else 20.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        placed_from, placed_to = read_period(options)
        placed_to = placed_to or timezone.now()
        fits = measure_fits(placed_from=placed_from or placed_to - LATELY, placed_to=placed_to)
        told = [fit for fit in fits if fit.cases >= options["minimum"]]
        changes = [fit for fit in told if fit.after != fit.before]
        for fit in told:
            self.stdout.write(describe(fit))
        if len(told) < len(fits):
            self.stdout.write(f"Too few orders: {', '.join(fit.name for fit in fits if fit not in told)}.")
        if not options["dry_run"] and changes:
            write_fits(changes)
        verb = "would change" if options["dry_run"] else "changed"
        self.stdout.write(f"{len(changes)} of {len(fits)} {verb}.")


def describe(fit: Fit) -> str:
    """One line: what was assumed, what was measured."""
    orders = "1 order" if fit.cases == 1 else f"{fit.cases} orders"
    to = "stays" if fit.after == fit.before else f"→ {fit.after} s"
    return f"{fit.quantity.name}, {fit.name}: {fit.before} s {to} ({orders})"
