"""A payment by QR code, where the account has a method for that."""

import time
from datetime import UTC, datetime

import pytest

from payments.checks import QR_CURRENCIES
from payments.failures import CODE_EXPIRED, FAILED
from payments.models import Payment
from payments.providers.base import ProviderError
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import QR, asked, intents, make_charge, make_order
from tests.stripe.failing import ERROR_AFTER, RESET_AFTER
from tests.stripe.qr import METHODS
from tests.stripe.server import LoopbackStripe

State = Payment.State

CODES = {
    "promptpay": "00020101{}",
    "paynow": "00020101{}",
    "pix": "00020101{}",
    "swish": "D{}",
    "wechat_pay": "weixin://wxpay/bizpayurl?pr={}",
}
SECONDS = {"pix": 14400, "swish": 180}


@pytest.mark.parametrize(("method", "currency"), QR.items())
def test_a_code_is_made_shown_and_paid(loopback: LoopbackStripe, settings, method, currency):
    settings.STRIPE_QR_METHOD = method
    provider = StripeProvider()
    charge = make_charge(method="qr", currency=currency, amount=2000)
    told = provider.start(charge)
    assert asked(loopback) == ["POST /payment_intents"]
    assert loopback.requests[0].idempotency_key == f"start-{charge.key}"
    assert (told.state, told.qr_payload) == (State.WAITING, CODES[method].format(told.reference))
    assert (told.client_secret, told.payment_url) == ("", "")
    if method in SECONDS:
        assert abs(told.qr_expires_at - datetime.now(UTC)).total_seconds() <= SECONDS[method]
    else:
        assert told.qr_expires_at is None
    assert provider.fetch(told.reference) == told
    loopback.payer.scan(told.reference)
    paid = provider.fetch(told.reference)
    assert (paid.state, paid.captured, paid.qr_payload) == (State.SUCCEEDED, 2000, "")


def test_the_checks_know_the_currencies_of_every_method():
    known = {name: tuple(one.lower() for one in currencies) for name, currencies in QR_CURRENCIES.items()}
    assert known == {name: method.currencies for name, method in METHODS.items()}


def test_promptpay_is_given_an_address_that_is_nobody_s(loopback: LoopbackStripe, settings):
    settings.STRIPE_QR_METHOD = "promptpay"
    StripeProvider().start(make_charge(method="qr", currency="THB", amount=2000))
    given = loopback.requests[0].params["payment_method_data"]
    assert given == {"type": "promptpay", "billing_details": {"email": "no-reply@kitchen.example"}}


@pytest.mark.parametrize("method", [method for method in QR if method != "promptpay"])
def test_others_are_given_none(loopback: LoopbackStripe, settings, method):
    settings.STRIPE_QR_METHOD = method
    StripeProvider().start(make_charge(method="qr", currency=QR[method], amount=2000))
    assert loopback.requests[0].params["payment_method_data"] == {"type": method}


@pytest.fixture
def paynow(loopback: LoopbackStripe, settings) -> StripeProvider:
    settings.STRIPE_QR_METHOD = "paynow"
    return StripeProvider()


def charge_by_code(**changes):
    return make_charge(method="qr", currency="SGD", amount=2000, **changes)


def test_a_code_is_captured_at_once_whatever_cards_do(loopback: LoopbackStripe, paynow: StripeProvider):
    paynow.start(charge_by_code(captures_later=True))
    assert "capture_method" not in loopback.requests[0].params


def test_a_code_that_nobody_paid_in_time_says_so(loopback: LoopbackStripe, paynow: StripeProvider):
    charge = charge_by_code()
    told = paynow.start(charge)
    loopback.payer.let_expire(told.reference)
    for failed in (paynow.fetch(told.reference), paynow.start(charge)):
        assert (failed.state, failed.failure, failed.qr_payload) == (State.FAILED, CODE_EXPIRED, "")
        assert failed.client_secret == ""
    assert len(intents(loopback)) == 1


def test_while_the_bank_takes_its_time_there_is_nothing_to_scan(loopback: LoopbackStripe, paynow: StripeProvider):
    told = paynow.start(charge_by_code())
    loopback.payer.scan(told.reference, slowly=True)
    waiting = paynow.fetch(told.reference)
    assert (waiting.state, waiting.qr_payload) == (State.WAITING, "")
    loopback.payer.bounce(told.reference)
    failed = paynow.fetch(told.reference)
    assert (failed.state, failed.failure) == (State.FAILED, FAILED)


def test_a_lost_answer_is_given_again(loopback: LoopbackStripe, paynow: StripeProvider):
    charge = charge_by_code()
    loopback.failing.next(RESET_AFTER, RESET_AFTER)
    with pytest.raises(ProviderError) as failed:
        paynow.start(charge)
    assert (failed.value.is_worth_repeating, failed.value.burns_key) == (True, False)
    told = paynow.start(charge)
    assert [intent["id"] for intent in intents(loopback)] == [told.reference]
    assert told.qr_payload == f"00020101{told.reference}"


def test_after_an_error_that_is_kept_another_key_makes_another_code(loopback: LoopbackStripe, paynow: StripeProvider):
    charge = charge_by_code()
    loopback.failing.next(ERROR_AFTER)
    with pytest.raises(ProviderError) as failed:
        paynow.start(charge)
    assert failed.value.burns_key
    told = paynow.start(charge_by_code(payment_id=charge.payment_id, key=f"{charge.payment_id}-1"))
    assert told.qr_payload == f"00020101{told.reference}"


def test_a_method_that_the_account_does_not_have_is_refused(loopback: LoopbackStripe, paynow: StripeProvider):
    loopback.books.activated.discard("paynow")
    with pytest.raises(ProviderError) as refused:
        paynow.start(charge_by_code())
    assert not refused.value.is_worth_repeating
    assert intents(loopback) == []


def test_a_refund_of_promptpay_waits_for_the_customer_s_bank_details(loopback: LoopbackStripe, settings):
    settings.STRIPE_QR_METHOD = "promptpay"
    provider = StripeProvider()
    told = provider.start(make_charge(method="qr", currency="THB", amount=2000))
    loopback.payer.scan(told.reference)
    refund = provider.refund(make_order(told, 500))
    assert refund.state == "action_required"
    loopback.payer.finish_refund(refund.reference)
    assert [one.state for one in provider.fetch(told.reference).refunds] == ["succeeded"]


def test_no_moment_is_sent_that_another_try_would_not_send(
    loopback: LoopbackStripe, paynow: StripeProvider, time_machine
):
    charge = charge_by_code()
    told = paynow.start(charge)
    time_machine.move_to(time.time() + 600)
    assert paynow.start(charge).reference == told.reference
