"""At the door: cash and card terminal, and what is handed back."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from customerbackend.errors import Refusal
from customerbackend.money import PaymentMethod
from customerbackend.statements import in_transaction
from orders.lifecycle import lock_order
from orders.models import AT_THE_DOOR, Order, PaymentState
from orders.paying import take_back_paid
from orders.statuses import Status
from payments.locks import lock_payment
from payments.models import Payment, Provider, Refund
from payments.providers.base import Told
from payments.refunding import change
from payments.settling import settle

# In these an order is at the counter or at the door, or has been.
HANDED_OVER = (Status.READY, Status.IN_DELIVERY, Status.DELIVERED)


class AlreadyPaid(Refusal):
    status_code = 409
    default_code = "already_paid"
    title = _("Already paid")
    default_detail = _("The order has been paid.")


class NotAtTheDoor(Refusal):
    """`order_status` is the status that holds."""

    status_code = 409
    default_code = "not_at_the_door"
    title = _("No money changes hands yet")
    default_detail = _("Money is recorded when the order is handed over: ready, in delivery or delivered.")


class NotToHandBack(Refusal):
    status_code = 409
    default_code = "not_to_hand_back"
    title = _("Nothing to hand back")
    default_detail = _("Only money that was handed over at the door is handed back, once.")


class NotToTakeBack(Refusal):
    status_code = 409
    default_code = "not_to_take_back"
    title = _("Nothing to take back")
    default_detail = _(
        "Only a record of money at the door is taken back, once, and as long as nothing was handed back."
    )


def due_at_the_door() -> QuerySet[Order]:
    """The orders whose money is to be handed over, or should have been, the oldest first."""
    waiting = Order.objects.filter(payment_state=PaymentState.DUE_ON_DELIVERY, status__in=HANDED_OVER)
    lacking = waiting.filter(owed__gt=F("amount_paid") - F("amount_refunded"))
    return lacking.filter(payment_method__in=AT_THE_DOOR).order_by("id")


@in_transaction
def record_door_payment(*, order_id: UUID, method: str, recorded_by: str) -> Payment:
    """Record that what the order owes has been handed over, in cash or by card terminal, whichever it was in the end.

    Raises NotFound, NotAtTheDoor, AlreadyPaid. Locks the order.
    """
    if method not in AT_THE_DOOR:
        raise ValueError(f"{method} is not taken at the door")
    order = lock_order(order_id)
    if order.status not in HANDED_OVER or order.payment_method not in AT_THE_DOOR:
        raise NotAtTheDoor(order_status=order.status)
    amount = order.owed - order.amount_held
    if amount <= 0:
        raise AlreadyPaid()
    now = timezone.now()
    payment = Payment.objects.create(
        order=order,
        method=method,
        provider=Provider.DOOR,
        state=Payment.State.SUCCEEDED,
        amount=amount,
        currency=order.currency,
        recorded_by=recorded_by,
        created_at=now,
        succeeded_at=now,
    )
    return settle(payment_id=payment.id, told=Told(reference="", state=Payment.State.SUCCEEDED, captured=amount))


@in_transaction
def record_handed_back(*, refund_id: UUID, recorded_by: str) -> Refund:
    """Record that money of an order paid at the door was handed back. Raises NotFound, NotToHandBack.

    Locks the order, then the payment.
    """
    found = Refund.objects.filter(id=refund_id).first()
    if found is None:
        raise NotFound()
    payment = lock_payment(found.payment_id)
    refund = Refund.objects.get(id=refund_id)
    if payment.provider != Provider.DOOR or not refund.is_open:
        raise NotToHandBack()
    refund.recorded_by = recorded_by
    change(payment, refund, Refund.State.SUCCEEDED)
    return refund


@in_transaction
def take_back_record(*, payment_id: UUID, recorded_by: str) -> Refund:
    """Take back that money was handed over at the door: it was not, or not in this way. The payment stays, beside a
    refund that says so; the order shows what it owes, and its money can be recorded again.

    Raises NotFound, NotToTakeBack. Locks the order, then the payment.
    """
    if not Payment.objects.filter(id=payment_id).exists():
        raise NotFound()
    payment = lock_payment(payment_id)
    refunds = list(payment.refunds.exclude(state=Refund.State.FAILED))
    if payment.provider != Provider.DOOR or not all(refund.is_open for refund in refunds):
        raise NotToTakeBack()
    for refund in refunds:  # what was never there need not be handed back
        refund.failure = "the money had been recorded by mistake"
        change(payment, refund, Refund.State.FAILED)
    now = timezone.now()
    payment.given_back = payment.captured
    payment.save(update_fields=["given_back"])
    take_back_paid(payment.order, amount=payment.captured)
    return Refund.objects.create(
        payment=payment,
        amount=payment.captured,
        state=Refund.State.SUCCEEDED,
        reason=Refund.Reason.MISTAKE,
        recorded_by=recorded_by,
        created_at=now,
        closed_at=now,
    )


def change_of(order: Order) -> int | None:
    """What is given back on the note that the customer pays with (minor units); None where they named none."""
    if order.change_from is None or order.payment_method != PaymentMethod.CASH:
        return None
    return max(0, order.change_from - order.owed)
