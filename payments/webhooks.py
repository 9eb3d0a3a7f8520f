"""The provider's word: an event is verified, kept under its own id, and then processed. It only triggers: how things
stand is fetched from the provider before it is believed.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.statements import in_transaction, is_connection_dead
from payments.asking import fetch
from payments.cards import drop_card, keep_card
from payments.models import Payment, ProviderEvent
from payments.providers.base import Event, PaymentProvider, SignatureInvalid
from payments.providers.registry import provider_of

logger = logging.getLogger("customerbackend.payments")

State = ProviderEvent.State
Subject = ProviderEvent.Subject

# Whoever has claimed an event for longer is taken for dead.
CLAIMED = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


class WebhookSignatureInvalid(Refusal):
    status_code = 400
    default_code = "signature_invalid"
    title = _("The signature is not valid")
    default_detail = _("This is not the provider's word, was altered on its way, or is too old.")


class EventNotProcessed(Refusal):
    """503: the event is kept, and will be processed again by us; the provider may send it again, too."""

    status_code = 503
    default_code = "event_not_processed"
    title = _("Not processed yet")
    default_detail = _("The event has been kept, but could not be processed yet.")
    wait = 60


def receive_event(*, provider: PaymentProvider, body: bytes, headers: Mapping[str, str]) -> None:
    """Keep the event, then process it, unless somebody has or is at it.

    Raises WebhookSignatureInvalid; EventNotProcessed, when it is kept.
    """
    try:
        event = provider.read_event(body, headers)
    except SignatureInvalid as fault:
        raise WebhookSignatureInvalid() from fault
    kept = keep_event(provider.name, event)
    if kept.state != State.PROCESSED and not process_event(event_id=kept.id):
        raise EventNotProcessed()


def keep_event(provider: str, event: Event) -> ProviderEvent:
    """The row of the event, committed; told again, it is the same one."""
    now = timezone.now()
    row = ProviderEvent(
        id=new_id(),
        provider=provider,
        event_id=event.event_id,
        type=event.type[:100],
        subject=event.subject,
        reference=event.reference,
        payment_id=event.payment_id,
        state=State.RECEIVED,
        received_at=now,
    )
    ProviderEvent.objects.bulk_create([row], ignore_conflicts=True)
    return ProviderEvent.objects.get(provider=provider, event_id=event.event_id)


def process_event(*, event_id: UUID) -> bool:
    """Process an event that is kept; False when that failed. One that somebody is at, or has been, is theirs."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lte=now - CLAIMED) | Q(state=State.FAILED)
    mine = ProviderEvent.objects.filter(free, id=event_id).exclude(state=State.PROCESSED)
    if not mine.update(claimed_at=now, state=State.RECEIVED, tries=F("tries") + 1):
        return True
    row = ProviderEvent.objects.get(id=event_id)
    try:
        follow(row)
    except Exception as fault:
        logger.error("event not processed", exc_info=fault, extra={"event_id": str(event_id)})
        if is_connection_dead():
            raise
        error = f"{type(fault).__name__}: {fault}".splitlines()[0][:1000]  # then, PostgreSQL quotes what was written
        ProviderEvent.objects.filter(id=event_id).update(state=State.FAILED, error=error)
        return False
    reference = row.reference if row.subject == Subject.PAYMENT else ""  # a card's name is kept and goes with the card
    ProviderEvent.objects.filter(id=event_id).update(
        state=State.PROCESSED, error="", reference=reference, processed_at=timezone.now()
    )
    return True


def follow(row: ProviderEvent) -> None:
    """Find out what the event is about, and believe what the provider says of it now. Raises ProviderError."""
    if row.subject == Subject.PAYMENT:
        follow_payment(row)
    elif row.subject == Subject.CARD_LINKED:
        card = provider_of(row.provider).cards.fetch_linked(row.reference)
        if card is not None:
            in_transaction(keep_card)(card, provider=row.provider)
    elif row.subject == Subject.CARD_UNLINKED:
        drop_card(provider=row.provider, reference=row.reference)


def follow_payment(row: ProviderEvent) -> None:
    """Settle the payment that the event is about. Other business of the same account is none of ours."""
    of_provider = Payment.objects.select_related("order", "card").filter(provider=row.provider)
    named = of_provider.filter(id=row.payment_id).first() if row.payment_id else None
    payment = named or of_provider.filter(reference=row.reference).exclude(reference="").first()
    if payment is None:
        return
    fetch(payment)


def due_events() -> "QuerySet[ProviderEvent]":
    """Events that are kept and not processed, the oldest first."""
    return ProviderEvent.objects.filter(state__in=(State.RECEIVED, State.FAILED)).order_by("received_at", "id")


def process_due_events() -> tuple[int, int]:
    """Process what nobody is at, what has failed with growing pauses; how many went, and how many failed."""
    now, went, failed = timezone.now(), 0, 0
    for row in list(due_events()):
        pause = max(CLAIMED, min(FIRST_PAUSE * 2 ** min(row.tries, 12), LONGEST_PAUSE))
        if row.claimed_at is not None and row.claimed_at + pause > now:
            continue
        if process_event(event_id=row.id):
            went += 1
        else:
            failed += 1
    return went, failed
