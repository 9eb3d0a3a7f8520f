"""Asking the provider about payments that are open: starting them (again), cancelling, taking what is authorised.

Nothing here runs inside a transaction; what the provider says is settled in one of its own.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from customerbackend.statements import in_transaction
from orders.statuses import Status
from payments.locks import lock_payment
from payments.models import Payment, ProviderCustomer
from payments.providers.base import Charge, PaymentProvider, ProviderError, Told
from payments.providers.registry import provider_of
from payments.settling import settle

logger = logging.getLogger("customerbackend.payments")

# A payment that the provider is being asked to start; after that whoever asked is taken for dead.
BEING_STARTED = timedelta(seconds=60)


def charge_for(payment: Payment) -> Charge:
    """What the provider is asked for. The same payment is the same charge, however often it is asked for."""
    order = payment.order
    assert order.payment_due_at is not None
    customer = ""
    if payment.card is not None or payment.saves_card:
        known = ProviderCustomer.objects.filter(customer_id=order.customer_id, provider=payment.provider)
        customer = known.values_list("reference", flat=True).first() or ""
    return Charge(
        payment_id=payment.id,
        order_id=order.id,
        order_number=order.number,
        method=payment.method,
        amount=payment.amount,
        currency=payment.currency,
        key=f"{payment.id}-{payment.attempt}",
        due_at=order.payment_due_at,
        captures_later=payment.captures_later,
        customer=customer,
        card=payment.card.reference if payment.card is not None else "",
        saves_card=payment.saves_card,
    )


def is_being_started(payment: Payment) -> bool:
    """Whether somebody may be waiting for the provider's answer, and will settle it."""
    return payment.started_at is not None and payment.started_at > timezone.now() - BEING_STARTED


def start(payment: Payment, provider: PaymentProvider) -> Payment:
    """Have the provider start the payment, and settle what it says. Raises ProviderError.

    A linked card is charged only when the payment's name is kept: whoever dies then leaves one that is found by it.
    """
    charge = charge_for(payment)
    if not payment.reference:
        payment = open_payment(payment, provider)
    if charge.card and payment.state == Payment.State.WAITING:
        told = provider.start(replace(charge, reference=payment.reference))
        payment = settle(payment_id=payment.id, told=told)
    return payment


def open_payment(payment: Payment, provider: PaymentProvider) -> Payment:
    """Have the provider open the payment, charging no card, and keep its name there. Asked again under the same key,
    after whoever asked died before the answer was kept, the provider gives the same payment again.

    Raises ProviderError; the payment is cancelled when the provider will not have it.
    """
    Payment.objects.filter(id=payment.id).update(started_at=timezone.now())
    try:
        told = provider.start(replace(charge_for(payment), card=""))
    except ProviderError as fault:
        # Nobody waits for an answer any more: whoever asks next, asks at once.
        mine = Payment.objects.filter(id=payment.id, attempt=payment.attempt)
        mine.update(started_at=None, attempt=F("attempt") + int(fault.burns_key))
        if not fault.is_worth_repeating:
            give_up(payment_id=payment.id)
        raise
    try:
        return settle(payment_id=payment.id, told=told)
    except ValueError as fault:
        raise ProviderError("Who asked under another key was quicker.", is_worth_repeating=True) from fault


@in_transaction
def give_up(*, payment_id: UUID) -> None:
    """The provider will not have this payment: nothing was begun there; another way may be tried. Locks the order."""
    payment = lock_payment(payment_id)
    if payment.state == Payment.State.WAITING and not payment.reference:
        payment.state = Payment.State.CANCELLED
        payment.save(update_fields=["state"])


def cancel(payment: Payment) -> Payment | None:
    """See to it that no money comes for an open payment, and settle: it may have been paid, or promised, meanwhile.

    None while the provider is being asked to start it. Raises ProviderError.
    """
    provider = provider_of(payment.provider)
    if not payment.reference:
        if is_being_started(payment):
            return None
        try:
            payment = open_payment(payment, provider)
        except ProviderError as fault:
            if fault.is_worth_repeating:
                raise
            payment.refresh_from_db()
    if not payment.is_open:
        return payment
    try:
        if payment.captures_later and payment.state != Payment.State.AUTHORISED:
            payment = settle(payment_id=payment.id, told=provider.fetch(payment.reference))
            is_promised = payment.state == Payment.State.AUTHORISED and payment.order.status != Status.CANCELLED
            if is_promised or not payment.is_open:
                return payment  # to cancel would let go what was promised in time: the order goes on with it
        told = provider.cancel(payment.reference)
    except ProviderError as fault:
        if fault.is_worth_repeating:
            raise
        logger.error("payment unknown to its provider", exc_info=fault, extra={"payment_id": str(payment.id)})
        told = Told(reference=payment.reference, state=Payment.State.CANCELLED)
    return settle(payment_id=payment.id, told=told)


def fetch(payment: Payment) -> Payment:
    """Settle what the provider says of the payment now. Raises ProviderError, also while it is just being started."""
    provider = provider_of(payment.provider)
    if not payment.reference:
        if is_being_started(payment):
            raise ProviderError("The payment is just being started.", is_worth_repeating=True)
        return open_payment(payment, provider)
    return settle(payment_id=payment.id, told=provider.fetch(payment.reference))


def capture(payment: Payment) -> Payment:
    """Take what is authorised, as far as it is owed, now that cooking has started. Raises ProviderError."""
    amount = min(payment.authorised, payment.order.owed - payment.order.amount_held)
    provider = provider_of(payment.provider)
    if amount <= 0:
        return settle(payment_id=payment.id, told=provider.cancel(payment.reference))
    try:
        key = f"capture-{payment.id}-{payment.attempt}"
        told = provider.capture(reference=payment.reference, amount=amount, key=key)
    except ProviderError as fault:
        if fault.burns_key:
            Payment.objects.filter(id=payment.id, attempt=payment.attempt).update(attempt=F("attempt") + 1)
        raise
    return settle(payment_id=payment.id, told=told)
