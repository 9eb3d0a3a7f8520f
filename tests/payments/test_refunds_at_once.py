"""Many who give back the same money at the same moment: it goes back once."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from orders.adjusting import AmountNotPossible, OrderNotAdjustable, QuantityNotPossible
from orders.lifecycle import MoveNotAllowed
from orders.models import Order
from payments.models import Refund
from payments.sending_refunds import carry_out_refund, give_back_for, process_refunds
from tests.orders.adjustments import adds_up, goodwill, remove
from tests.payments.books import find_faults, find_money_faults, given_back_at, refunds_at, told
from tests.payments.refunds import cancel_by_staff, give_back_now, money_of, noted, shows
from tests.servers import another_connection
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3


@pytest.fixture
def rounds(shop, settings):
    """Paid orders, of a customer each."""
    settings.STRIPE_TIMEOUT_SECONDS = 30.0
    return [(visitor, visitor.paid()) for visitor in (shop.visited_by(f"guest-{number}") for number in range(ROUNDS))]


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def test_of_twenty_full_refunds_one_is_made(rounds):
    for shop, payment in rounds:
        cancel_by_staff(payment)

        results = run_together(*[partial(give_back_for, order_id=payment.order_id)] * 20)

        assert sorted(len(made) for made in results) == [0] * 19 + [1]
        assert noted(payment) == [("pending", 1200, "order_cancelled")]
        payment.refresh_from_db()
        assert payment.given_back == 1200
        process_refunds()
        assert given_back_at(shop.stripe, payment.reference) == 1200


def test_of_twenty_who_carry_a_refund_out_one_asks(rounds):
    for shop, payment in rounds:
        cancel_by_staff(payment)
        [refund] = give_back_for(order_id=payment.order_id)
        asked = len(shop.stripe.requests)

        results = run_together(*[partial(carry_out_refund, refund_id=refund.id)] * 20)

        assert outcomes(results) == {"Refund": 1, "NoneType": 19}
        assert [request.path for request in shop.stripe.requests[asked:]] == ["/v1/refunds"]
        assert money_of(payment) == shows("refunded", 1200, 1200)


def test_of_twenty_workers_who_find_it_and_carry_it_out_one_does(rounds):
    for shop, payment in rounds:
        cancel_by_staff(payment)

        results = run_together(*[process_refunds] * 20)

        assert not [result for result in results if isinstance(result, Exception)]
        assert [(one["amount"], one["status"]) for one in refunds_at(shop.stripe, payment.reference)] == [
            (1200, "succeeded")
        ]
        assert noted(payment) == [("succeeded", 1200, "order_cancelled")]
        assert told(payment.order_id)[("refund_succeeded", "customer")] == 1
    assert find_faults(shop.stripe) == []


def test_staff_who_cancel_and_adjust_while_workers_give_back_never_give_back_more_than_was_paid(rounds):
    for shop, payment in rounds:
        order = shop.look(payment)
        lowering = [
            *[partial(cancel_by_staff, payment)] * 4,
            *[partial(goodwill, order, 1200)] * 2,
            *[partial(goodwill, order, 100)] * 2,
            *[partial(remove, order)] * 2,
        ]

        results = run_together(
            *lowering, *[partial(give_back_for, order_id=payment.order_id)] * 5, *[process_refunds] * 5
        )

        faults = [result for result in results if isinstance(result, Exception)]
        refusals = AmountNotPossible | OrderNotAdjustable | MoveNotAllowed | QuantityNotPossible
        assert not [fault for fault in faults if not isinstance(fault, refusals)]
        assert sum(isinstance(result, Order) and result.status == "cancelled" for result in results[:4]) == 1
        assert adds_up(order)
        process_refunds()
        assert given_back_at(shop.stripe, payment.reference) == 1200
        assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_faults(shop.stripe) == []


def test_the_dashboard_and_our_workers_together_never_give_back_more_than_was_paid(rounds):
    for shop, payment in rounds:
        cancel_by_staff(payment)

        results = run_together(
            partial(shop.refund_in_dashboard, payment, 700), *[process_refunds] * 5, *[shop.deliver] * 3
        )

        assert not [fault for fault in results[1:] if isinstance(fault, Exception)]
        shop.deliver()
        for _ in range(2):
            give_back_now()
        shop.deliver()
        assert given_back_at(shop.stripe, payment.reference) == 1200
        assert money_of(payment) == shows("refunded", 1200, 1200)
    assert find_money_faults(shop.stripe) == []


def test_parts_that_are_let_off_at_once_go_back_to_the_cent(rounds):
    for shop, payment in rounds:
        order = shop.look(payment)

        run_together(*[partial(goodwill, order, 100)] * 6, *[process_refunds] * 4)
        process_refunds()

        assert given_back_at(shop.stripe, payment.reference) == 600
        assert Refund.objects.filter(payment=payment).exclude(state="succeeded").count() == 0
        assert money_of(payment) == shows("partly_refunded", 1200, 600)


def test_an_order_that_somebody_is_at_does_not_keep_the_refunds_of_others(rounds):
    for _shop, payment in rounds:
        cancel_by_staff(payment)
    with another_connection() as other, other.cursor() as theirs, connection.cursor() as ours:
        theirs.execute("SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE", [str(rounds[1][1].order_id)])
        ours.execute("SET lock_timeout = '50ms'")
        assert [refund.payment_id for refund in process_refunds()] == [rounds[0][1].id, rounds[2][1].id]
    connection.close()

    assert [refund.payment_id for refund in process_refunds()] == [rounds[1][1].id]
    assert find_faults(rounds[0][0].stripe) == []
