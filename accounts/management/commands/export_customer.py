"""Give out everything that is held about a customer."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.erasure import export_customer, find_customer
from accounts.models import Customer


class Command(BaseCommand):
    help = "Write everything that is held about a customer as one JSON document."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer", help="id, login or email")
        parser.add_argument("--output", type=Path, help="a new file to write to; by default standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            customer = find_customer(options["customer"])
        except Customer.DoesNotExist as fault:
            raise CommandError("There is no such customer.") from fault
        text = json.dumps(export_customer(customer.id), ensure_ascii=False, indent=2)
        if options["output"] is None:
            self.stdout.write(text)
            return
        try:
            options["output"].touch(0o600, exist_ok=False)  # nobody else's from the first byte on
            options["output"].write_text(text + "\n", encoding="utf-8")
        except OSError as fault:
            raise CommandError(f"{options['output']} cannot be written: {fault.strerror}") from fault
