"""Release orders for later."""

from typing import Any

from customerbackend.repeating import RepeatedCommand
from orders.scheduling import release_due_orders


class Command(RepeatedCommand):
    help = "Hand every scheduled order whose time has come to the kitchen; once, or again and again with --every."

    def turn(self, **options: Any) -> None:
        for order in release_due_orders():
            self.stdout.write(f"Order {order.number} is released.")
