"""Release orders for later."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from orders.scheduling import release_due_orders


class Command(BaseCommand):
    help = "Hand every scheduled order whose time has come to the kitchen; once, or again and again with --every."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="Stay, until SIGTERM or SIGINT.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["every"]:
            self.release()
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            try:
                self.release()
            except (OperationalError, InterfaceError) as fault:  # the database restarts; so do we, with the next turn
                self.stderr.write(f"release_orders: {str(fault).splitlines()[0]}")
                connection.close()
            stop.wait(options["every"])

    def release(self) -> None:
        for order in release_due_orders():
            self.stdout.write(f"Order {order.number} is released.")
