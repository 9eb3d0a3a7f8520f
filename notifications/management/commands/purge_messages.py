"""Delete messages that are old."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.devices import purge_devices
from notifications.purging import purge_attempts, purge_messages

DAYS = 90
# What was tried when is of use to whoever looks for a fault, and for not longer than that.
ATTEMPTS_KEPT = timedelta(days=30)


class Command(BaseCommand):
    help = (
        "Delete messages, and with them what the inbox shows, that are older than so many days and do not wait to be "
        "delivered; what is kept of each try to deliver, after 30 days; and devices whose session has ended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help=f"How long messages are kept ({DAYS}).")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if days < 1:
            raise CommandError("Messages are kept for a day at least.")
        now = timezone.now()
        self.stdout.write(f"{purge_messages(now - timedelta(days=days))} messages deleted.")
        self.stdout.write(f"{purge_attempts(now - ATTEMPTS_KEPT)} tries deleted.")
        self.stdout.write(f"{purge_devices()} devices deleted.")
