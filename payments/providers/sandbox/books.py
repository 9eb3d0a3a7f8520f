"""What every change of the sandbox's books is made of, and what they say.

What our side may ask is what a remote API would offer. Each request is one durable transaction, so that one that is
made inside a transaction of ours fails at once. Locks: an intent, then the customer.
"""

import hashlib
import json
import secrets
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from customerbackend.ids import new_id
from customerbackend.money import PaymentMethod
from payments.models import (
    Payment,
    Refund,
    SandboxCard,
    SandboxCustomer,
    SandboxEvent,
    SandboxIntent,
    SandboxRefund,
)
from payments.providers.base import ProviderError, Told, ToldCard, ToldRefund

CARD_YEARS = 3


def refusal(message: str, code: str) -> ProviderError:
    """What is answered to a request that could never work."""
    return ProviderError(message, is_worth_repeating=False, code=code)


def key_reused() -> ProviderError:
    """What is answered to another request under a key that was used."""
    return refusal("The key belongs to another request.", "key_reused")


def new_reference(prefix: str) -> str:
    """A name that nobody can guess: 128 random bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def new_client_secret(reference: str) -> str:
    """What a client would present to the provider."""
    return f"{reference}_secret_{secrets.token_hex(16)}"


def lock_intent(reference: str) -> SandboxIntent:
    """The intent, locked. Raises ProviderError."""
    intent = SandboxIntent.objects.select_for_update().filter(reference=reference).first()
    if intent is None:
        raise refusal("There is no such payment.", "unknown_payment")
    return intent


def lock_customer(reference: str) -> SandboxCustomer | None:
    """The customer, locked; None where there is none (any more)."""
    return SandboxCustomer.objects.select_for_update().filter(reference=reference).first()


def keep_card(customer: SandboxCustomer) -> SandboxCard:
    """Keep the made-up card of a customer: as often as it is kept, it is the same by its fingerprint. The customer must
    be locked.
    """
    now = timezone.now()
    reference = new_reference("sbxcard")
    return SandboxCard.objects.create(
        reference=reference,
        customer=customer,
        brand="sandbox",
        last4="4242",
        expires_month=12,
        expires_year=now.year + CARD_YEARS,
        fingerprint=hashlib.sha256(customer.reference.encode()).hexdigest()[:32],
        created_at=now,
    )


def forget_card(reference: str) -> None:
    """Forget a card and write the event, unless somebody else has."""
    deleted, _ = SandboxCard.objects.filter(reference=reference).delete()
    if deleted:
        write_event("card.unlinked", reference)


def write_event(kind: str, reference: str, payment_id: UUID | None = None) -> None:
    """Write what is to be told, in the current transaction. `send_sandbox_events` sends it."""
    now = timezone.now()
    event_id = f"sbxevt_{new_id().hex}"
    document = {
        "id": event_id,
        "type": kind,
        "created": int(now.timestamp()),
        "data": {"reference": reference, "payment_id": str(payment_id) if payment_id else None},
    }
    SandboxEvent.objects.create(id=event_id, body=json.dumps(document), next_at=now, created_at=now)


def tell_intent(intent: SandboxIntent) -> Told:
    """What is answered about an intent, which must be locked."""
    is_open = intent.state in (Payment.State.WAITING, Payment.State.FAILED)
    url = f"{settings.PUBLIC_URL}/sandbox/payments/{intent.reference}" if is_open else ""
    is_code = is_open and intent.method == PaymentMethod.QR
    card = SandboxCard.objects.filter(reference=intent.card).first()
    return Told(
        reference=intent.reference,
        state=Payment.State(intent.state),
        authorised=intent.authorised,
        captured=intent.captured,
        failure=intent.failure,
        client_secret=intent.client_secret if is_open else "",
        payment_url=url,
        qr_payload=url if is_code else "",
        qr_expires_at=intent.due_at if is_code else None,
        refunds=tuple(tell_refund(refund) for refund in intent.refunds.order_by("created_at", "reference")),
        card=tell_card(card) if card else None,
    )


def tell_refund(refund: SandboxRefund) -> ToldRefund:
    """What is answered about a refund."""
    return ToldRefund(
        reference=refund.reference, state=Refund.State.SUCCEEDED, amount=refund.amount, refund_id=refund.refund_id
    )


def tell_card(card: SandboxCard) -> ToldCard:
    """What is answered about a card."""
    return ToldCard(
        reference=card.reference,
        customer=card.customer_id,
        brand=card.brand,
        last4=card.last4,
        expires_month=card.expires_month,
        expires_year=card.expires_year,
        fingerprint=card.fingerprint,
    )
