"""Delete what nobody needs any more about payments. Payments and refunds stay: they are the books."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.commands.purge_expired import purge
from payments.models import ProviderEvent
from payments.providers.sandbox import purge_sandbox

# Providers send an event again for a few days; after that it is only of use to whoever looks for a fault.
EVENTS_KEPT = timedelta(days=30)
# What the sandbox has forgotten cannot be given back.
SANDBOX_KEPT = timedelta(days=180)


class Command(BaseCommand):
    help = "Delete events of providers that were processed more than 30 days ago, and what is long over in the sandbox."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        old = {"received_at__lt": now - EVENTS_KEPT, "processed_at__lt": now - EVENTS_KEPT}
        events = ProviderEvent.objects.filter(state=ProviderEvent.State.PROCESSED, **old)
        self.stdout.write(f"{purge(events)} events of providers deleted.")
        self.stdout.write(f"{purge_sandbox(now - SANDBOX_KEPT)} rows of the sandbox deleted.")
