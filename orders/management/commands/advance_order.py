"""Move an order on by hand."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from orders.models import Order
from orders.scheduling import move_by_staff
from orders.statuses import Status

LONGEST_REASON = 300


def short_text(text: str) -> str:
    """A reason that the log can hold."""
    if len(text) > LONGEST_REASON:
        raise ArgumentTypeError(f"a reason has at most {LONGEST_REASON} characters")
    return text


class Command(BaseCommand):
    help = "Bring an order into a status, as staff would; a move that the table of transitions lacks is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("status", choices=Status.values)
        parser.add_argument(
            "--reason", default="", type=short_text, help="Needed for exceptions, and to say why it was undelivered."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.filter(number=options["number"]).first()
        if order is None:
            raise CommandError(f"There is no order {options['number']}.")
        try:
            moved = move_by_staff(
                order=order, to=Status(options["status"]), name="advance_order", reason=options["reason"]
            )
        except Refusal as refusal:
            allowed = refusal.data.get("allowed") or refusal.data.get("reasons")
            more = f" Possible: {', '.join(allowed)}." if allowed else ""
            raise CommandError(f"Order {order.number} is {order.status}. {refusal.detail}{more}") from refusal
        self.stdout.write(f"Order {moved.number} is {moved.status}.")
