"""Delay an order by hand."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from orders.delaying import delay_order
from orders.models import Order


class Command(BaseCommand):
    help = "Say that an order comes later than was said, as staff would. The customer sees it at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--minutes", type=int, required=True, metavar="N", help="By how many; at most 720.")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.select_related("branch").filter(number=options["number"]).first()
        if order is None:
            raise CommandError(f"There is no order {options['number']}.")
        try:
            delayed = delay_order(order_id=order.id, minutes=options["minutes"])
        except Refusal as refusal:
            raise CommandError(f"Order {order.number} is {order.status}. {refusal.detail}") from refusal
        until = delayed.estimated_delivered_to.astimezone(ZoneInfo(order.branch.time_zone))
        self.stdout.write(f"Order {order.number} is promised until {until:%Y-%m-%d %H:%M} ({order.branch.time_zone}).")
