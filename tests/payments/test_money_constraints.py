"""What may never be written about money, whoever writes it: the database itself refuses."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from orders.models import Order
from payments.door import record_door_payment, take_back_record
from payments.models import Payment, ProviderEvent, Refund
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, WAYS, advance, place
from tests.payments.refunds import give_back

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def payment(shop):
    """12.00 EUR, of which 5.00 have gone back."""
    paid = shop.paid()
    goodwill(shop.look(paid), 500)
    give_back()
    return Payment.objects.get(id=paid.id)


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def write(rows, **values):
    with transaction.atomic():
        rows.update(**values)


def test_no_more_goes_back_than_was_taken(payment):
    rows = Payment.objects.filter(id=payment.id)
    write(rows, given_back=1200)
    with refused("given_back_at_most_what_was_taken"):
        write(rows, given_back=1201)
    with refused("given_back_at_most_what_was_taken"):
        write(rows, captured=1199)


def test_no_order_shows_more_refunded_than_paid(payment):
    rows = Order.objects.filter(id=payment.order_id)
    write(rows, amount_refunded=1200)
    with refused("order_refund_at_most_paid"):
        write(rows, amount_refunded=1201)


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("given_back", -1, "payments_payment_given_back_check"),
        ("amount", 0, "payment_of_something"),
        ("state", "refunded", "payment_progress_known"),
        ("provider", "paypal", "payment_provider_known"),
        ("provider", "door", "at_the_door_or_by_a_provider"),
        ("method", "cash", "at_the_door_or_by_a_provider"),
        ("succeeded_at", None, "succeeded_payment_has_a_moment"),
    ],
)
def test_a_payment_is_of_its_form(payment, column, value, constraint):
    with refused(constraint):
        write(Payment.objects.filter(id=payment.id), **{column: value})


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("amount", 0, "refund_of_something"),
        ("amount", -1, "refund_of_something|payments_refund_amount_check"),
        ("state", "lost", "refund_progress_known"),
    ],
)
def test_a_refund_is_of_its_form(payment, column, value, constraint):
    with refused(constraint):
        write(Refund.objects.all(), **{column: value})


def test_a_refund_is_taken_over_once(payment):
    refund = Refund.objects.get()
    with refused("refund_by_reference"), transaction.atomic():
        Refund.objects.create(
            payment=payment, amount=1, state="failed", reason="made_at_provider", reference=refund.reference,
            created_at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize("state", ["waiting", "failed", "authorised"])
def test_one_payment_of_an_order_is_open(shop, state):
    payment = shop.started()
    with refused("one_open_payment_of_an_order"), transaction.atomic():
        Payment.objects.create(
            order_id=payment.order_id, method="qr", provider="stripe", state=state, amount=1, currency="EUR",
            created_at=NOON,
        )  # fmt: skip


def test_money_at_the_door_is_held_once(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS["delivered"])
    first = record_door_payment(order_id=UUID(order["id"]), method="cash", recorded_by="sam")

    def take_again():
        with transaction.atomic():
            Payment.objects.create(
                order_id=order["id"], method="terminal", provider="door", state="succeeded", amount=1200, captured=1200,
                currency="EUR", created_at=NOON, succeeded_at=NOON,
            )  # fmt: skip

    with refused("money_at_the_door_once"):
        take_again()
    take_back_record(payment_id=first.id, recorded_by="sam")
    take_again()


def test_a_payment_has_its_name_at_the_provider_alone(shop, payment):
    with refused("payment_by_reference"), transaction.atomic():
        Payment.objects.create(
            order_id=payment.order_id, method="card", provider="stripe", state="cancelled", amount=1, currency="EUR",
            reference=payment.reference, created_at=NOON,
        )  # fmt: skip


def test_an_event_is_kept_once(payment):
    event = ProviderEvent.objects.first()
    with refused("event_once"), transaction.atomic():
        ProviderEvent.objects.create(
            provider="stripe", event_id=event.event_id, type="a", subject="other", state="received", received_at=NOON
        )
