"""The worker that delivers messages."""

import signal
import time
from argparse import ArgumentParser
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from notifications.worker import Worker

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "Deliver messages by push, mail and webhook as they are written, until SIGTERM, which finishes what is being "
        "sent. Any number of workers may run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Deliver what is due now, and end.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            Worker().run_once()
            return
        self.is_asked_to_end = False
        self.worker = Worker()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.end)
        while not self.is_asked_to_end:
            try:
                self.worker.run()
            except (OperationalError, InterfaceError, psycopg2.Error) as fault:  # the database restarts; so do we
                self.stderr.write(f"deliver_messages: {str(fault).splitlines()[0]}")
                connection.close()
                self.worker = Worker()
                time.sleep(PAUSE_SECONDS)

    def end(self, *_: object) -> None:
        """Signal handler."""
        self.is_asked_to_end = True
        self.worker.stop()
