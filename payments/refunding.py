"""What goes back: all that is held of the customer's money above what the order owes, whatever the cause.

Every function expects the order's row to be locked by the caller; the lock is what keeps two from giving back twice.
"""

from datetime import timedelta

from django.utils import timezone

from orders.models import Order
from orders.paying import add_refunded
from orders.statuses import Status
from payments.models import Payment, Provider, Refund
from payments.providers.base import ToldRefund
from payments.telling import tell_refund_failed, tell_refunded

State = Refund.State

# What failed is tried again after an hour, then twice as long each time: a balance that was too low gets filled.
FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)


def give_back(order: Order) -> list[Refund]:
    """Make a refund, or several, of what is held above what is owed and is not on its way back yet.

    The latest payment first. Money that was handed over at the door is handed back by staff. Locks the payments.
    """
    payments = list(
        Payment.objects.select_for_update()
        .filter(order_id=order.id, state=Payment.State.SUCCEEDED)
        .order_by("-succeeded_at", "-id")
    )
    surplus = sum(payment.held for payment in payments) - order.owed
    made = []
    for payment in payments:
        part = min(surplus, payment.held)
        if part > 0:
            surplus -= part
            made.append(make_refund(order, payment, part))
    return made


def make_refund(order: Order, payment: Payment, amount: int) -> Refund:
    """One refund of a payment, to be carried out."""
    now, at_the_door = timezone.now(), payment.provider == Provider.DOOR
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        state=State.ACTION_REQUIRED if at_the_door else State.PENDING,
        reason=reason_for(order, payment),
        next_at=None if at_the_door else now + pause_before(payment),
        created_at=now,
    )
    payment.given_back += amount
    payment.save(update_fields=["given_back"])
    return refund


def reason_for(order: Order, payment: Payment) -> Refund.Reason:
    """Why money of this payment goes back."""
    if order.status == Status.CANCELLED:
        late = payment.succeeded_at and order.cancelled_at and payment.succeeded_at > order.cancelled_at
        return Refund.Reason.PAID_TOO_MUCH if late else Refund.Reason.CANCELLED
    return Refund.Reason.PAID_TOO_MUCH if order.amount_paid > order.total else Refund.Reason.LOWERED


def pause_before(payment: Payment) -> timedelta:
    """How long a new refund waits, by how many of this payment have failed after the provider was asked for them."""
    failed = payment.refunds.filter(state=State.FAILED, tries__gt=0).count()
    return min(FIRST_PAUSE * 2 ** (min(failed, 10) - 1), LONGEST_PAUSE) if failed else timedelta()


def note_refunds(payment: Payment, told: tuple[ToldRefund, ...]) -> None:
    """Believe what the provider says of the payment's refunds. One that was made there, not here, is taken over; ours
    come first, so that it is known by then which of them the provider has not got.
    """
    if not told:
        return
    refunds = list(payment.refunds.all())
    known = {refund.reference: refund for refund in refunds if refund.reference}
    nameless = {refund.id: refund for refund in refunds if not refund.reference}
    strangers = []
    for one in told:
        refund = known.get(one.reference) or (nameless.pop(one.refund_id, None) if one.refund_id else None)
        if refund is None:
            strangers.append(one)
        else:
            note_refund(payment, refund, one)
    for one in strangers:
        note_refund(payment, take_over(payment, one), one)


def take_over(payment: Payment, told: ToldRefund) -> Refund:
    """A refund that somebody made at the provider, as one that has failed until what is told of it is noted."""
    return Refund.objects.create(
        payment=payment,
        amount=told.amount,
        state=State.FAILED,
        reason=Refund.Reason.AT_PROVIDER,
        created_at=timezone.now(),
    )


def note_refund(payment: Payment, refund: Refund, told: ToldRefund) -> None:
    """Bring the refund to where the provider says that it is, with the sums that follow from it.

    What has arrived can only turn out to have failed, and what the provider has called failed stays so.
    """
    was = State(refund.state)
    if (was == State.FAILED and refund.reference) or (was == State.SUCCEEDED and told.state != State.FAILED):
        return
    refund.reference, refund.failure, refund.next_at = told.reference, told.failure, None
    if counts(told.state) and not counts(was):
        make_room(payment, told.amount)
    change(payment, refund, told.state)
    if was != refund.state == State.SUCCEEDED:
        tell_refunded(payment.order, refund)
    if was != refund.state == State.FAILED and refund.reason != Refund.Reason.AT_PROVIDER:
        tell_refund_failed(payment.order, refund)


def make_room(payment: Payment, amount: int) -> None:
    """What was given back at the provider need not be given back by us too: refunds that it has not got yield to it.

    Those not yet sent first; one that is on its way to the provider finds nothing left there, and is refused.
    """
    for refund in payment.refunds.filter(state=State.PENDING, reference="").order_by("tries", "-created_at"):
        if payment.given_back + amount <= payment.captured:
            return
        refund.failure, refund.next_at = "made at the provider instead", None
        change(payment, refund, State.FAILED)


def change(payment: Payment, refund: Refund, state: State) -> None:
    """Write the state; what counts against the payment, and what the order shows as refunded, follow from it."""
    was, refund.state = State(refund.state), state
    refund.closed_at = None if refund.is_open else timezone.now()
    refund.save()
    payment.given_back += refund.amount * (counts(state) - counts(was))
    payment.save(update_fields=["given_back"])
    arrived = (state == State.SUCCEEDED) - (was == State.SUCCEEDED)
    if arrived:
        add_refunded(payment.order, amount=refund.amount * arrived)


def counts(state: State) -> bool:
    """Whether a refund in this state counts against what was taken."""
    return state != State.FAILED
