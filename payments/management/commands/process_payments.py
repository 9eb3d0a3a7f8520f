"""All of the work on payments that nobody waits for, in one process."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings

from customerbackend.repeating import RepeatedCommand
from customerbackend.statements import is_connection_dead
from payments.closing import cancel_stray_payments, capture_due_payments, expire_unpaid_orders
from payments.forgetting import process_forgettings
from payments.providers.sandbox import send_sandbox_events
from payments.reconciling import reconcile_payments
from payments.sending_refunds import process_refunds
from payments.webhooks import process_due_events

logger = logging.getLogger("customerbackend.payments")

RECONCILED_AFTER = timedelta(minutes=2)
RECONCILED_EVERY = 60.0  # seconds


class Command(RepeatedCommand):
    help = (
        "Process events, take what is authorised, give back, expire unpaid orders and reconcile, whatever of it is "
        "due. The other commands do the same one by one."
    )
    reconciled_at = float("-inf")

    def turn(self, **options: Any) -> None:
        works: list[Callable[[], Any]] = [
            process_due_events,
            capture_due_payments,
            lambda: list(expire_unpaid_orders()),
            cancel_stray_payments,
            process_refunds,
            process_forgettings,
        ]
        if settings.PAYMENTS_SANDBOX:
            works.insert(0, send_sandbox_events)
        if time.monotonic() - self.reconciled_at >= RECONCILED_EVERY:
            self.reconciled_at = time.monotonic()
            works.append(lambda: list(reconcile_payments(older_than=RECONCILED_AFTER)))
        for work in works:
            try:
                work()
            except Exception as fault:  # the rest is none the worse for it
                if is_connection_dead():
                    raise
                logger.error("payments not processed", exc_info=fault)
