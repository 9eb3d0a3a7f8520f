"""Whether messages are delivered in time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.waiting import read_waiting


class Command(BaseCommand):
    help = (
        "Say how many messages wait, for how long the oldest has, and how many were given up. Ends with exit code 1 "
        "where one has waited for too long: no worker runs, or somebody cannot be reached."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than", type=float, default=300.0, metavar="SECONDS", help="What is too long; by default 300."
        )

    def handle(self, *args: Any, older_than: float, **options: Any) -> None:
        found = read_waiting()
        for waiting in found:
            self.stdout.write(
                f"{waiting.channel:<8} {waiting.messages:>7} waiting, the oldest for {waiting.oldest_seconds:.0f} s"
                + (f", {waiting.dead} given up" if waiting.dead else "")
            )
        late = [waiting.channel for waiting in found if waiting.oldest_seconds > older_than]
        if late:
            raise CommandError(f"Waiting for more than {older_than:.0f} s: {', '.join(late)}.")
