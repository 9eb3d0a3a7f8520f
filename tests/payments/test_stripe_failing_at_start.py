"""Stripe does not answer, or answers with a fault, when a payment is started: sent again with its key, it goes."""

import pytest

from customerbackend.models import IdempotentAnswer
from payments.models import Payment
from tests.orders.steps import PICKUP, euro, place
from tests.problems import assert_problem
from tests.stripe.failing import (
    CONFLICT,
    ERROR,
    ERROR_AFTER,
    LIMITED,
    LOCKED,
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    TIMEOUT_LATE,
    only,
)

pytestmark = pytest.mark.django_db

CREATE = only("POST", "/payment_intents")
# Stripe's package asks once more by itself, but for what Stripe says not to repeat.
FAILURES = [
    (TIMEOUT, TIMEOUT),
    (TIMEOUT_AFTER, TIMEOUT_AFTER),
    (TIMEOUT_LATE, TIMEOUT),
    (RESET, RESET),
    (RESET_AFTER, RESET_AFTER),
    (RESET_AFTER, ERROR),
    (CONFLICT, CONFLICT),
    (LIMITED,),
    (LOCKED, LOCKED),
    (ERROR, ERROR),
    (ERROR_AFTER,),
    (RESET_AFTER, ERROR_AFTER),
]


@pytest.fixture(autouse=True)
def impatient(stripe, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 0.5


def named(failures):
    return "+".join(f"{one.kind}{'-after' * one.acted}{'-late' * one.late}" for one in failures)


@pytest.mark.parametrize("failures", FAILURES, ids=named)
def test_it_is_said_to_be_tried_again_and_with_the_same_key_it_goes(shop, failures):
    order = shop.order()
    shop.stripe.failing.next(*failures, matching=CREATE)

    refused = shop.start(order, key="k")
    assert_problem(refused, 503, "provider_unavailable")
    assert refused.headers["Retry-After"] == "3"
    assert not IdempotentAnswer.objects.filter(key="k").exists()
    assert Payment.objects.values_list("state", "reference").get() == ("waiting", "")

    answer = shop.start(order, key="k")
    assert (answer.status, answer.json["state"]) == (201, "waiting")
    payment = Payment.objects.get()
    assert answer.json["client_secret"] == payment.client_secret
    [usable] = [one for one in shop.stripe.objects("payment_intent") if one["id"] == payment.reference]
    assert (usable["client_secret"], usable["amount"]) == (payment.client_secret, 1200)
    assert shop.start(order, key="k").headers["Idempotent-Replayed"] == "true"

    shop.stripe.payer.pay(payment.reference)
    assert set(shop.deliver()) == {204}
    assert shop.look(order)["payment"]["paid"] == euro(1200)
    assert len(shop.stripe.objects("charge")) == 1


@pytest.mark.parametrize("failures", [(RESET, RESET), (RESET_AFTER, RESET_AFTER)], ids=named)
def test_what_was_made_without_an_answer_is_found_again_and_not_made_twice(shop, failures):
    order = shop.order()
    shop.stripe.failing.next(*failures, matching=CREATE)
    shop.start(order, key="k")
    assert shop.start(order, key="k").status == 201
    assert len(shop.intents()) == 1


@pytest.mark.parametrize("failures", [(RESET,), (ERROR,), (CONFLICT,), (RESET_AFTER,)], ids=named)
def test_a_single_fault_is_not_even_noticed(shop, failures):
    shop.stripe.failing.next(*failures, matching=CREATE)
    assert shop.start(shop.order()).status == 201
    assert len(shop.intents()) == 1


@pytest.mark.parametrize("failures", [(RESET_AFTER, RESET_AFTER), (ERROR, ERROR), (ERROR_AFTER,)], ids=named)
def test_a_page_is_found_again_too(shop, failures):
    order = shop.order("qr")
    shop.stripe.failing.next(*failures, matching=only("POST", "/sessions"))
    assert_problem(shop.start(order, key="k"), 503, "provider_unavailable")
    answer = shop.start(order, key="k")
    assert (answer.status, answer.json["qr"]["payload"]) == (201, answer.json["payment_url"])
    reference = Payment.objects.get().reference
    shop.stripe.payer.pay_session(reference)
    shop.deliver()
    assert shop.look(order)["payment"]["paid"] == euro(1200)


def test_it_may_fail_many_times(shop):
    order = shop.order()
    for failure in (RESET, ERROR, LOCKED, ERROR_AFTER, ERROR_AFTER, RESET_AFTER):
        shop.stripe.failing.next(failure, failure, matching=CREATE)
        assert shop.start(order, key="k").status == 503
        shop.stripe.failing.stop()
    assert shop.start(order, key="k").status == 201
    assert Payment.objects.count() == 1


def test_after_a_fault_another_key_and_another_method_go_at_once(shop):
    order = shop.order()
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=CREATE)
    assert shop.start(order).status == 503
    answer = shop.start(order, method="qr")
    assert (answer.status, answer.json["method"]) == (201, "qr")
    assert [status for _, status in shop.intents()] == ["canceled"]
    assert list(Payment.objects.order_by("created_at").values_list("state", flat=True)) == ["cancelled", "waiting"]


def test_what_stripe_will_never_take_is_refused_and_another_way_may_be_tried(shop):
    type(shop.soup).objects.update(price=10)
    order = place(shop.alice, shop.soup, total=10, payment_method="card", delivery=PICKUP)

    document = assert_problem(shop.start(order, key="k"), 422, "payment_refused")

    assert document["provider_code"] == "amount_too_small"
    assert Payment.objects.values_list("state", "reference").get() == ("cancelled", "")
    assert shop.look(order)["status"] == "waiting_for_payment"
    assert_problem(shop.start(order, key="k"), 422, "payment_refused")
    assert Payment.objects.filter(state="cancelled").count() == 2
    assert shop.alice.cancel(order["id"]).status == 200


def test_a_customer_that_could_not_be_made_is_made_the_next_time(shop):
    order = shop.order()
    shop.stripe.failing.next(RESET, RESET, matching=only("POST", "/customers"))
    assert_problem(shop.start(order, key="k", save_card=True), 503, "provider_unavailable")
    assert not Payment.objects.exists()
    assert shop.start(order, key="k", save_card=True).status == 201
    assert len(shop.stripe.objects("customer")) == 1
