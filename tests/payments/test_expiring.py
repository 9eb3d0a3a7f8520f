"""An order that was not paid in time is cancelled: at Stripe first, then here; one that was paid goes on."""

from io import StringIO

import pytest
from django.core.management import call_command

from catalog.models import Reservation, Stock
from notifications.models import Message
from orders.models import Order
from tests.clients import signed_in
from tests.factories import order_body
from tests.orders.steps import NOON, at, courier, nothing_written
from tests.payments.books import find_faults, told
from tests.payments.refunds import money_of, shows
from tests.stripe.failing import RESET, RESET_AFTER, only

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

DUE = 15 * 60


def expire():
    out = StringIO()
    call_command("expire_unpaid_orders", stdout=out)
    return out.getvalue().splitlines()


def asked(shop, since=0):
    """What was asked of Stripe: method and the end of the path."""
    return [(one.method, one.path.rpartition("/")[2]) for one in shop.stripe.requests[since:]]


def test_one_that_was_not_paid_in_time_is_cancelled(shop, time_machine):
    payment = shop.started()
    assert Stock.objects.get().reserved == 1000
    time_machine.shift(DUE)

    assert expire() == [f"Order {shop.row(payment).number} was not paid in time and is cancelled."]

    order = shop.row(payment)
    assert (order.status, order.owed, money_of(payment)) == ("cancelled", 0, shows("cancelled", 0, 0))
    entry = order.log.get(status="cancelled")
    assert (entry.actor_kind, entry.actor, entry.reason) == ("system", "", "not_paid_in_time")
    assert order.adjustments.values_list("kind", "amount", "reason").get() == ("cancelled", -1200, "not_paid_in_time")
    payment.refresh_from_db()
    assert (payment.state, payment.client_secret) == ("cancelled", "")
    assert shop.intents() == [(payment.reference, "canceled")]
    assert Stock.objects.values_list("on_hand", "reserved").get() == (100_000, 0)
    assert not Reservation.objects.filter(closed_at=None).exists()
    assert told(order.id) == {("order_status", "customer"): 2, ("order_cancelled", "staff"): 1}
    assert Message.objects.filter(kind="order_status").latest("id").data["status"] == "cancelled"
    assert find_faults(shop.stripe) == []


def test_until_then_it_stays_and_nothing_is_asked(shop, time_machine):
    payment = shop.started()
    since = len(shop.stripe.requests)
    time_machine.shift(DUE - 1)
    with nothing_written():
        assert expire() == []
    assert asked(shop, since) == []
    assert shop.row(payment).status == "waiting_for_payment"


def test_the_customer_may_order_again_then(shop, time_machine):
    shop.started()
    time_machine.shift(DUE)
    expire()
    shop.alice = signed_in(shop.alice.customer)
    assert shop.order()["status"] == "waiting_for_payment"


def test_one_for_which_no_payment_was_begun_is_cancelled(shop, time_machine):
    shop.order()
    time_machine.shift(DUE)
    assert len(expire()) == 1
    assert asked(shop) == []
    assert Order.objects.get().status == "cancelled"


def test_one_whose_card_was_declined_is_cancelled(shop, time_machine):
    payment = shop.started()
    shop.stripe.payer.decline(payment.reference)
    shop.deliver()
    time_machine.shift(DUE)
    assert len(expire()) == 1
    assert (shop.row(payment).status, shop.intents()[0][1]) == ("cancelled", "canceled")


def test_a_page_of_stripe_is_closed_by_call(shop, time_machine):
    payment = shop.started("qr")
    since = len(shop.stripe.requests)
    time_machine.shift(DUE)

    assert len(expire()) == 1

    assert asked(shop, since) == [("POST", "expire")]
    assert [session["status"] for session in shop.stripe.objects("checkout.session")] == ["expired"]
    payment.refresh_from_db()
    assert (payment.state, payment.payment_url, payment.qr_payload) == ("cancelled", "", "")


@pytest.mark.parametrize("method", ["card", "qr"])
def test_one_that_turns_out_to_be_paid_goes_on(shop, time_machine, method):
    payment = shop.started(method)
    pay = shop.stripe.payer.pay if method == "card" else shop.stripe.payer.pay_session
    pay(payment.reference)
    time_machine.shift(DUE)

    assert expire() == []

    assert (shop.row(payment).status, money_of(payment)) == ("accepted", shows("paid", 1200, 0))
    assert ("order_cancelled", "staff") not in told(payment.order_id)
    assert find_faults(shop.stripe) == []


def test_one_that_turns_out_to_be_promised_by_the_bank_goes_on(shop, time_machine, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    time_machine.shift(DUE)

    assert expire() == []

    assert (shop.row(payment).status, money_of(payment)) == ("accepted", shows("authorised", 0, 0))
    assert shop.intents() == [(payment.reference, "requires_capture")]
    assert find_faults(shop.stripe) == []


def test_one_that_was_only_to_be_promised_is_cancelled(shop, time_machine, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    payment = shop.started()
    time_machine.shift(DUE)
    assert len(expire()) == 1
    assert (shop.row(payment).status, shop.intents()) == ("cancelled", [(payment.reference, "canceled")])


def test_while_stripe_does_not_answer_the_order_stays_and_it_is_cancelled_next_turn(shop, time_machine):
    payment = shop.started()
    time_machine.shift(DUE)
    shop.stripe.failing.next(*[RESET] * 4)

    assert expire() == []
    assert shop.row(payment).status == "waiting_for_payment"
    assert Stock.objects.get().reserved == 1000

    assert len(expire()) == 1
    assert shop.row(payment).status == "cancelled"


def test_where_stripe_has_cancelled_and_its_answer_was_lost_it_is_asked_how_it_stands(shop, time_machine):
    payment = shop.started()
    time_machine.shift(DUE)
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=only("POST", "/cancel"))
    assert len(expire()) == 1
    assert shop.row(payment).status == "cancelled"


def test_one_of_which_stripe_does_not_say_does_not_keep_the_others(shop, time_machine):
    payments = [shop.visited_by(name).started() for name in ("ann", "ben", "cy")]
    time_machine.shift(DUE)
    about = payments[1].reference
    shop.stripe.failing.next(*[RESET] * 4, matching=lambda method, path: about in path)

    assert len(expire()) == 2
    assert [shop.row(payment).status for payment in payments] == ["cancelled", "waiting_for_payment", "cancelled"]
    assert len(expire()) == 1


def test_its_place_in_the_slot_is_free_again(shop, time_machine, branch):
    branch.slot_capacity = 1
    branch.save()
    wish = order_body(shop.soup, total=1200, payment_method="card", delivery=courier(requested_at=at(hours=3)))
    assert shop.alice.place(wish).status == 201
    assert shop.visited_by("ben").alice.place(wish).code == "slot_full"

    time_machine.shift(DUE)
    assert len(expire()) == 1

    assert shop.visited_by("cy").alice.place(wish).status == 201
