"""How good estimates were."""

import csv
from argparse import ArgumentParser
from dataclasses import astuple, fields
from typing import Any

from django.core.management.base import BaseCommand

from orders.accuracy import GROUPS, AccuracyLine, measure_accuracy
from orders.management.periods import add_period, read_period

COLUMNS = [field.name for field in fields(AccuracyLine)]
ROW = "{:<30} {:<9} {:<7} {:>8} {:>8} {:>8} {:>10} {:>7}"


class Command(BaseCommand):
    help = "Print how good the estimates of delivered orders were: first and last promise beside what happened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_period(parser, is_required=True)
        parser.add_argument("--by", default="", choices=[by for by in GROUPS if by], help="A line for each.")
        parser.add_argument("--csv", action="store_true", help="As CSV.")

    def handle(self, *args: Any, **options: Any) -> None:
        placed_from, placed_to = read_period(options)
        lines = measure_accuracy(placed_from=placed_from, placed_to=placed_to, by=options["by"])
        if options["csv"]:
            self.print_csv(lines)
        elif not lines:
            self.stdout.write("No order that was placed then has been delivered.")
        else:
            head = (options["by"], "event", "promise", "orders", "bias", "error", "within 5′", "late")
            self.stdout.write(ROW.format(*head).rstrip())
            for line in lines:
                self.stdout.write(describe(line))

    def print_csv(self, lines: list[AccuracyLine]) -> None:
        """A header and a row a line, numbers unrounded but for what nobody needs."""
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        for line in lines:
            writer.writerow([round(value, 4) if isinstance(value, float) else value for value in astuple(line)])


def describe(line: AccuracyLine) -> str:
    """One line of the table: minutes and percent."""
    late = "" if line.late is None else f"{line.late:.1%}"
    numbers = (line.orders, f"{line.bias_minutes:+.1f}", f"{line.error_minutes:.1f}", f"{line.within_5_minutes:.1%}")
    return ROW.format(line.group[:30], line.event, line.promise, *numbers, late).rstrip()
