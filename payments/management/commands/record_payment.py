"""Record money that was handed over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customerbackend.errors import Refusal
from customerbackend.money import format_money
from orders.models import AT_THE_DOOR, Order
from payments.door import change_of, record_door_payment, take_back_record
from payments.models import Payment, Provider


class Command(BaseCommand):
    help = (
        "Record that what an order owes was handed over at the door, and say what change was to be given; "
        "with --take-back, that it was not after all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--method", choices=[method.value for method in AT_THE_DOOR], help="by default as ordered")
        parser.add_argument("--take-back", action="store_true", help="it was recorded by mistake")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.filter(number=options["number"]).first()
        if order is None:
            raise CommandError(f"There is no order {options['number']}.")
        try:
            if options["take_back"]:
                self.take_back(order)
            else:
                self.record(order, options["method"] or order.payment_method)
        except Refusal as refusal:
            raise CommandError(f"Order {order.number}: {refusal.detail}") from refusal

    def record(self, order: Order, method: str) -> None:
        """Raises Refusal, CommandError."""
        if method not in AT_THE_DOOR:
            raise CommandError(f"Order {order.number} is not paid at the door.")
        payment = record_door_payment(order_id=order.id, method=method, recorded_by="record_payment")
        self.stdout.write(f"Order {order.number}: {format_money(payment.captured, payment.currency)} by {method}.")
        change = change_of(order) if method == order.payment_method else None
        if change is not None:
            self.stdout.write(f"Change: {format_money(change, payment.currency)}.")

    def take_back(self, order: Order) -> None:
        """The latest record of the order. Raises Refusal, CommandError."""
        payment = Payment.objects.filter(order=order, provider=Provider.DOOR).order_by("id").last()
        if payment is None:
            raise CommandError(f"Nothing has been recorded of order {order.number}.")
        refund = take_back_record(payment_id=payment.id, recorded_by="record_payment")
        amount = format_money(refund.amount, payment.currency)
        self.stdout.write(f"Order {order.number}: {amount} by {payment.method} is taken back.")
