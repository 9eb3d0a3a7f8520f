"""Lower by hand what an order owes."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from customerbackend.money import format_money, parse_money
from orders.adjusting import give_goodwill, remove_item
from orders.lifecycle import Actor, ActorKind
from orders.management.commands.advance_order import short_text
from orders.models import Order

ACTOR = Actor(ActorKind.STAFF, "adjust_order")


def amount_of_money(text: str) -> int:
    """Minor units of the deployment's currency."""
    try:
        return parse_money(text, settings.CURRENCY)
    except ValueError as fault:
        raise ArgumentTypeError(str(fault)) from fault


class Command(BaseCommand):
    help = "Lower what an order owes, as staff would: goodwill, or an item removed. What is held above it is refunded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--goodwill", type=amount_of_money, metavar="AMOUNT", help="How much less, like 3.50.")
        what.add_argument("--remove", type=int, metavar="POSITION", help="Of which line, counted from 1.")
        parser.add_argument("--quantity", type=int, metavar="N", help="How many of the line are removed; by default 1.")
        parser.add_argument("--reason", required=True, type=short_text, metavar="TEXT", help="The customer reads it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["quantity"] is not None and options["remove"] is None:
            raise CommandError("--quantity goes with --remove.")
        order = Order.objects.filter(number=options["number"]).first()
        if order is None:
            raise CommandError(f"There is no order {options['number']}.")
        try:
            adjusted = self.adjust(order, options)
        except Refusal as refusal:
            raise CommandError(f"Order {order.number} is {order.status}. {refusal.detail}{more(refusal)}") from refusal
        self.stdout.write(f"Order {adjusted.number} owes {format_money(adjusted.owed, adjusted.currency)}.")

    def adjust(self, order: Order, options: dict[str, Any]) -> Order:
        """Give the goodwill, or remove the item."""
        reason = options["reason"]
        if options["goodwill"] is not None:
            return give_goodwill(order_id=order.id, amount=options["goodwill"], actor=ACTOR, reason=reason)
        line = order.lines.filter(position=options["remove"] - 1).first()
        if line is None:
            raise CommandError(f"Order {order.number} has no line {options['remove']}.")
        quantity = 1 if options["quantity"] is None else options["quantity"]
        return remove_item(order_id=order.id, line_id=line.id, quantity=quantity, actor=ACTOR, reason=reason)


def more(refusal: Refusal) -> str:
    """What would be possible, as far as the refusal says."""
    if "owed" in refusal.data:
        return f" Owed: {format_money(refusal.data['owed']['amount'], refusal.data['owed']['currency'])}."
    return f" Left: {refusal.data['quantity_left']}." if "quantity_left" in refusal.data else ""
