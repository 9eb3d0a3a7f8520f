"""Starting the payment of an order in the app, going on with the one that is open, or replacing it by another way.

What is decided is decided under the order's lock and committed before the provider is asked; whoever dies between
leaves a payment that the next request, or reconciliation, goes on with under the same key.
"""

import logging
import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from customerbackend.callers import Caller
from customerbackend.errors import Refusal
from customerbackend.idempotency import PAUSE_SECONDS, WAIT_SECONDS, Answer, Attempt, carry_out
from customerbackend.money import PaymentMethod
from customerbackend.statements import in_transaction
from customerbackend.throttling import count_try
from orders.lifecycle import lock_order
from orders.models import AT_THE_DOOR, Order, PaymentState
from orders.paying import show_payment
from orders.planning import PaymentNotPossible
from orders.statuses import Status, visible
from payments.asking import cancel, is_being_started, start
from payments.cards import CardUnknown, check_room, customer_at
from payments.door import AlreadyPaid
from payments.models import OPEN, LinkedCard, Payment
from payments.providers.base import ProviderError
from payments.providers.registry import current_provider, provider_of
from payments.reading import describe_payment
from payments.refusals import PaymentRefused, ProviderUnavailable

logger = logging.getLogger("customerbackend.payments")


class OrderNotPayable(Refusal):
    """`order_status` is the visible one that holds."""

    status_code = 409
    default_code = "order_not_payable"
    title = _("The order cannot be paid any more")
    default_detail = _("The order was cancelled, or its time to be paid is over.")


class PaymentIsBeingStarted(Refusal):
    status_code = 409
    default_code = "payment_in_progress"
    title = _("Another payment is just being started")
    default_detail = _("Another way of paying this order is just being started. Ask again in a moment.")
    wait = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """How the customer wants to pay; `method` None means as the order says."""

    method: str | None = None
    card_id: UUID | None = None
    saves_card: bool = False


def start_payment(*, caller: Caller, attempt: Attempt, order_id: UUID, choice: Choice) -> Answer:
    """Start (201) or go on with (200) the one open payment of the caller's order; the payment as JSON.

    Raises TokenInvalid, NotFound, AlreadyPaid, OrderNotPayable, PaymentNotPossible, CardUnknown, TooManyCards,
    PaymentRefused, ProviderUnavailable, PaymentIsBeingStarted, Throttled, and what a key can be refused for.
    """

    def work() -> Answer:
        count_try("payment_by_customer", str(caller.customer_id))
        try:
            return begin(caller, order_id, choice)
        except ProviderError as fault:
            raise refusal_of(fault) from fault

    return carry_out(caller_id=caller.customer_id, attempt=attempt, work=work)


def refusal_of(fault: ProviderError) -> Refusal:
    """What the customer is told when the provider would not or could not; why stands in the log."""
    logger.warning("provider: %s", fault)
    return ProviderUnavailable() if fault.is_worth_repeating else PaymentRefused(provider_code=fault.code or None)


def begin(caller: Caller, order_id: UUID, choice: Choice) -> Answer:
    """`start_payment` without the key. Raises ProviderError."""
    provider = current_provider() if settings.PAYMENT_PROVIDER else None
    if provider is not None and choice.saves_card:
        check_room(caller)
        customer_at(provider, caller)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        payment, is_new, goes_on = choose_payment(caller=caller, order_id=order_id, choice=choice)
        if goes_on:
            break
        if time.monotonic() > deadline:
            raise PaymentIsBeingStarted()
        if cancel(payment) is None:
            time.sleep(PAUSE_SECONDS)
    if not payment.reference or payment.card is not None:
        payment = start(payment, provider_of(payment.provider))
    return Answer(
        status=201 if is_new else 200, body=describe_payment(payment.id), location=f"/api/v1/payments/{payment.id}"
    )


