"""Give back what is held above what is owed."""

from typing import Any

from customerbackend.money import format_money
from customerbackend.repeating import RepeatedCommand
from payments.sending_refunds import process_refunds


class Command(RepeatedCommand):
    help = "Give back whatever is held of a customer's money above what their order owes, through its provider."

    def turn(self, **options: Any) -> None:
        for refund in process_refunds():
            amount = format_money(refund.amount, refund.payment.currency)
            failure = f" ({refund.failure})" if refund.failure else ""
            self.stdout.write(f"Order {refund.payment.order.number}: {amount}: {refund.state}{failure}.")
