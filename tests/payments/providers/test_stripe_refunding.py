"""Giving back."""

from dataclasses import replace

import pytest

from payments.models import Refund
from payments.providers.base import ProviderError, ToldRefund
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import acted, asked, make_charge, make_order, start_paid
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
    only,
)
from tests.stripe.server import LoopbackStripe

State = Refund.State
REFUND = only("POST", "/refunds")


@pytest.fixture
def paid(loopback: LoopbackStripe, provider: StripeProvider):
    """12.90 EUR, taken."""
    told = start_paid(provider, loopback)
    loopback.requests.clear()
    return told


def test_money_goes_back_with_one_request(loopback: LoopbackStripe, provider: StripeProvider, paid):
    order = make_order(paid, 290)
    told = provider.refund(order)
    [refund] = loopback.objects("refund")
    assert told == ToldRefund(
        reference=refund["id"], state=State.SUCCEEDED, amount=290, refund_id=order.refund_id, failure=""
    )
    assert asked(loopback) == ["POST /refunds"]
    assert loopback.requests[0].params == {
        "payment_intent": paid.reference,
        "amount": 290,
        "reason": "requested_by_customer",
        "metadata": {"refund_id": str(order.refund_id)},
    }
    assert loopback.requests[0].idempotency_key == order.key


def test_all_refunds_are_told_with_the_payment(loopback: LoopbackStripe, provider: StripeProvider, paid):
    first, second = provider.refund(make_order(paid, 290)), provider.refund(make_order(paid, 1000))
    told = provider.fetch(paid.reference)
    assert (told.state, told.captured) == ("succeeded", 1290)
    assert told.refunds == (second, first)


def test_as_many_refunds_as_there_are_are_told(loopback: LoopbackStripe, provider: StripeProvider, paid):
    for _ in range(101):
        provider.refund(make_order(paid, 1))
    loopback.requests.clear()
    assert len({refund.reference for refund in provider.fetch(paid.reference).refunds}) == 101
    assert asked(loopback) == ["GET /payment_intents/…", "GET /refunds", "GET /refunds"]


def test_where_nothing_was_taken_nobody_asks_for_refunds(loopback: LoopbackStripe, provider: StripeProvider):
    held = start_paid(provider, loopback, captures_later=True)
    loopback.requests.clear()
    assert provider.fetch(held.reference).refunds == ()
    assert asked(loopback) == ["GET /payment_intents/…"]


@pytest.mark.parametrize("metadata", [{}, {"refund_id": "of another kind"}, {"another": "thing"}])
def test_a_refund_that_somebody_else_made_is_told_without_an_id(
    loopback: LoopbackStripe, provider: StripeProvider, paid, metadata
):
    loopback.client().v1.refunds.create(
        {"payment_intent": paid.reference, "amount": 90, "metadata": metadata}, {"idempotency_key": "dashboard-1"}
    )
    [told] = provider.fetch(paid.reference).refunds
    assert (told.amount, told.state, told.refund_id) == (90, State.SUCCEEDED, None)


