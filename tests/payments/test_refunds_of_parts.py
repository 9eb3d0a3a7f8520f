"""Less is owed than was paid: the difference goes back, however often."""

import pytest

from payments.asking import start
from payments.closing import capture_due_payments
from payments.models import Payment
from payments.providers.registry import current_provider
from tests.orders.adjustments import goodwill, remove
from tests.orders.steps import NOON, WAYS, advance, euro, item, place
from tests.payments.books import find_faults, told
from tests.payments.refunds import cancel_by_staff, give_back, give_back_now, made, money_of, noted, shows

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def payment(shop):
    """Three soups for 32.00 EUR, paid."""
    order = place(shop.alice, item(shop.soup, 3), total=3200, payment_method="card")
    return shop.pay(order)


def test_an_item_that_is_removed_is_given_back(shop, payment):
    remove(shop.look(payment))
    assert give_back() == [f"Order {shop.row(payment).number}: 10.00 EUR: succeeded."]

    assert (noted(payment), made(shop)) == ([("succeeded", 1000, "less_owed")], [("succeeded", 1000)])
    assert money_of(payment) == shows("partly_refunded", 3200, 1000)
    seen = shop.look(payment)
    assert (seen["status"], seen["totals"]["owed"], seen["payment"]["refunded"]) == (
        "processing",
        euro(2200),
        euro(1000),
    )
    assert find_faults(shop.stripe) == []


def test_goodwill_is_given_back(shop, payment):
    goodwill(shop.look(payment), 1)
    give_back()
    assert (noted(payment), made(shop)) == ([("succeeded", 1, "less_owed")], [("succeeded", 1)])
    assert money_of(payment) == shows("partly_refunded", 3200, 1)


def test_part_after_part_each_goes_back_once(shop, payment):
    order = shop.look(payment)
    for lower in (lambda: remove(order), lambda: goodwill(order, 300), lambda: remove(order, 2)):
        lower()
        give_back()
        shop.deliver()

    assert noted(payment) == [("succeeded", amount, "less_owed") for amount in (1000, 300, 1900)]
    assert made(shop) == [("succeeded", 1000), ("succeeded", 300), ("succeeded", 1900)]
    assert money_of(payment) == shows("refunded", 3200, 3200)
    assert told(payment.order_id)[("refund_succeeded", "customer")] == 3
    assert find_faults(shop.stripe) == []


def test_parts_that_come_together_go_back_together(shop, payment):
    order = shop.look(payment)
    goodwill(order, 300)
    remove(order)
    give_back()
    assert (noted(payment), made(shop)) == ([("succeeded", 1300, "less_owed")], [("succeeded", 1300)])


def test_a_part_that_comes_while_another_is_on_its_way_is_another_refund(shop, payment):
    shop.stripe.books.low_balance = True
    goodwill(shop.look(payment), 300)
    give_back()
    goodwill(shop.look(payment), 200)
    give_back()

    assert noted(payment) == [("pending", 300, "less_owed"), ("pending", 200, "less_owed")]
    assert made(shop) == [("pending", 300), ("pending", 200)]
    assert money_of(payment) == shows("paid", 3200, 0)
    assert give_back_now() == []


def test_cancelled_after_parts_have_gone_back_the_rest_goes_back(shop, payment):
    goodwill(shop.look(payment), 300)
    give_back()
    cancel_by_staff(payment)
    give_back()

    assert noted(payment) == [("succeeded", 300, "less_owed"), ("succeeded", 2900, "order_cancelled")]
    assert money_of(payment) == shows("refunded", 3200, 3200)
    assert find_faults(shop.stripe) == []


def test_what_could_not_be_delivered_is_given_back_as_staff_say(shop, payment):
    order = shop.look(payment)
    advance(order, *WAYS["undelivered"])
    assert give_back() == []
    goodwill(order, 3000)
    give_back()
    assert noted(payment) == [("succeeded", 3000, "less_owed")]
    assert money_of(payment) == shows("partly_refunded", 3200, 3000)


def test_of_two_payments_the_later_one_goes_back_first(shop, payment, time_machine):
    time_machine.shift(1)
    second = Payment.objects.create(
        order_id=payment.order_id, method="card", provider="stripe", state="waiting", amount=3200, currency="EUR",
        created_at=NOON,
    )  # fmt: skip
    second = start(second, current_provider())
    shop.stripe.payer.pay(second.reference)
    shop.deliver()
    goodwill(shop.look(payment), 3200)
    give_back()

    assert noted(second) == [("succeeded", 3200, "paid_too_much")]
    assert noted(payment) == [("succeeded", 3200, "paid_too_much")]
    assert money_of(payment) == shows("refunded", 6400, 6400)
    assert find_faults(shop.stripe) == []


def test_less_owed_before_it_is_paid_goes_back_when_it_is(shop):
    payment = shop.started()
    goodwill(shop.look(payment), 200)
    shop.stripe.payer.pay(payment.reference)  # the form still says 12.00 EUR
    shop.deliver()
    give_back()

    assert noted(payment) == [("succeeded", 200, "less_owed")]
    assert money_of(payment) == shows("partly_refunded", 1200, 200)
    assert shop.row(payment).status == "accepted"
    assert find_faults(shop.stripe) == []


def test_what_is_taken_when_cooking_starts_is_only_what_is_owed_then(shop, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    shop.deliver()
    goodwill(shop.look(payment), 200)
    assert give_back() == []
    advance(shop.look(payment), "cooking")

    assert capture_due_payments() == 1
    give_back()

    assert money_of(payment) == shows("paid", 1000, 0)
    assert (noted(payment), made(shop)) == ([], [])
    assert find_faults(shop.stripe) == []


def test_what_was_promised_and_is_owed_no_more_is_let_go_and_nobody_is_alarmed(shop, settings):
    settings.PAYMENTS_CAPTURE = "at_cooking"
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    shop.deliver()
    goodwill(shop.look(payment), 1200)
    advance(shop.look(payment), "cooking")

    assert capture_due_payments() == 1

    assert shop.intents() == [(payment.reference, "canceled")]
    assert money_of(payment) == shows("paid", 0, 0)
    assert ("payment_lost", "staff") not in told(payment.order_id)
    assert find_faults(shop.stripe) == []
