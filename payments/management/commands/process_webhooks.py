"""Process events of providers that are kept and could not be processed before."""

from typing import Any

from customerbackend.repeating import RepeatedCommand
from payments.webhooks import process_due_events


class Command(RepeatedCommand):
    help = "Process the events of providers that are kept and not processed; what failed is tried again, later."

    def turn(self, **options: Any) -> None:
        went, failed = process_due_events()
        if went or failed or not options["every"]:
            self.stdout.write(f"{went} processed, {failed} failed.")
