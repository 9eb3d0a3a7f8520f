"""Fill a database with years of orders."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import Customer
from catalog.loading import current_catalog, read_version
from orders.seeding.baskets import orderable
from orders.seeding.calendar import open_hours
from orders.seeding.history import Wanted, begin_history
from orders.seeding.progress import Progress
from orders.seeding.workers import Interrupted, write_history

DAYS_OF_A_YEAR = 365.25
# What was placed last has come to its end by now.
SINCE_THE_LAST = timedelta(hours=8)
HEAVY, SHARE_OF_HEAVY = 5_000, 20
# Addresses there are nobody's (RFC 2606).
NOBODYS = "@example.com"
NEXT_NUMBER = """
    SELECT 1 + COALESCE(max(substring(login FROM 6)::integer), 0)
    FROM accounts_customer WHERE login ~ '^seed-[0-9]{1,9}$'"""


def whole(text: str) -> int:
    """A number above zero."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 10**9):
        raise ArgumentTypeError(f"{text} is not a whole number above zero")
    return int(text)


class Command(BaseCommand):
    help = (
        "Write customers seed-1, seed-2, … and years of their orders, all payable at the door and at their end. For "
        "trying out and measuring; stock and payments stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=whole, required=True, metavar="N")
        parser.add_argument("--orders", type=whole, required=True, metavar="M")
        parser.add_argument("--years", type=whole, default=3, help="Until now; by default 3.")
        parser.add_argument("--seed", type=int, default=1, help="Another history for another one.")
        parser.add_argument("--heavy", type=int, help="So many orders of the first customer; by default 5,000 or 5 %%.")
        parser.add_argument("--password", help="Of every customer; without it none of them can sign in.")
        parser.add_argument("--processes", type=whole, help="By default as many as there are processors, at most 4.")
        parser.add_argument("--progress", action="store_true", help="Show it even where stderr is no terminal.")
        parser.add_argument("--yes", action="store_true", help="Even beside customers of another origin.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.refuse_beside_real_customers(options)
        wanted = read_wanted(options)
        progress = Progress(self.stderr, wanted.orders, is_shown=options["progress"] or self.stderr.isatty())
        try:
            write_history(begin_history(wanted), options["processes"] or os.cpu_count() or 1, progress)
        except Interrupted as reason:
            raise CommandError(f"{reason} {progress.done} orders have been written, each of them whole.") from reason
        progress.end()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        last = wanted.first_number + wanted.customers - 1
        self.stdout.write(
            f"{wanted.orders} orders of the customers seed-{wanted.first_number} to seed-{last} have been written, "
            f"{wanted.heavy} of them of seed-{wanted.first_number}."
        )

    def refuse_beside_real_customers(self, options: dict[str, Any]) -> None:
        """Raise CommandError where somebody might take the history for theirs."""
        real = Customer.objects.exclude(email__endswith=NOBODYS).count()
        if real and not options["yes"]:
            raise CommandError(
                f"{real} customers here have an address that does not end in {NOBODYS}, so they may be real ones. Say "
                "--yes to write a history beside theirs all the same."
            )


def read_wanted(options: dict[str, Any]) -> Wanted:
    """What is asked for. Raises CommandError where that cannot be."""
    until = timezone.now().replace(minute=0, second=0, microsecond=0) - SINCE_THE_LAST
    since = until - timedelta(days=round(options["years"] * DAYS_OF_A_YEAR))
    catalog = current_catalog(read_version())
    branches = [branch for branch in catalog.branches if orderable(branch) and open_hours(branch, since, until)]
    if not branches:
        raise CommandError(
            "There is nothing to order, or no branch is ever open: load_demo or import_menu comes first."
        )
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER)
        (first_number,) = cursor.fetchone()
    orders, heavy = options["orders"], options["heavy"]
    wanted = Wanted(
        catalog=catalog,
        branches=branches,
        since=since,
        until=until,
        customers=options["customers"],
        orders=orders,
        heavy=min(HEAVY, orders // SHARE_OF_HEAVY) if heavy is None else heavy,
        seed=options["seed"],
        first_number=first_number,
        password=make_password(options["password"]) if options["password"] else None,
    )
    if not 0 <= wanted.heavy <= wanted.most_heavy:
        raise CommandError(f"--heavy is at most {wanted.most_heavy} of so many orders.")
    return wanted