def test_a_refund_may_take_time_and_fail(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.payer.pay(told.reference, "pm_card_pendingRefund")
    one, other = provider.refund(make_order(told, 100)), provider.refund(make_order(told, 200))
    assert (one.state, other.state) == (State.PENDING, State.PENDING)
    loopback.payer.finish_refund(one.reference)
    loopback.payer.fail_refund(other.reference, "expired_or_canceled_card")
    failed, succeeded = provider.fetch(told.reference).refunds
    assert (succeeded.state, succeeded.failure) == (State.SUCCEEDED, "")
    assert (failed.state, failed.failure) == (State.FAILED, "expired_or_canceled_card")


def test_a_refund_that_was_cancelled_has_failed(loopback: LoopbackStripe, provider: StripeProvider, paid):
    told = provider.refund(make_order(paid, 100))
    loopback.books.objects[told.reference]["status"] = "canceled"
    [cancelled] = provider.fetch(paid.reference).refunds
    assert (cancelled.state, cancelled.failure) == (State.FAILED, "canceled")


def test_without_money_of_ours_a_refund_waits(loopback: LoopbackStripe, provider: StripeProvider, paid):
    loopback.books.low_balance = True
    assert provider.refund(make_order(paid, 100)).state == State.PENDING


def test_the_same_refund_is_made_once_and_told_as_it_stands(loopback: LoopbackStripe, provider: StripeProvider):
    told = provider.start(make_charge())
    loopback.payer.pay(told.reference, "pm_card_pendingRefund")
    order = make_order(told, 100)
    pending = provider.refund(order)
    loopback.payer.finish_refund(pending.reference)
    assert provider.refund(order) == replace(pending, state=State.SUCCEEDED)
    assert acted(loopback, "/refunds") == 1


@pytest.mark.parametrize(
    ("failures", "burns_key", "made"),
    [
        ((TIMEOUT, TIMEOUT), False, 0),
        ((TIMEOUT_AFTER, TIMEOUT_AFTER), False, 1),
        ((RESET, RESET), False, 0),
        ((RESET_AFTER, RESET_AFTER), False, 1),
        ((ERROR, ERROR), True, 0),
        ((ERROR_AFTER,), True, 1),
        ((CONFLICT, CONFLICT), False, 0),
        ((LOCKED, LOCKED), False, 0),
        ((LIMITED,), False, 0),
    ],
)
def test_money_goes_back_once_however_it_fails(
    loopback: LoopbackStripe, impatient: StripeProvider, paid, failures, burns_key, made
):
    order = make_order(paid, 290)
    loopback.failing.next(*failures, matching=REFUND)
    with pytest.raises(ProviderError) as failed:
        impatient.refund(order)
    assert (failed.value.is_worth_repeating, failed.value.burns_key) == (True, burns_key)
    assert len(loopback.objects("refund")) == made
    again = replace(order, is_repeated=True, key=f"{order.refund_id}-{int(burns_key)}")
    told = impatient.refund(again)
    assert (told.state, told.refund_id) == (State.SUCCEEDED, order.refund_id)
    assert [refund["amount"] for refund in loopback.objects("refund")] == [290]
    assert acted(loopback, "/refunds") == 1


def test_a_repeated_refund_is_made_where_stripe_does_not_know_it(
    loopback: LoopbackStripe, provider: StripeProvider, paid
):
    provider.refund(make_order(paid, 100))
    told = provider.refund(make_order(paid, 200, is_repeated=True))
    assert (told.amount, acted(loopback, "/refunds")) == (200, 2)


def test_of_a_refund_that_failed_and_one_that_went_the_latter_is_told(
    loopback: LoopbackStripe, provider: StripeProvider, paid
):
    order = make_order(paid, 100)
    went = provider.refund(order)
    failed = provider.refund(replace(order, key="another"))
    loopback.payer.fail_refund(failed.reference)
    assert provider.refund(replace(order, is_repeated=True)) == went
    loopback.payer.fail_refund(went.reference)
    assert provider.refund(replace(order, is_repeated=True)).state == State.FAILED


@pytest.mark.parametrize(("first", "second", "code"), [(1290, 1, "charge_already_refunded"), (290, 1001, "")])
def test_more_than_was_taken_does_not_go_back(
    loopback: LoopbackStripe, provider: StripeProvider, paid, first, second, code
):
    provider.refund(make_order(paid, first))
    with pytest.raises(ProviderError) as refused:
        provider.refund(make_order(paid, second))
    assert (refused.value.is_worth_repeating, refused.value.burns_key) == (False, False)
    assert refused.value.code == code
    assert [refund["amount"] for refund in loopback.objects("refund")] == [first]


@pytest.mark.parametrize("reference", ["", "pi_unknown"])
def test_what_was_not_paid_does_not_go_back(loopback: LoopbackStripe, provider: StripeProvider, reference):
    told = provider.start(make_charge())
    with pytest.raises(ProviderError) as refused:
        provider.refund(make_order(told, 1, reference=reference or told.reference))
    assert not refused.value.is_worth_repeating
    assert loopback.objects("refund") == []
