"""Cancel orders that were not paid in time."""

from typing import Any

from customerbackend.repeating import RepeatedCommand
from payments.closing import expire_unpaid_orders


class Command(RepeatedCommand):
    help = "Cancel every order that was not paid in time, at the provider first, and give its stock back."

    def turn(self, **options: Any) -> None:
        for order in expire_unpaid_orders():
            self.stdout.write(f"Order {order.number} was not paid in time and is cancelled.")
