"""A day's money at the door."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from customerbackend.money import format_money
from payments.reports import CashLine, find_not_recorded, report_cash

ROW = "{:<30} {:<10} {:>7} {:>16} {:>9} {:>16} {:>16}"


def read_date(text: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise ArgumentTypeError(f"{text} is no day of the form 2026-05-31") from fault


class Command(BaseCommand):
    help = "Print a business day's money at the door, by branch and way of paying: expected and recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=read_date, required=True, help="the branches' business day, as 2026-05-31")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = report_cash(options["date"])
        self.stdout.write(
            ROW.format("branch", "method", "orders", "expected", "payments", "recorded", "difference").rstrip()
        )
        for line in lines:
            self.stdout.write(describe(line))
        missing = find_not_recorded(options["date"])
        if missing:
            self.stdout.write(f"Delivered, and nothing recorded: {', '.join(missing)}")


def describe(line: CashLine) -> str:
    """One line of the table."""
    sums = [
        format_money(amount, settings.CURRENCY)
        for amount in (line.expected, line.recorded, line.recorded - line.expected)
    ]
    return ROW.format(line.branch[:30], line.method, line.orders, sums[0], line.payments, sums[1], sums[2])
