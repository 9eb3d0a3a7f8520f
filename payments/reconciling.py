"""Reconciliation: what is open for long is asked for, so that a lost event loses nothing."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from customerbackend.statements import is_connection_dead
from payments.asking import fetch
from payments.models import OPEN, Payment, Provider, Refund

logger = logging.getLogger("customerbackend.payments")

OPEN_REFUNDS = (Refund.State.PENDING, Refund.State.ACTION_REQUIRED)


@dataclass(frozen=True)
class Finding:
    """What was found about one payment: its state and money here before and after, or why the provider did not say.

    Amounts in minor units; `refunded` is what has arrived back at the customer.
    """

    number: str
    payment: Payment
    was: str
    captured_before: int
    refunded_before: int
    refunded: int
    error: str = ""

    @property
    def is_difference(self) -> bool:
        """Whether something was known there that was not known here."""
        before = (self.was, self.captured_before, self.refunded_before)
        return before != (self.payment.state, self.payment.captured, self.refunded)


def reconcile_payments(*, older_than: timedelta, succeeded_within: timedelta = timedelta()) -> Iterator[Finding]:
    """Fetch and settle every payment that is open for longer than `older_than`, or has a refund that is; and every one
    that succeeded within the last `succeeded_within`.
    """
    now = timezone.now()
    refunds = Refund.objects.filter(state__in=OPEN_REFUNDS, created_at__lte=now - older_than)
    sought = [  # each by an index of its own
        Q(state__in=OPEN, created_at__lte=now - older_than),
        Q(id__in=refunds.values("payment_id")),
    ]
    if succeeded_within:
        sought.append(Q(state=Payment.State.SUCCEEDED, succeeded_at__gt=now - succeeded_within))
    online = Payment.objects.exclude(provider=Provider.DOOR).values_list("created_at", "id")
    found, *more = [online.filter(condition) for condition in sought]
    for _created_at, payment_id in list(found.union(*more).order_by("created_at", "id")):
        yield reconcile(Payment.objects.select_related("order", "card").get(id=payment_id))


def reconcile(payment: Payment) -> Finding:
    """One payment."""
    was, captured, refunded, error = payment.state, payment.captured, refunded_of(payment), ""
    try:
        payment = fetch(payment)
    except Exception as fault:
        logger.warning("payment not reconciled", exc_info=fault, extra={"payment_id": str(payment.id)})
        if is_connection_dead():
            raise
        error = f"{type(fault).__name__}: {fault}".splitlines()[0]  # then, PostgreSQL quotes what was written
    return Finding(
        number=payment.order.number,
        payment=payment,
        was=was,
        captured_before=captured,
        refunded_before=refunded,
        refunded=refunded_of(payment),
        error=error,
    )


def refunded_of(payment: Payment) -> int:
    """What of the payment has arrived back at the customer, in minor units."""
    arrived = payment.refunds.filter(state=Refund.State.SUCCEEDED)
    return sum(arrived.values_list("amount", flat=True))
