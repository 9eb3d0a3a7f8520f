"""Not one event has come: reconciliation finds out how every payment stands, and says what it has found."""

from io import StringIO

import pytest
from django.core.management import call_command

from payments.asking import fetch
from payments.models import Payment, ProviderEvent, Refund
from payments.sending_refunds import process_refunds
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON
from tests.payments.books import find_faults
from tests.stripe.failing import RESET, RESET_AFTER, only
from tests.stripe.intents import cancel_intent

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def reconcile(**options):
    out = StringIO()
    call_command("reconcile_payments", older_than=0, stdout=out, **options)
    return out.getvalue().splitlines()


def paid(shop, method="card"):
    payment = shop.started(method)
    pay = shop.stripe.payer.pay if method == "card" else shop.stripe.payer.pay_session
    pay(payment.reference)
    return payment


def declined(shop):
    payment = shop.started()
    shop.stripe.payer.decline(payment.reference)
    return payment


def cancelled_at_stripe(shop):
    payment = shop.started()
    with shop.stripe.books.lock:
        cancel_intent(shop.stripe.books, {}, payment.reference)
    return payment


def authorised(shop, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    payment = paid(shop)
    settings.PAYMENTS_CAPTURE = "at_once"
    return payment


def without_a_name(shop):
    """Stripe has opened it, and its answer was lost."""
    order = shop.order()
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER)
    assert shop.start(order).status == 503
    return Payment.objects.get(order_id=order["id"])


