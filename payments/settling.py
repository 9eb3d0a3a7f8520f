"""Settling: the one door through which money is believed secured.

What a provider says comes here, however it became known: an event, a question of ours, reconciliation. So does what
staff record at the door. Order and payment are locked, repeats change nothing, and what follows (the order is paid and
goes on, too much goes back) happens in the same transaction.
"""

from uuid import UUID

from django.utils import timezone

from customerbackend.statements import in_transaction
from orders.models import PaymentState
from orders.paying import add_paid, go_on, show_payment
from orders.statuses import Status
from payments.cards import keep_card, lock_owner
from payments.locks import lock_payment
from payments.models import Payment
from payments.providers.base import Told
from payments.refunding import give_back, note_refunds
from payments.telling import tell_payment_failed, tell_staff

State = Payment.State

# What was asked before and is told later is out of date: a payment does not go back.
MAY_FOLLOW: dict[Payment.State, tuple[Payment.State, ...]] = {
    State.WAITING: tuple(State),
    State.FAILED: tuple(State),
    State.AUTHORISED: (State.AUTHORISED, State.CANCELLED),
    State.SUCCEEDED: (),
    State.CANCELLED: (),
}


@in_transaction
def settle(*, payment_id: UUID, told: Told) -> Payment:
    """Believe what the provider says of a payment, as it is at the moment of asking, and let the rest follow.

    Any number of times and in any order the result is the same: nothing overwrites `succeeded`, and what was taken only
    grows. Locks the customer whose card is to be kept, the order, then its payments. Raises ValueError for another
    payment's news.
    """
    if told.card is not None:
        lock_owner(told.card)
    payment = lock_payment(payment_id)
    payment.reference = payment.reference or told.reference
    if told.reference != payment.reference:
        raise ValueError(f"payment {payment.id} is {payment.reference}, not {told.reference}")
    if told.state == State.SUCCEEDED:
        take(payment, told.captured)
    elif told.state in MAY_FOLLOW[State(payment.state)]:
        follow(payment, told)
    payment.save()
    note_refunds(payment, told.refunds)
    if told.card is not None:
        keep_card(told.card, provider=payment.provider)
    if is_secured(payment):
        go_on(payment.order)
    give_back(payment.order)
    return payment


def take(payment: Payment, captured: int) -> None:
    """Money has come: `captured` minor units in all. What came before is not counted again."""
    now, more = timezone.now(), captured - payment.captured
    if more > 0:
        payment.captured = captured
        add_paid(payment.order, amount=more, at=now)
    payment.state = State.SUCCEEDED
    payment.succeeded_at = payment.succeeded_at or now
    close(payment)


def follow(payment: Payment, told: Told) -> None:
    """Note how far the payment has come, as long as no money has."""
    was, payment.state = payment.state, told.state
    payment.authorised = told.authorised
    if told.state == State.CANCELLED:
        close(payment)
        order, is_lacking = payment.order, payment.order.owed > payment.order.amount_held
        lost = is_lacking and was == State.AUTHORISED and order.status != Status.CANCELLED
        show_payment(order, PaymentState.FAILED if lost else PaymentState.WAITING if is_lacking else PaymentState.PAID)
        if lost:
            tell_staff(order, "payment_lost")
        return
    payment.client_secret, payment.payment_url = told.client_secret, told.payment_url
    payment.qr_payload, payment.qr_expires_at = told.qr_payload, told.qr_expires_at
    failure, payment.failure_code = payment.failure_code, told.failure if told.state == State.FAILED else ""
    show_payment(payment.order, PaymentState(payment.state))
    if payment.failure_code not in ("", failure):
        tell_payment_failed(payment)


def close(payment: Payment) -> None:
    """It can no longer be paid: what was needed for that is of no use to anybody."""
    payment.client_secret = payment.payment_url = payment.qr_payload = payment.failure_code = ""
    payment.qr_expires_at = None


def is_secured(payment: Payment) -> bool:
    """Whether what the order owes is with the company, or promised to it by the customer's bank."""
    promised = payment.authorised if payment.state == State.AUTHORISED else 0
    return payment.order.amount_held + promised >= payment.order.owed and payment.state in (
        State.AUTHORISED,
        State.SUCCEEDED,
    )
