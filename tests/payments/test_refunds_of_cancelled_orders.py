"""What was paid for an order that is cancelled goes back, whole and by itself."""

import pytest

from orders.models import Order
from payments.asking import start
from payments.closing import cancel_stray_payments
from payments.models import Payment, Refund
from payments.providers.registry import current_provider
from tests.orders.steps import NOON, euro, nothing_written
from tests.payments.books import find_faults, refunds_at, told
from tests.payments.refunds import cancel_by_staff, give_back, made, money_of, noted, shows
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def test_when_staff_cancel_all_of_it_goes_back(shop):
    payment = shop.paid()
    assert money_of(payment) == shows("paid", 1200, 0)
    cancel_by_staff(payment)
    assert (money_of(payment), noted(payment)) == (shows("paid", 1200, 0), [])

    assert give_back() == [f"Order {shop.row(payment).number}: 12.00 EUR: succeeded."]

    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert noted(payment) == [("succeeded", 1200, "order_cancelled")]
    [refund], [there] = payment.refunds.all(), refunds_at(shop.stripe)
    assert (there["id"], there["amount"], there["status"]) == (refund.reference, 1200, "succeeded")
    assert there["metadata"]["refund_id"] == str(refund.id)
    assert (refund.created_at, refund.closed_at, refund.next_at, refund.tries) == (NOON, NOON, None, 1)
    payment.refresh_from_db()
    assert (payment.state, payment.captured, payment.given_back) == ("succeeded", 1200, 1200)
    assert find_faults(shop.stripe) == []


def test_the_customer_sees_it_and_is_told_once(shop):
    payment = shop.paid()
    cancel_by_staff(payment)
    give_back()
    shop.deliver()

    [refund] = shop.alice.get(f"payments/{payment.id}").json["refunds"]
    known = Refund.objects.get()
    assert refund == {
        "id": str(known.id),
        "state": "succeeded",
        "amount": euro(1200),
        "reason": "order_cancelled",
        "at": "2026-03-02T11:00:00.000000Z",
    }
    seen = shop.look(payment)
    assert (seen["status"], seen["totals"]["owed"]) == ("cancelled", euro(0))
    assert (seen["payment"]["state"], seen["payment"]["paid"], seen["payment"]["refunded"]) == (
        "refunded",
        euro(1200),
        euro(1200),
    )
    assert told(payment.order_id)[("refund_succeeded", "customer")] == 1


def test_asked_for_again_and_again_it_goes_back_once(shop):
    payment = shop.paid()
    cancel_by_staff(payment)
    give_back()

    with nothing_written():
        assert give_back() == give_back() == []

    assert made(shop) == [("succeeded", 1200)]


def test_an_order_that_goes_on_keeps_its_money(shop):
    payment = shop.paid()
    with nothing_written():
        assert give_back() == []
    assert (money_of(payment), made(shop)) == (shows("paid", 1200, 0), [])


def test_the_customer_cannot_cancel_what_was_paid_online(shop):
    payment = shop.paid()
    assert shop.look(payment)["cancel_refusal"] == "paid_online"
    asked = shop.alice.get(f"orders/{payment.order_id}/cancellation").json
    assert asked == {"can_cancel": False, "cancel_refusal": "paid_online", "until_status": None, "refund": None}

    with nothing_written():
        answer = shop.alice.cancel(str(payment.order_id))

    document = assert_problem(answer, 409, "order_not_cancellable")
    assert (document["order_status"], document["reason"]) == ("processing", "paid_online")
    give_back()
    assert (shop.row(payment).status, made(shop)) == ("accepted", [])


def test_what_is_paid_after_the_order_was_cancelled_goes_back_by_itself(shop):
    payment = shop.started()
    assert shop.alice.cancel(str(payment.order_id)).status == 200
    assert money_of(payment) == shows("cancelled", 0, 0)

    shop.stripe.payer.pay(payment.reference)  # the form was open still
    shop.deliver()
    assert (money_of(payment), noted(payment)) == (
        shows("paid", 1200, 0),
        [("pending", 1200, "order_cancelled")],
    )
    give_back()

    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert (shop.row(payment).status, made(shop)) == ("cancelled", [("succeeded", 1200)])
    assert told(payment.order_id) == {
        ("order_status", "customer"): 2,
        ("order_cancelled", "staff"): 1,
        ("refund_succeeded", "customer"): 1,
    }
    assert find_faults(shop.stripe) == []


def test_what_was_paid_late_says_so(shop, time_machine):
    payment = shop.started()
    shop.alice.cancel(str(payment.order_id))
    time_machine.shift(1)
    shop.stripe.payer.pay(payment.reference)
    shop.deliver()
    assert noted(payment) == [("pending", 1200, "paid_too_much")]


def test_what_was_paid_twice_goes_back_once(shop):
    first = shop.paid()
    second = Payment.objects.create(
        order_id=first.order_id, method="card", provider="stripe", state="waiting", amount=1200, currency="EUR",
        created_at=NOON,
    )  # fmt: skip
    second = start(second, current_provider())
    shop.stripe.payer.pay(second.reference)
    shop.deliver()
    give_back()

    assert (noted(first), noted(second)) == ([], [("succeeded", 1200, "paid_too_much")])
    assert refunds_at(shop.stripe)[0]["payment_intent"] == second.reference
    assert money_of(first) == shows("partly_refunded", 2400, 1200)
    assert shop.row(first).status == "accepted"
    assert told(first.order_id)[("order_accepted", "kitchen")] == 1
    assert find_faults(shop.stripe) == []


def test_what_was_only_promised_is_let_go_and_nothing_goes_back(shop, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    shop.deliver()
    assert money_of(payment) == shows("authorised", 0, 0)
    assert shop.alice.cancel(str(payment.order_id)).status == 200

    assert cancel_stray_payments() == 1
    give_back()
    shop.deliver()

    payment.refresh_from_db()
    assert (payment.state, payment.captured) == ("cancelled", 0)
    assert (money_of(payment), noted(payment), made(shop)) == (shows("cancelled", 0, 0), [], [])
    assert shop.intents() == [(payment.reference, "canceled")]
    assert find_faults(shop.stripe) == []


def test_an_order_whose_money_has_gone_back_before_it_is_cancelled_stays_refunded(shop):
    payment = shop.paid()
    shop.refund_in_dashboard(payment)
    shop.deliver()
    cancel_by_staff(payment)
    give_back()
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert Order.objects.get().status == "cancelled"
    assert made(shop) == [("succeeded", 1200)]
