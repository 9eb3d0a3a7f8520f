"""An order whose time is over while its payment is being started, or whose payment has no name at Stripe."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from orders.models import Order
from payments.closing import expire_unpaid_orders
from payments.models import Payment
from tests.clients import Answer
from tests.payments.books import find_faults
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.stripe.failing import RESET, RESET_AFTER, only
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

OPENING = only("POST", "/payment_intents")


def be_too_late(order_id):
    """Its time to be paid is over."""
    Order.objects.filter(id=order_id).update(payment_due_at=timezone.now())


def go(task):
    """Have it done in a thread of its own."""

    def run():
        try:
            task()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


def expired():
    return [order.status for order in expire_unpaid_orders()]


def lose_answer(payment):
    """As if whoever had it started died before the answer was kept, a minute ago."""
    Payment.objects.filter(id=payment.id).update(
        reference="", client_secret="", started_at=timezone.now() - timedelta(seconds=60)
    )


def test_one_that_is_just_being_started_is_left_until_the_next_turn(shop, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    order = shop.order()
    answers: list[Answer] = []

    with shop.stripe.failing.held(OPENING) as held:
        thread = go(lambda: answers.append(shop.start(order)))
        assert held.arrived.wait(20)
        be_too_late(order["id"])
        assert expired() == []
        assert Order.objects.get().status == "waiting_for_payment"
    thread.join()

    assert answers[0].status == 201
    assert expired() == ["cancelled"]
    assert [status for _name, status in shop.intents()] == ["canceled"]
    assert find_faults(shop.stripe) == []


def test_a_payment_that_is_begun_in_the_last_moment_keeps_the_order_for_this_turn(shop, time_machine, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    order = shop.order()
    answers: list[Answer] = []
    ends: list[list[str]] = []
    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE payments_payment IN SHARE ROW EXCLUSIVE MODE")  # may be read, and not written
        starting = go(lambda: answers.append(shop.start(order)))
        wait_until(waiting_for_a_lock)  # it has judged that there is time, and is about to write its payment
        time_machine.move_to(timezone.now() + timedelta(minutes=15))
        expiring = go(lambda: ends.append(expired()))
        wait_until(lambda: len(waiting_for_a_lock()) == 2)
    starting.join()
    expiring.join()

    assert (answers[0].status, ends) == (201, [[]])
    assert Order.objects.get().status == "waiting_for_payment"
    assert expired() == ["cancelled"]
    assert find_faults(shop.stripe) == []


def test_one_whose_start_died_is_found_by_its_key_and_cancelled(shop):
    payment = shop.started()
    lose_answer(payment)
    be_too_late(payment.order_id)

    assert expired() == ["cancelled"]

    assert shop.intents() == [(payment.reference, "canceled")]
    payment = Payment.objects.get()
    assert (payment.state, payment.reference) == ("cancelled", shop.intents()[0][0])
    assert find_faults(shop.stripe) == []


def test_one_whose_start_died_before_stripe_was_asked_is_made_there_and_cancelled(shop):
    order = shop.order()
    shop.stripe.failing.next(RESET, RESET)
    assert shop.start(order).status == 503
    be_too_late(order["id"])

    assert expired() == ["cancelled"]
    assert [status for _name, status in shop.intents()] == ["canceled"]


def test_one_whose_start_died_and_that_was_paid_by_then_goes_on(shop):
    payment = shop.started()
    lose_answer(payment)
    shop.stripe.payer.pay(payment.reference)
    be_too_late(payment.order_id)

    assert expired() == []

    assert shop.row(payment).status == "accepted"
    assert find_faults(shop.stripe) == []


@pytest.mark.parametrize("failure", [RESET, RESET_AFTER])
def test_a_page_that_stripe_would_not_open_any_more_does_not_keep_the_order(shop, time_machine, failure):
    order = shop.order("qr")
    shop.stripe.failing.next(failure, failure)
    assert shop.start(order).status == 503
    time_machine.move_to(timezone.now() + timedelta(minutes=25))  # its page would close sooner than Stripe closes any

    assert expired() == ["cancelled"]

    payment = Payment.objects.get()
    assert payment.state == "cancelled"
    assert {session["status"] for session in shop.stripe.objects("checkout.session")} <= {"expired"}
    assert find_faults(shop.stripe) == []


def test_one_that_stripe_will_not_have_does_not_keep_the_order(shop):
    order = shop.order()
    shop.stripe.failing.next(RESET, RESET)
    assert shop.start(order).status == 503
    Payment.objects.update(amount=10)  # less than Stripe takes
    be_too_late(order["id"])

    assert expired() == ["cancelled"]
    assert Payment.objects.get().state == "cancelled"
    assert shop.intents() == []


def test_many_workers_at_once_cancel_it_once(shop, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    payment = shop.started()
    lose_answer(payment)
    be_too_late(payment.order_id)

    results = run_together(*[expired] * 6)

    assert sorted(results, key=len)[-1] == ["cancelled"]
    assert sum(map(len, results)) == 1
    assert shop.row(payment).log.filter(status="cancelled").count() == 1
    assert find_faults(shop.stripe) == []


def test_stripe_is_asked_before_the_order_is_cancelled_here(shop, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    payment = shop.started()
    be_too_late(payment.order_id)
    ends: list[list[str]] = []

    with shop.stripe.failing.held(only("POST", "/cancel")) as held:
        expiring = go(lambda: ends.append(expired()))
        assert held.arrived.wait(20)
        assert (shop.row(payment).status, Payment.objects.get().state) == ("waiting_for_payment", "waiting")
        shop.stripe.payer.pay(payment.reference)  # it is not too late yet
    expiring.join()

    assert ends == [[]]
    assert shop.row(payment).status == "accepted"
    assert find_faults(shop.stripe) == []


def test_an_order_that_somebody_is_at_does_not_keep_the_others(shop):
    payments = [shop.visited_by(name).started() for name in ("ann", "ben", "cy")]
    for payment in payments:
        be_too_late(payment.order_id)
    with another_connection() as other, other.cursor() as theirs, connection.cursor() as ours:
        theirs.execute("SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE", [str(payments[1].order_id)])
        ours.execute("SET lock_timeout = '50ms'")
        assert expired() == ["cancelled", "cancelled"]
    connection.close()

    assert [shop.row(payment).status for payment in payments] == ["cancelled", "waiting_for_payment", "cancelled"]
    assert expired() == ["cancelled"]
    assert find_faults(shop.stripe) == []
