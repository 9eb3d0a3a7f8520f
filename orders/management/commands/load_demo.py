"""Load the demo company."""

from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

import catalog
from accounts.models import Customer, User
from catalog.importing import import_menu
from catalog.menufile import read_menu_file

PASSWORD = "demo-Passw0rd"
COMPANY = Path(catalog.__file__).parent / "demo" / "company.yaml"


class Command(BaseCommand):
    help = "Load the demo company: its menu, customers alice and bob, and staff. Not for production; harmless twice."

    def handle(self, *args: Any, **options: Any) -> None:
        import_menu(read_menu_file(COMPANY))
        with transaction.atomic():
            for login, name in (("alice", "Alice Example"), ("bob", "Bob Example")):
                if not Customer.objects.filter(login=login).exists():
                    Customer.objects.create(
                        login=login,
                        email=f"{login}@example.com",
                        name=name,
                        phone="+493023125000",
                        password=make_password(PASSWORD),
                        time_zone="Europe/Berlin",
                        created_at=timezone.now(),
                    )
            if not User.objects.filter(username="staff").exists():
                User.objects.create_superuser("staff", "staff@example.com", PASSWORD)
        self.stdout.write("The demo company is loaded.")
