"""Make a key for the system of a kitchen, a warehouse or of couriers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import ServiceKey
from accounts.service_keys import LONGEST_DAYS, LONGEST_NAME, ServiceKeyNameTaken, make_service_key
from catalog.models import Branch
from customerbackend.times import rfc3339


class Command(BaseCommand):
    help = "Make a service key and print it, once: only its hash is kept. Nothing else goes to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="stands in the log of what it did, for example kitchen-mitte")
        parser.add_argument(
            "--scope", action="append", required=True, choices=ServiceKey.Scope.values, dest="scopes",
            help="what it may report; several by several --scope",
        )  # fmt: skip
        parser.add_argument(
            "--branch", action="append", default=[], metavar="KEY", dest="branches",
            help="at which branch, by its key in the menu file; several by several --branch, all without any",
        )  # fmt: skip
        parser.add_argument("--days", type=int, metavar="N", help="good for so many days; without it until revoked")

    def handle(self, *args: Any, **options: Any) -> None:
        name, days = options["name"].strip(), options["days"]
        if not 0 < len(name) <= LONGEST_NAME:
            raise CommandError(f"A name has 1 to {LONGEST_NAME} characters.")
        if days is not None and not 0 < days <= LONGEST_DAYS:
            raise CommandError(f"A key is good for 1 to {LONGEST_DAYS} days.")
        branches = find_branches(options["branches"])
        try:
            key, text = make_service_key(
                name=name, scopes=options["scopes"], branch_ids=[branch.id for branch in branches], days=days
            )
        except ServiceKeyNameTaken as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        where = ", ".join(branch.name for branch in branches) or "every branch"
        until = f"until {rfc3339(key.expires_at)}" if key.expires_at else "until it is revoked"
        self.stderr.write(f"{name}: {', '.join(key.scopes)} at {where}, {until}.")
        self.stderr.write("This is the key; it is not shown again:")
        self.stdout.write(text)


def find_branches(keys: list[str]) -> list[Branch]:
    """The branches of these keys. Raises CommandError for those that there are not, and names those that there are."""
    known = {branch.key: branch for branch in Branch.objects.all()}
    if unknown := sorted(set(keys) - known.keys()):
        raise CommandError(f"There is no branch {', '.join(unknown)}. There are: {', '.join(known) or 'none'}.")
    return [known[key] for key in dict.fromkeys(keys)]
