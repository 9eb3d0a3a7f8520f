"""End a service key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import ServiceKey
from accounts.service_keys import revoke_service_key


class Command(BaseCommand):
    help = "Revoke a service key: the next request under it is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        key = ServiceKey.objects.filter(name=name, revoked_at=None).first()
        if key is None or not revoke_service_key(key.id):
            living = ServiceKey.objects.filter(revoked_at=None).order_by("name").values_list("name", flat=True)
            raise CommandError(f"No key of the name {name} is in use. There are: {', '.join(living) or 'none'}.")
        self.stdout.write(f"{name} has been revoked.")
