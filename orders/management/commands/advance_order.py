"""Move an order on by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from orders.lifecycle import Actor, ActorKind, move_order
from orders.models import Order
from orders.statuses import Status


class Command(BaseCommand):
    help = "Bring an order into a status, as staff would; a move that the table of transitions lacks is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("status", choices=Status.values)
        parser.add_argument("--reason", default="", help="Needed for exceptions, and to say why it was undelivered.")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.filter(number=options["number"]).first()
        if order is None:
            raise CommandError(f"There is no order {options['number']}.")
        actor = Actor(ActorKind.STAFF, "advance_order")
        try:
            moved = move_order(order_id=order.id, to=Status(options["status"]), actor=actor, reason=options["reason"])
        except Refusal as refusal:
            allowed = refusal.data.get("allowed") or refusal.data.get("reasons")
            more = f" Possible: {', '.join(allowed)}." if allowed else ""
            raise CommandError(f"Order {order.number} is {order.status}. {refusal.detail}{more}") from refusal
        self.stdout.write(f"Order {moved.number} is {moved.status}.")
