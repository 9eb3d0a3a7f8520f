"""Commands that carry out what is due: once, or again and again until they are asked to end."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection


class RepeatedCommand(BaseCommand):
    """A command with `--every SECONDS`. What it does stands in `turn`; each turn does all that is due."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="Stay, until SIGTERM or SIGINT.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["every"]:
            self.turn(**options)
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            try:
                self.turn(**options)
            except (OperationalError, InterfaceError) as fault:  # the database restarts; so do we, with the next turn
                command = type(self).__module__.rpartition(".")[2]
                self.stderr.write(f"{command}: {str(fault).splitlines()[0]}")
                connection.close()
            stop.wait(options["every"])

    def turn(self, **options: Any) -> None:
        """Do what is due."""
        raise NotImplementedError
