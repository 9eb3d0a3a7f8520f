"""Record money that was handed over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from customerbackend.money import format_money
from orders.models import AT_THE_DOOR, Order
from payments.door import change_of, record_door_payment


class Command(BaseCommand):
    help = "Record that what an order owes was handed over at the door, and say what change was to be given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--method", choices=[method.value for method in AT_THE_DOOR], help="by default as ordered")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.filter(number=options["number"]).first()
        if order is None:
            raise CommandError(f"There is no order {options['number']}.")
        method = options["method"] or order.payment_method
        if method not in AT_THE_DOOR:
            raise CommandError(f"Order {order.number} is not paid at the door.")
        try:
            payment = record_door_payment(order_id=order.id, method=method, recorded_by="record_payment")
        except Refusal as refusal:
            raise CommandError(f"Order {order.number}: {refusal.detail}") from refusal
        self.stdout.write(f"Order {order.number}: {format_money(payment.captured, payment.currency)} by {method}.")
        change = change_of(order) if method == order.payment_method else None
        if change is not None:
            self.stdout.write(f"Change: {format_money(change, payment.currency)}.")
