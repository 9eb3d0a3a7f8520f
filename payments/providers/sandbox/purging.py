"""What the sandbox no longer needs."""

from datetime import datetime

from django.db import transaction

from payments.models import Payment, SandboxEvent, SandboxIntent, SandboxSetup

OVER = (Payment.State.SUCCEEDED, Payment.State.CANCELLED)


@transaction.atomic(durable=True)
def purge_sandbox(before: datetime) -> int:
    """Delete what has been over since before the moment: events that were delivered or given up, intents that were paid
    or cancelled with their refunds, setups, finished or abandoned. How many rows that were. Nothing can be given back
    from those intents any more.
    """
    rows = (
        SandboxEvent.objects.filter(next_at=None, created_at__lt=before),
        SandboxIntent.objects.filter(state__in=OVER, arrives_at=None, updated_at__lt=before),
        SandboxSetup.objects.filter(created_at__lt=before),
    )
    return sum(found.delete()[0] for found in rows)
