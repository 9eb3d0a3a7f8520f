"""Move an order on by hand."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from orders.lifecycle import Actor, ActorKind, MoveNotAllowed, move_order, possible_statuses
from orders.models import Order
from orders.scheduling import release_order
from orders.statuses import Status

LONGEST_REASON = 300


def short_text(text: str) -> str:
    """A reason that the log can hold."""
    if len(text) > LONGEST_REASON:
        raise ArgumentTypeError(f"a reason has at most {LONGEST_REASON} characters")
    return text


def advance(order: Order, to: Status, reason: str) -> Order:
    """Move the order; one for later becomes accepted by being released, so that the kitchen learns of it."""
    actor = Actor(ActorKind.STAFF, "advance_order")
    if to != Status.ACCEPTED:
        return move_order(order_id=order.id, to=to, actor=actor, reason=reason)
    released = release_order(order_id=order.id, actor=actor)
    if released is None:
        raise MoveNotAllowed(order_status=order.status, allowed=possible_statuses(order))
    return released


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
            moved = advance(order, Status(options["status"]), options["reason"])
        except Refusal as refusal:
            allowed = refusal.data.get("allowed") or refusal.data.get("reasons")
            more = f" Possible: {', '.join(allowed)}." if allowed else ""
            raise CommandError(f"Order {order.number} is {order.status}. {refusal.detail}{more}") from refusal
        self.stdout.write(f"Order {moved.number} is {moved.status}.")
