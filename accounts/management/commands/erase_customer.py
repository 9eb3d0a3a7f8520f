"""Erase a customer on their request."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rest_framework.exceptions import NotFound

from accounts.erasure import erase_customer, find_customer
from accounts.models import Customer
from customerbackend.errors import Refusal


def is_confirmed(customer: Customer) -> bool:
    """Whether whoever runs the command says yes; where nobody can be asked, they do not."""
    try:
        return input(f"Erase {customer} ({customer.id}) for good? Type yes: ").strip() == "yes"
    except EOFError:
        return False


class Command(BaseCommand):
    help = "Erase a customer: orders keep their sums, nothing keeps the person. Not while an order is running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer", help="id, login or email")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            customer = find_customer(options["customer"])
        except Customer.DoesNotExist as fault:
            raise CommandError("There is no such customer.") from fault
        if not (options["yes"] or is_confirmed(customer)):
            raise CommandError("Nothing has been erased.")
        try:
            erase_customer(customer_id=customer.id)
        except NotFound as fault:
            raise CommandError("The customer has been erased before.") from fault
        except Refusal as refusal:
            orders = ", ".join(f"{order['number']} ({order['status']})" for order in refusal.data.get("orders", []))
            raise CommandError(" ".join(filter(None, [str(refusal.detail), orders]))) from refusal
        self.stdout.write(f"{customer.id} has been erased.")
