"""Carrying refunds out: whatever is held above what is owed is found, and the provider is asked to give it back."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from customerbackend.statements import Statement, in_transaction, is_connection_dead
from orders.lifecycle import lock_order
from payments.locks import lock_payment
from payments.models import Refund
from payments.providers.base import ProviderError, RefundOrder, ToldRefund
from payments.providers.registry import provider_of
from payments.refunding import give_back, note_refund, note_refunds
from payments.settling import settle

T = TypeVar("T")

logger = logging.getLogger("customerbackend.payments")

# As long as nobody says how it went, nobody else tries; and then the same key keeps it from happening twice.
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)

OWED_TO_CUSTOMERS = Statement(
    "owed_to_customers",
    "",
    """
    SELECT o.id FROM orders_order AS o
    WHERE o.amount_paid > o.amount_refunded + o.owed
        AND o.amount_paid - o.amount_refunded - o.owed > COALESCE((
            SELECT sum(refund.amount) FROM payments_refund AS refund
            JOIN payments_payment AS payment ON payment.id = refund.payment_id
            WHERE payment.order_id = o.id AND refund.state IN ('pending', 'action_required')), 0)
    ORDER BY o.id""",
)


def process_refunds() -> list[Refund]:
    """Find what is to go back, and ask the providers for all that is due; the refunds that were asked for."""
    for (order_id,) in OWED_TO_CUSTOMERS.rows():
        attempt(give_back_for, order_id=order_id)
    due = Refund.objects.filter(state=Refund.State.PENDING, next_at__lte=timezone.now()).order_by("created_at", "id")
    asked = [attempt(carry_out_refund, refund_id=refund_id) for refund_id in list(due.values_list("id", flat=True))]
    return [refund for refund in asked if refund is not None]


def attempt(act: Callable[..., T], **about: UUID) -> T | None:
    """Act; what fails is logged, and tried again with the next turn."""
    try:
        return act(**about)
    except Exception as fault:
        extra = {name: str(value) for name, value in about.items()}
        logger.error("refund not carried out", exc_info=fault, extra=extra)
        if is_connection_dead():
            raise
        return None


@in_transaction
def give_back_for(*, order_id: UUID) -> list[Refund]:
    """Make the refunds of what is held above what the order owes. Locks the order, then its payments."""
    return give_back(lock_order(order_id))


def carry_out_refund(*, refund_id: UUID) -> Refund | None:
    """Ask the provider to give back; the refund as it is then, None where somebody else is at it."""
    now = timezone.now()
    due = Refund.objects.filter(id=refund_id, state=Refund.State.PENDING, next_at__lte=now)
    if not due.update(next_at=now + LEASE, tries=F("tries") + 1):
        return None
    refund = Refund.objects.select_related("payment").get(id=refund_id)
    payment = refund.payment
    order = RefundOrder(
        reference=payment.reference,
        refund_id=refund.id,
        amount=refund.amount,
        key=f"{refund.id}-{refund.attempt}",
        is_repeated=refund.tries > 1,
    )
    try:
        told = provider_of(payment.provider).refund(order)
    except ProviderError as fault:
        return try_again(refund, fault) if fault.is_worth_repeating else fail(refund, fault)
    return note(payment_id=payment.id, refund_id=refund.id, told=told)


@in_transaction
def note(*, payment_id: UUID, refund_id: UUID, told: ToldRefund) -> Refund:
    """Believe what the provider says of a refund. Locks the order, then the payment."""
    payment = lock_payment(payment_id)
    note_refunds(payment, (told,))
    return Refund.objects.get(id=refund_id)


def try_again(refund: Refund, fault: ProviderError) -> Refund:
    """Nobody knows whether the provider has acted: it is asked again, later each time."""
    pause = min(timedelta(seconds=5) * 2 ** min(refund.tries, 12), LONGEST_PAUSE)
    logger.warning("provider: %s", fault, extra={"refund_id": str(refund.id)})
    Refund.objects.filter(id=refund.id, state=Refund.State.PENDING).update(
        next_at=timezone.now() + pause, attempt=F("attempt") + int(fault.burns_key), failure=str(fault)[:200]
    )
    return Refund.objects.get(id=refund.id)


def fail(refund: Refund, fault: ProviderError) -> Refund:
    """The provider will not give it back. First it is asked what it has given back already, by whose hand ever."""
    payment = refund.payment
    try:
        settle(payment_id=payment.id, told=provider_of(payment.provider).fetch(payment.reference))
    except ProviderError as unknown:
        return try_again(refund, unknown)
    return give_up(payment_id=payment.id, refund_id=refund.id, failure=str(fault)[:200])


@in_transaction
def give_up(*, payment_id: UUID, refund_id: UUID, failure: str) -> Refund:
    """Note that a refund has failed, unless it is known by now that the provider has got it; another is made for later.

    Locks the order, then the payment.
    """
    payment = lock_payment(payment_id)
    refund = Refund.objects.get(id=refund_id)
    if refund.state == Refund.State.PENDING and not refund.reference:
        told = ToldRefund(reference="", state=Refund.State.FAILED, amount=refund.amount, failure=failure)
        note_refund(payment, refund, told)
        give_back(payment.order)
    return refund
