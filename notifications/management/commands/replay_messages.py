"""Send to an endpoint again what happened in a span of time."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customerbackend.arguments import moment
from customerbackend.errors import Refusal
from notifications.models import Endpoint
from notifications.replaying import replay_messages


class Command(BaseCommand):
    help = (
        "Send to an endpoint all that it subscribes to and that was written in a span of time, under the same ids: "
        "also what it has had already, and what happened while it was off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("endpoint", help="Its name or its id.")
        parser.add_argument(
            "--from", dest="begin", required=True, type=moment, metavar="WHEN", help="A day (UTC) or a moment."
        )
        parser.add_argument("--to", dest="end", type=moment, metavar="WHEN", help="And before then; by default now.")
        parser.add_argument(
            "--kind",
            dest="kinds",
            action="append",
            default=[],
            metavar="KIND",
            help="Only of this kind; several times.",
        )

    def handle(self, *args: Any, endpoint: str, **options: Any) -> None:
        found = find_endpoint(endpoint)
        end = options["end"] or timezone.now()
        try:
            count = replay_messages(endpoint_id=found.id, begin=options["begin"], end=end, kinds=options["kinds"])
        except Refusal as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        self.stdout.write(f"{found.name}: {count} {'message is' if count == 1 else 'messages are'} sent again.")


def find_endpoint(text: str) -> Endpoint:
    """The endpoint of this name, or of this id. Raises CommandError."""
    found = Endpoint.objects.filter(name=text).first()
    if found is None:
        try:
            found = Endpoint.objects.filter(id=UUID(text)).first()
        except ValueError:
            found = None
    if found is None:
        raise CommandError(f"There is no endpoint {text}.")
    return found
