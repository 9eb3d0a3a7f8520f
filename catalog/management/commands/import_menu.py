"""Import a menu file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.importing import import_menu
from catalog.menufile import MAX_FAULTS_SHOWN, MenuFileInvalid, read_menu_file


class Command(BaseCommand):
    help = "Make the catalog what a menu file says (see catalog/demo/company.yaml). A bad file changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = read_menu_file(path)
        except OSError as fault:
            raise CommandError(f"{path}: {fault.strerror}") from fault
        except MenuFileInvalid as fault:
            shown = [f"{path}: {each}" for each in fault.faults[:MAX_FAULTS_SHOWN]]
            rest = len(fault.faults) - len(shown)
            raise CommandError("\n".join([*shown, *([f"… and {rest} more"] if rest else [])])) from fault
        report = import_menu(data, dry_run=options["dry_run"])
        lines = [f"{count} {what}" for what, count in report.items() if count]
        self.stdout.write("\n".join(lines) if lines else "Nothing to change.")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")
