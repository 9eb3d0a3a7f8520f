"""Events that come at the same moment, to several processes."""

from functools import partial

import pytest

from catalog.stock import find_contradictions
from orders.lifecycle import move_order
from orders.models import Estimate
from orders.statuses import Status
from payments.models import Payment, ProviderEvent, Refund
from payments.sending_refunds import process_refunds
from tests.orders.steps import CHEF
from tests.payments.books import find_faults, refunds_at, told
from tests.payments.shop import post_event
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTED = {
    ("order_status", "customer"): 2,
    ("warehouse_to_kitchen", "warehouse"): 1,
    ("order_accepted", "kitchen"): 1,
}


@pytest.fixture(autouse=True)
def patience(stripe, settings):
    """With twenty at once on a small machine, an answer may take a while."""
    settings.STRIPE_TIMEOUT_SECONDS = 30.0


def send_together(shop, events):
    return run_together(*[partial(post_event, *shop.stripe.webhooks.raw(event)) for event in events])


def assert_accepted_once(shop, payment):
    payment.refresh_from_db()
    order = shop.row(payment)
    assert (order.status, order.payment_state, order.amount_paid, order.version) == ("accepted", "paid", 1200, 3)
    assert (payment.state, payment.captured, payment.given_back) == ("succeeded", 1200, 0)
    assert told(order.id) == ACCEPTED
    assert list(Estimate.objects.filter(order=order).values_list("why", flat=True)) == ["placed", "paid"]
    assert find_faults(shop.stripe) == []


def test_of_twenty_copies_of_one_event_one_is_processed(shop):
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    asked = len(shop.stripe.requests)
    [event] = shop.stripe.events("payment_intent.succeeded")

    assert send_together(shop, [event] * 20) == [204] * 20

    assert ProviderEvent.objects.values_list("state", "tries").get() == ("processed", 1)
    assert [request.path.rpartition("/")[2] for request in shop.stripe.requests[asked:]] == [
        payment.reference,
        "refunds",
    ]
    assert_accepted_once(shop, payment)


def test_of_twenty_different_events_of_one_payment_one_has_the_order_accepted(shop):
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    [event] = shop.stripe.events("payment_intent.succeeded")

    assert send_together(shop, [{**event, "id": f"evt_{number}"} for number in range(20)]) == [204] * 20

    assert ProviderEvent.objects.filter(state="processed", tries=1).count() == 20
    assert_accepted_once(shop, payment)


def test_of_twenty_copies_of_a_refund_made_in_the_dashboard_one_is_taken_over(shop):
    payment = shop.paid()
    shop.refund_in_dashboard(payment, 500)
    [event] = shop.stripe.events("charge.refunded")

    assert send_together(shop, [{**event, "id": f"evt_{number}"} for number in range(20)]) == [204] * 20

    refund = Refund.objects.get()
    assert (refund.state, refund.amount, refund.reason) == ("succeeded", 500, "made_at_provider")
    assert (shop.row(payment).amount_refunded, Payment.objects.get().given_back) == (500, 500)


def test_events_of_paying_and_giving_back_at_once_with_our_worker(shop):
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    move_order(order_id=payment.order_id, to=Status.CANCELLED, actor=CHEF, reason="no gas")
    events = [event for event in shop.stripe.events() for _ in range(5)]
    sending = [partial(post_event, *shop.stripe.webhooks.raw(event)) for event in events]

    results = run_together(*sending, *[process_refunds] * 2)

    assert set(results[: len(events)]) == {204}
    process_refunds()
    shop.deliver()
    assert [(refund["status"], refund["amount"]) for refund in refunds_at(shop.stripe)] == [("succeeded", 1200)]
    assert Refund.objects.values_list("state", "amount", "reason").get() == ("succeeded", 1200, "paid_too_much")
    order = shop.row(payment)
    assert (order.status, order.payment_state, order.amount_refunded) == ("cancelled", "refunded", 1200)
    assert ("order_accepted", "kitchen") not in told(order.id)
    assert find_faults(shop.stripe) == find_contradictions() == []
