"""What our side asks the sandbox for."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from payments.models import (
    Payment,
    Provider,
    ProviderEvent,
    SandboxCard,
    SandboxIntent,
    SandboxRefund,
)
from payments.providers.base import Cards, Charge, Event, RefundOrder, SignatureInvalid, Told, ToldRefund
from payments.providers.sandbox.books import (
    key_reused,
    lock_customer,
    lock_intent,
    new_client_secret,
    new_reference,
    refusal,
    tell_intent,
    tell_refund,
    write_event,
)
from payments.providers.sandbox.cards import SandboxCards
from payments.providers.sandbox.changes import change, pay, take
from payments.providers.sandbox.signing import check_signature

SUBJECTS = {
    "payment": ProviderEvent.Subject.PAYMENT,
    "refund": ProviderEvent.Subject.PAYMENT,
    "card.linked": ProviderEvent.Subject.CARD_LINKED,
    "card.unlinked": ProviderEvent.Subject.CARD_UNLINKED,
}


class SandboxProvider:
    """A `PaymentProvider`. Each method is one transaction, which must be the only one; the lock is the intent's."""

    name: str = Provider.SANDBOX.value
    publishable_key: str = "sandbox"
    cards: Cards = SandboxCards()

    @transaction.atomic(durable=True)
    def start(self, charge: Charge) -> Told:
        """Open an intent and its page; with a linked card, have it paid. Raises ProviderError for a card or a customer
        that is not there, and for another request under the same key.
        """
        if charge.reference:
            return tell_intent(pay_by_card(lock_intent(charge.reference), charge))
        reference = new_reference("sbx")
        now = timezone.now()
        asked = {
            "payment_id": charge.payment_id,
            "order_number": charge.order_number,
            "method": charge.method,
            "amount": charge.amount,
            "currency": charge.currency,
            "captures_later": charge.captures_later,
            "customer": charge.customer,
            "saves_card": charge.saves_card,
        }
        opened, is_new = SandboxIntent.objects.get_or_create(
            key=charge.key,
            defaults={
                **asked,
                "reference": reference,
                "state": Payment.State.WAITING,
                "due_at": charge.due_at,
                "card": charge.card,
                "client_secret": new_client_secret(reference),
                "created_at": now,
                "updated_at": now,
            },
        )
        intent = lock_intent(opened.reference)
        if is_new:
            check_customer_and_card(charge)
            if charge.card:
                pay(intent)
        elif asked != {name: getattr(intent, name) for name in asked}:
            raise key_reused()
        return tell_intent(intent)

    @transaction.atomic(durable=True)
    def fetch(self, reference: str) -> Told:
        """How it stands. Raises ProviderError where there is no such payment, as all that follow do."""
        return tell_intent(lock_intent(reference))

    @transaction.atomic(durable=True)
    def capture(self, *, reference: str, amount: int, key: str) -> Told:
        """Take up to what is held, and let the rest go. Only what is held can be taken, and that once, so that the key
        is not needed. Raises ProviderError for more than is held.
        """
        intent = lock_intent(reference)
        if intent.state == Payment.State.AUTHORISED:
            if not 0 < amount <= intent.authorised:
                raise refusal("More is to be taken than is held.", "amount_too_large")
            take(intent, amount)
        return tell_intent(intent)

    @transaction.atomic(durable=True)
    def cancel(self, reference: str) -> Told:
        """See to it that no money comes; what the bank has on its way comes nevertheless, a moment later."""
        intent = lock_intent(reference)
        if intent.state not in (Payment.State.SUCCEEDED, Payment.State.CANCELLED):
            if intent.arrives_at:
                intent.arrives_at = timezone.now()
            change(intent, state=Payment.State.CANCELLED)
        return tell_intent(intent)

    @transaction.atomic(durable=True)
    def refund(self, order: RefundOrder) -> ToldRefund:
        """Give back, at once. Raises ProviderError for more than is left of what was taken, and for another request
        under the same key.
        """
        intent = lock_intent(order.reference)
        asked = {"intent_id": intent.reference, "refund_id": order.refund_id, "amount": order.amount}
        known = SandboxRefund.objects.filter(key=order.key).first()
        if known and asked != {name: getattr(known, name) for name in asked}:
            raise key_reused()
        if not known and order.is_repeated:
            known = intent.refunds.filter(refund_id=order.refund_id).first()
        return tell_refund(known or give_back(intent, order))

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """What was sent to us, if it is the sandbox's word. Raises SignatureInvalid."""
        check_signature(body, headers)
        try:
            document = json.loads(body)
            kind = text(document["type"])
            payment_id = document["data"]["payment_id"]
            return Event(
                event_id=text(document["id"]),
                type=kind,
                subject=SUBJECTS.get(kind) or SUBJECTS.get(kind.partition(".")[0]) or ProviderEvent.Subject.OTHER,
                reference=text(document["data"]["reference"]),
                payment_id=None if payment_id is None else UUID(text(payment_id)),
            )
        except (ValueError, LookupError, TypeError, RecursionError) as fault:
            raise SignatureInvalid("What was signed is not an event.") from fault


def pay_by_card(intent: SandboxIntent, charge: Charge) -> SandboxIntent:
    """Have an intent that was opened before paid with the charge's linked card, unless it has been paid or has ended.

    The intent must be locked. Raises ProviderError for a card that is not there.
    """
    if charge.card and intent.is_payable:
        check_customer_and_card(charge)
        intent.card = charge.card
        pay(intent)
    return intent


def check_customer_and_card(charge: Charge) -> None:
    """Raises ProviderError unless those whom the charge names are there and belong together."""
    if (charge.customer or charge.card or charge.saves_card) and not lock_customer(charge.customer):
        raise refusal("There is no such customer.", "unknown_customer")
    if charge.card and not SandboxCard.objects.filter(reference=charge.card, customer=charge.customer).exists():
        raise refusal("The customer has no such card.", "unknown_card")


def give_back(intent: SandboxIntent, order: RefundOrder) -> SandboxRefund:
    """Write the refund and its event. Raises ProviderError. The intent must be locked."""
    if not 0 < order.amount <= intent.captured - intent.given_back:
        raise refusal("More is to go back than was taken.", "amount_too_large")
    intent.given_back += order.amount
    intent.updated_at = timezone.now()
    intent.save()
    refund = SandboxRefund.objects.create(
        reference=new_reference("sbxref"),
        key=order.key,
        intent=intent,
        refund_id=order.refund_id,
        amount=order.amount,
        created_at=intent.updated_at,
    )
    write_event("refund.succeeded", intent.reference, intent.payment_id)
    return refund


def text(value: Any) -> str:
    """The value, if it is a text. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
