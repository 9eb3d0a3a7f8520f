"""Prove the stock books."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Stock, StockMovement
from catalog.stock import find_contradictions


class Command(BaseCommand):
    help = "Prove that every stock row is the sum of its movements and its reservations; exit 1 where one is not."

    def handle(self, *args: Any, **options: Any) -> None:
        contradictions = find_contradictions()
        if contradictions:
            raise CommandError("\n".join(contradictions))
        rows, movements = Stock.objects.count(), StockMovement.objects.count()
        self.stdout.write(f"{rows} stock rows agree with their {movements} movements and with the open reservations.")