def give_back_part(shop, card="pm_card_visa"):
    """5.00 EUR of 12.00 go back."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference, card)
    fetch(payment)
    goodwill(shop.look(payment), 500)
    [refund] = process_refunds()
    assert (refund.payment_id, refund.state) == (payment.id, "pending")
    return payment


def giving_back_slowly(shop):
    """It arrives some time after we have asked for it."""
    payment = give_back_part(shop, "pm_card_pendingRefund")
    shop.stripe.payer.finish_refund(payment.refunds.get().reference)
    return payment


def giving_back_unanswered(shop):
    """Stripe has given back, and its answer was lost."""
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=only("POST", "/refunds"))
    return give_back_part(shop)


@pytest.fixture
def payments(shop, settings):
    """One of each kind, of a customer each."""
    made = {
        "slow refund": giving_back_slowly(shop.visited_by("sue")),
        "unanswered refund": giving_back_unanswered(shop.visited_by("uma")),
        "paid": paid(shop.visited_by("pat")),
        "paid on the page": paid(shop.visited_by("quentin"), "qr"),
        "declined": declined(shop.visited_by("dan")),
        "cancelled": cancelled_at_stripe(shop.visited_by("carol")),
        "authorised": authorised(shop.visited_by("ann"), settings),
        "nameless": without_a_name(shop.visited_by("nora")),
        "untouched": shop.visited_by("una").started(),
    }
    assert not ProviderEvent.objects.exists()
    return made


def states(payments):
    """What is known here: the payment's state and money, the order's status and how its payment stands."""
    found = {}
    for name, payment in payments.items():
        payment.refresh_from_db()
        order = payment.order
        order.refresh_from_db()
        money = (payment.captured, order.amount_refunded)
        found[name] = (payment.state, *money, order.status, order.payment_state)
    return found


HEALED = {
    "slow refund": ("succeeded", 1200, 500, "accepted", "partly_refunded"),
    "unanswered refund": ("succeeded", 1200, 500, "accepted", "partly_refunded"),
    "paid": ("succeeded", 1200, 0, "accepted", "paid"),
    "paid on the page": ("succeeded", 1200, 0, "accepted", "paid"),
    "declined": ("failed", 0, 0, "waiting_for_payment", "failed"),
    "cancelled": ("cancelled", 0, 0, "waiting_for_payment", "waiting"),
    "authorised": ("authorised", 0, 0, "accepted", "authorised"),
    "nameless": ("waiting", 0, 0, "waiting_for_payment", "waiting"),
    "untouched": ("waiting", 0, 0, "waiting_for_payment", "waiting"),
}


def test_one_run_heals_every_payment_and_says_what_it_has_found(shop, payments):
    lines = reconcile()

    assert states(payments) == HEALED
    assert payments["nameless"].reference.startswith("pi_") and payments["nameless"].client_secret
    assert find_faults(shop.stripe) == []
    news = {
        "slow refund": "succeeded → succeeded, taken 12.00 EUR, given back 5.00 EUR",
        "unanswered refund": "succeeded → succeeded, taken 12.00 EUR, given back 5.00 EUR",
        "paid": "waiting → succeeded, taken 12.00 EUR, given back 0.00 EUR",
        "paid on the page": "waiting → succeeded, taken 12.00 EUR, given back 0.00 EUR",
        "declined": "waiting → failed, taken 0.00 EUR, given back 0.00 EUR",
        "cancelled": "waiting → cancelled, taken 0.00 EUR, given back 0.00 EUR",
        "authorised": "waiting → authorised, taken 0.00 EUR, given back 0.00 EUR",
    }
    about = {name: f"Order {payments[name].order.number}, payment {payments[name].id}" for name in news}
    assert sorted(lines[:-1]) == sorted(f"{about[name]}: {text}" for name, text in news.items())
    assert lines[-1] == "9 asked for, 7 different, 0 errors, 0 cancelled."


def test_a_second_run_finds_nothing(shop, payments):
    reconcile()
    asked = len(shop.stripe.requests)

    assert reconcile() == ["4 asked for, 0 different, 0 errors, 0 cancelled."]

    assert states(payments) == HEALED
    assert {request.method for request in shop.stripe.requests[asked:]} == {"GET"}


def test_one_of_which_stripe_does_not_say_does_not_keep_the_others(shop, payments):
    reference = payments["paid"].reference
    shop.stripe.failing.next(RESET, RESET, matching=only("GET", reference))

    lines = reconcile()

    assert states(payments) == {
        **HEALED,
        "paid": ("waiting", 0, 0, "waiting_for_payment", "waiting"),
    }
    number, payment_id = payments["paid"].order.number, payments["paid"].id
    fault = "StripeFault: Stripe did not answer, APIConnectionError"
    assert f"Order {number}, payment {payment_id}: waiting; {fault}" in lines
    assert lines[-1] == "9 asked for, 6 different, 1 errors, 0 cancelled."
    assert reconcile()[-1] == "5 asked for, 1 different, 0 errors, 0 cancelled."
    assert states(payments) == HEALED


def test_refunds_made_in_the_dashboard_are_found_when_what_has_succeeded_is_looked_through(shop):
    payment = paid(shop)
    reconcile()
    shop.refund_in_dashboard(payment, 300)

    assert reconcile() == ["0 asked for, 0 different, 0 errors, 0 cancelled."]
    lines = reconcile(succeeded_within=1)

    about = f"Order {shop.row(payment).number}, payment {payment.id}"
    assert lines == [
        f"{about}: succeeded → succeeded, taken 12.00 EUR, given back 3.00 EUR",
        "1 asked for, 1 different, 0 errors, 0 cancelled.",
    ]
    assert Refund.objects.values_list("amount", "state", "reason").get() == (300, "succeeded", "made_at_provider")
    assert reconcile(succeeded_within=1)[-1] == "1 asked for, 0 different, 0 errors, 0 cancelled."


def test_what_is_young_is_left_alone(shop):
    payment = paid(shop)
    out = StringIO()

    call_command("reconcile_payments", stdout=out)  # older than two minutes

    assert out.getvalue() == "0 asked for, 0 different, 0 errors, 0 cancelled.\n"
    payment.refresh_from_db()
    assert payment.state == "waiting"


def test_money_at_the_door_is_nobody_elses_business(shop):
    order = shop.order("cash")
    assert order["status"] == "processing"
    assert reconcile(succeeded_within=1) == ["0 asked for, 0 different, 0 errors, 0 cancelled."]