@in_transaction
def choose_payment(*, caller: Caller, order_id: UUID, choice: Choice) -> tuple[Payment, bool, bool]:
    """The order's open payment, or a new one; whether nobody has been given it yet; and whether it is the one to go on
    with, or is just being started by somebody else, or must be cancelled at the provider before another can be made.

    Raises NotFound, AlreadyPaid, OrderNotPayable, PaymentNotPossible, CardUnknown. Locks the order.
    """
    order = lock_order(order_id)
    if order.customer_id != caller.customer_id:
        raise NotFound()
    by_card = choice.card_id is not None or choice.saves_card
    method = choice.method or (PaymentMethod.CARD if by_card else order.payment_method)
    check_payable(order, method)
    card = find_card(caller, choice.card_id)
    payment = Payment.objects.select_related("card").filter(order=order, state__in=OPEN).first()
    if payment is None:
        return make_payment(order, method, card, choice), True, True
    payment.order = order
    if not fits(payment, method, card, choice):
        return payment, False, False
    if not payment.reference:
        if is_being_started(payment):
            return payment, False, False
        Payment.objects.filter(id=payment.id).update(started_at=timezone.now())
    if payment.state == Payment.State.FAILED:
        payment.state = Payment.State.WAITING  # why it failed is kept, so that it is not told again
        payment.save(update_fields=["state"])
        show_payment(order, PaymentState.WAITING)
    return payment, not payment.reference, True


def check_payable(order: Order, method: str) -> None:
    """Raise PaymentNotPossible, AlreadyPaid or OrderNotPayable."""
    online = [name for name in settings.PAYMENT_METHODS if name not in AT_THE_DOOR]
    if order.payment_method in AT_THE_DOOR:
        raise PaymentNotPossible(_("The order is paid when it is handed over."), payment_methods=[])
    if method not in online or not settings.PAYMENT_PROVIDER:
        raise PaymentNotPossible(payment_methods=online)
    if order.status == Status.WAITING_FOR_PAYMENT and order.owed > order.amount_held:
        if order.payment_due_at is None or order.payment_due_at <= timezone.now():
            raise OrderNotPayable(order_status=visible(order.status))
    elif order.status == Status.CANCELLED:
        raise OrderNotPayable(order_status=visible(order.status))
    else:
        raise AlreadyPaid()


def find_card(caller: Caller, card_id: UUID | None) -> LinkedCard | None:
    """The caller's linked card, of the provider with which payments are begun. Raises CardUnknown."""
    if card_id is None:
        return None
    mine = LinkedCard.objects.filter(id=card_id, customer_id=caller.customer_id, provider=settings.PAYMENT_PROVIDER)
    card = mine.first()
    if card is None:
        raise CardUnknown()
    return card


def fits(payment: Payment, method: str, card: LinkedCard | None, choice: Choice) -> bool:
    """Whether the open payment is the one that is wanted, and can be paid still.

    A code that has expired is no use, nor is a linked card that was declined: another payment is made for them. What is
    paid in a form or on a page can be tried there again.
    """
    same_way = (payment.method, payment.card, payment.saves_card) == (method, card, choice.saves_card)
    if not same_way or payment.provider != settings.PAYMENT_PROVIDER:
        return False
    if payment.amount != payment.order.owed - payment.order.amount_held:  # less is owed by now
        return False
    if payment.qr_expires_at is not None and payment.qr_expires_at <= timezone.now():
        return False
    in_form = payment.method == PaymentMethod.CARD and card is None
    return payment.state == Payment.State.WAITING or in_form or bool(payment.payment_url and card is None)


def make_payment(order: Order, method: str, card: LinkedCard | None, choice: Choice) -> Payment:
    """A new payment of what the order owes. The order is paid in this way from now on."""
    if order.payment_method != method:
        order.payment_method = method
        order.version += 1
        order.save(update_fields=["payment_method", "version"])
    show_payment(order, PaymentState.WAITING)
    now = timezone.now()
    payment = Payment.objects.create(
        order=order,
        method=method,
        provider=settings.PAYMENT_PROVIDER,
        state=Payment.State.WAITING,
        amount=order.owed - order.amount_held,
        currency=order.currency,
        captures_later=method == PaymentMethod.CARD and settings.PAYMENTS_CAPTURE == "at_cooking",
        card=card,
        saves_card=choice.saves_card,
        created_at=now,
        started_at=now,
    )
    payment.order = order
    return payment
