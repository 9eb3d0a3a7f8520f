"""Ask the providers about payments that are open for long."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from customerbackend.money import format_money
from customerbackend.repeating import RepeatedCommand
from payments.closing import cancel_stray_payments
from payments.reconciling import Finding, reconcile_payments


class Command(RepeatedCommand):
    help = (
        "Fetch every payment that is open for long, or whose refund is, from its provider, and settle or cancel it: a "
        "lost event loses nothing. Says what was found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--older-than", type=float, default=2, metavar="MINUTES", help="by default 2")
        parser.add_argument(
            "--succeeded-within", type=float, default=0, metavar="DAYS", help="look through what has succeeded, too"
        )

    def turn(self, **options: Any) -> None:
        asked = differences = errors = 0
        for finding in reconcile_payments(
            older_than=timedelta(minutes=options["older_than"]),
            succeeded_within=timedelta(days=options["succeeded_within"]),
        ):
            asked += 1
            differences += finding.is_difference
            errors += bool(finding.error)
            if finding.is_difference or finding.error:
                self.stdout.write(describe(finding))
        cancelled = cancel_stray_payments()
        if differences or errors or cancelled or not options["every"]:
            self.stdout.write(f"{asked} asked for, {differences} different, {errors} errors, {cancelled} cancelled.")


def describe(finding: Finding) -> str:
    """One line about one payment."""
    payment, about = finding.payment, f"Order {finding.number}, payment {finding.payment.id}"
    if finding.error:
        return f"{about}: {finding.was}; {finding.error}"
    held, refunded = (format_money(amount, payment.currency) for amount in (payment.captured, finding.refunded))
    return f"{about}: {finding.was} → {payment.state}, taken {held}, given back {refunded}"
