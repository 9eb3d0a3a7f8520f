"""`process_payments`: one turn does all that is due, whatever of it fails; with nothing due it asks next to nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from customerbackend.ids import new_id
from orders.models import Order
from payments.management.commands.process_payments import Command
from payments.models import Forgetting, Payment, ProviderEvent, Refund
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, advance
from tests.payments.books import find_faults
from tests.payments.refunds import cancel_by_staff
from tests.statements import statements_sent
from tests.stripe.failing import RESET, only

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

DUE = 15 * 60


@pytest.fixture
def worker(stripe, settings):
    """The command, as it stays; without the sandbox."""
    settings.PAYMENTS_SANDBOX = False
    return Command()


def event_that_failed(shop):
    """Stripe did not answer when its event came."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    shop.stripe.failing.next(RESET, RESET)
    assert shop.deliver("payment_intent.succeeded") == [503]
    return payment


def to_be_captured(shop):
    """Authorised, and cooking has started."""
    with override_settings(PAYMENTS_CAPTURE="at_cooking"):
        payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    shop.deliver()
    advance({"id": str(payment.order_id)}, "cooking")
    return payment


def stray(shop):
    """Open at Stripe, and its order cancelled."""
    payment = shop.started()
    assert shop.alice.cancel(str(payment.order_id)).status == 200
    return payment


def to_be_given_back(shop):
    payment = shop.paid()
    cancel_by_staff(payment)
    return payment


def never_told(shop):
    """Paid, and no event has come of it."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    return payment


def unpaid(shop):
    return shop.started()


KINDS: dict[str, Callable[[Any], Payment]] = {  # first those for whom events come
    "to be captured": to_be_captured,
    "to be given back": to_be_given_back,
    "event that failed": event_that_failed,
    "never told": never_told,
    "stray": stray,
    "unpaid": unpaid,
}
DONE = {
    "event that failed": ("accepted", "paid", "succeeded", 0),
    "to be captured": ("cooking", "paid", "succeeded", 0),
    "stray": ("cancelled", "cancelled", "cancelled", 0),
    "to be given back": ("cancelled", "refunded", "succeeded", 1200),
    "never told": ("accepted", "paid", "succeeded", 0),
    "unpaid": ("cancelled", "cancelled", "cancelled", 0),
}


@pytest.fixture
def payments(shop, worker, time_machine):
    """One of each kind, of a customer each, and a card to be forgotten; all of it is due."""
    linker = shop.visited_by("linker")
    card = linker.link()
    assert linker.alice.call("DELETE", f"account/cards/{card.id}").status == 204
    made = {kind: make(shop.visited_by(f"guest-{number}")) for number, (kind, make) in enumerate(KINDS.items())}
    time_machine.shift(DUE)
    return made


def found(payments: dict[str, Payment]) -> dict[str, tuple[str, str, str, int]]:
    """How each stands: the order's status and payment state, the payment's state, and what has gone back."""
    states = {}
    for kind, payment in payments.items():
        payment.refresh_from_db()
        order = Order.objects.get(id=payment.order_id)
        states[kind] = (order.status, order.payment_state, payment.state, order.amount_refunded)
    return states


def test_one_turn_does_all_that_is_due(shop, worker, payments):
    worker.turn()

    assert found(payments) == DONE
    assert not Forgetting.objects.exists()
    assert not ProviderEvent.objects.exclude(state="processed").exists()
    assert find_faults(shop.stripe) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_fails_at_stripe_does_not_keep_the_others(shop, worker, payments, kind):
    about = payments[kind].reference
    refunding = only("POST", "/refunds") if kind == "to be given back" else None
    matching = refunding or (lambda method, path: about in path)
    shop.stripe.failing.next(*[RESET] * 30, matching=matching)

    worker.turn()

    states = found(payments)
    assert states.pop(kind) != DONE[kind]
    assert states == {name: state for name, state in DONE.items() if name != kind}
    assert not Forgetting.objects.exists()


def test_what_failed_is_done_in_a_later_turn(shop, worker, payments, time_machine):
    shop.stripe.failing.share(1, seed=1, failures=(RESET,))
    worker.turn()
    assert Forgetting.objects.count() == 1
    shop.stripe.failing.stop()

    time_machine.shift(3600)
    Command().turn()

    assert found(payments) == DONE
    assert not Forgetting.objects.exists()
    assert find_faults(shop.stripe) == []


def make_finished(payment: Payment, times: int) -> None:
    """So many more orders like that of the payment, with its refunds and an event each."""
    order = Order.objects.get(id=payment.order_id)
    for _ in range(times):
        order.id, order.number = new_id(), str(new_id().int % 10**9)
        order.save(force_insert=True)
        copy = Payment.objects.get(id=payment.id)
        copy.id, copy.order, copy.reference = new_id(), order, f"pi_{new_id().hex}"
        copy.save(force_insert=True)
        for refund in payment.refunds.all():
            refund.id, refund.payment, refund.reference = new_id(), copy, f"re_{new_id().hex}"
            refund.save(force_insert=True)
        ProviderEvent.objects.create(
            provider="stripe", event_id=f"evt_{new_id().hex}", type="charge.refunded", subject="payment",
            state="processed", received_at=timezone.now(),
        )  # fmt: skip


def statements_of(worker: Command) -> list[str]:
    """What an idle turn asks the database."""
    with statements_sent() as sent:
        worker.turn()
    return sent


def test_an_idle_turn_asks_little_however_many_orders_there_have_been(shop, worker):
    payment = shop.paid()
    goodwill(shop.look(payment), 100)
    worker.turn()
    assert Refund.objects.get().state == "succeeded"
    make_finished(payment, 4)
    asked = len(shop.stripe.requests)
    few = statements_of(worker)
    make_finished(payment, 45)

    many = statements_of(worker)

    assert Order.objects.count() == 50
    assert len(few) == len(many) == 7
    assert {statement.split()[0] for statement in many} <= {"SELECT", "EXECUTE"}
    assert len(shop.stripe.requests) == asked


def test_it_reconciles_once_a_minute(shop, worker):
    payment = shop.started()
    Payment.objects.update(created_at=NOON - timedelta(minutes=3))
    looks = only("GET", payment.reference)

    def times_looked():
        return len([request for request in shop.stripe.requests if looks(request.method, request.path)])

    worker.turn()
    worker.turn()
    assert times_looked() == 1
    worker.reconciled_at -= 60
    worker.turn()
    assert times_looked() == 2
