"""Our books beside Stripe's, and what must be so whatever has happened."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from catalog.models import Reservation
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.models import Order
from orders.statuses import Status
from payments.models import Payment, Refund
from tests.stripe.books import Object
from tests.stripe.server import LoopbackStripe

GOES_ON = [status for status in Status if status not in (Status.WAITING_FOR_PAYMENT, Status.CANCELLED)]
NO_REFUND = ("failed", "canceled")


def find_faults(stripe: LoopbackStripe) -> list[str]:
    """Everything that may not be once all work is done: empty when the books are right, to the cent."""
    return [*find_money_faults(stripe), *orders_amiss(), *find_contradictions()]


def find_money_faults(stripe: LoopbackStripe) -> list[str]:
    """The same of the money alone: where somebody gave back at Stripe what the order owes still, it is none of ours."""
    return [*unlike_stripe(stripe), *sums_amiss()]


def unlike_stripe(stripe: LoopbackStripe) -> Iterator[str]:
    """Payments of which Stripe has taken, or given back, something else than is written here."""
    intents = {intent["id"]: intent for intent in stripe.objects("payment_intent")}
    names = {session["id"]: session["payment_intent"] for session in stripe.objects("checkout.session")}
    known = set()
    for payment in Payment.objects.filter(provider="stripe"):
        name = names.get(payment.reference) or payment.reference
        known.add(name)
        taken = intents[name]["amount_received"] if name in intents else 0
        gone = given_back_at(stripe, name)
        noted = Refund.objects.filter(payment=payment).exclude(reference="").exclude(state="failed")
        ours = (payment.captured, sum(noted.values_list("amount", flat=True)))
        if (taken, gone) != ours:
            yield f"payment {payment.id}: Stripe took and gave back {taken, gone}, here it is {ours}"
    for name, intent in intents.items():
        if name not in known and intent["amount_received"]:
            yield f"{name}: {intent['amount_received']} taken that nobody knows of"


def given_back_at(stripe: LoopbackStripe, intent: str) -> int:
    """What Stripe has given back, or has on its way."""
    return sum(refund["amount"] for refund in refunds_at(stripe, intent) if refund["status"] not in NO_REFUND)


def refunds_at(stripe: LoopbackStripe, intent: str | None = None) -> list[Object]:
    """Stripe's refunds, of one payment or all."""
    return [refund for refund in stripe.objects("refund") if intent in (None, refund["payment_intent"])]


def sums_amiss() -> Iterator[str]:
    """Orders and payments whose sums are not those of their payments and refunds."""
    for payment in Payment.objects.all():
        counting = sum(payment.refunds.exclude(state="failed").values_list("amount", flat=True))
        if payment.given_back != counting or counting > payment.captured:
            yield f"payment {payment.id}: given back {payment.given_back}, refunds {counting} of {payment.captured}"
    for order in Order.objects.all():
        captured = sum(order.payments.values_list("captured", flat=True))
        arrived = Refund.objects.filter(payment__order=order, state="succeeded")
        never_paid = sum(arrived.filter(reason="recorded_by_mistake").values_list("amount", flat=True))
        paid, back = captured - never_paid, sum(arrived.values_list("amount", flat=True)) - never_paid
        if (order.amount_paid, order.amount_refunded) != (paid, back):
            shown = (order.amount_paid, order.amount_refunded)
            yield f"order {order.number}: shows {shown}, payments and refunds say {paid, back}"


def orders_amiss() -> Iterator[str]:
    """Orders whose money or stock does not go with how far they have come."""
    for order in Order.objects.filter(payment_method__in=["qr", "card"]):
        promised = sum(order.payments.filter(state="authorised").values_list("authorised", flat=True))
        held = sum(payment.held for payment in order.payments.all())
        if order.status == Status.CANCELLED and (held or promised):
            yield f"order {order.number} is cancelled, and {held} is kept, {promised} held at the bank"
        if order.status in GOES_ON and held + promised < order.owed:
            yield f"order {order.number} goes on, and only {held} of {order.owed} is there"
        if order.status != Status.WAITING_FOR_PAYMENT and held > order.owed:
            yield f"order {order.number} owes {order.owed}, and {held} is kept"
        is_held = Reservation.objects.filter(holder_id=order.id, closed_at=None).exists()
        if order.status == Status.CANCELLED and is_held:
            yield f"order {order.number} is cancelled, and stock is set aside for it"


def told(order_id: UUID) -> dict[tuple[str, str], int]:
    """How often each kind of message about the order was written, by kind and recipient."""
    return dict(Counter(Message.objects.filter(subject_id=order_id).values_list("kind", "recipient_kind")))
