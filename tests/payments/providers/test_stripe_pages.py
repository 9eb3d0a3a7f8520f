"""A payment by QR code that leads to a page of Stripe's."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from payments.failures import DECLINED
from payments.models import Payment
from payments.providers.base import ProviderError, Told
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import acted, asked, make_charge, make_order
from tests.stripe.failing import CONFLICT, ERROR, ERROR_AFTER, RESET, RESET_AFTER, only
from tests.stripe.server import LoopbackStripe

State = Payment.State
URL = "https://checkout.stripe.com/c/pay/"


def start(provider: StripeProvider, **changes) -> Told:
    return provider.start(make_charge(method="qr", **changes))


def test_a_page_is_made_with_one_request(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge(method="qr")
    told = provider.start(charge)
    [session] = loopback.objects("checkout.session")
    closes_at = charge.due_at.replace(microsecond=0) + timedelta(minutes=31)
    assert told == Told(
        reference=session["id"],
        state=State.WAITING,
        payment_url=URL + session["id"],
        qr_payload=URL + session["id"],
        qr_expires_at=closes_at,
    )
    [request] = loopback.requests
    assert request.idempotency_key == f"start-{charge.key}"
    metadata = {"payment_id": str(charge.payment_id), "order_id": str(charge.order_id), "order_number": "1017"}
    price = {"currency": "eur", "unit_amount": 1290, "product_data": {"name": "1017"}}
    assert request.params["line_items"] == [{"quantity": 1, "price_data": price}]
    assert request.params["payment_intent_data"] == {"metadata": metadata, "description": "1017"}
    assert (request.params["metadata"], request.params["mode"]) == (metadata, "payment")
    assert request.params["ui_mode"] == "hosted_page"
    assert request.params["success_url"] == request.params["cancel_url"] == "https://kitchen.example"
    assert request.params["adaptive_pricing"] == {"enabled": False}
    assert "sepa_debit" in request.params["excluded_payment_method_types"]
    assert "customer" not in request.params


@pytest.mark.parametrize("minutes", [0, 1, 15, 60, 720])
def test_a_page_lasts_at_least_until_the_payment_is_due(loopback: LoopbackStripe, provider: StripeProvider, minutes):
    due_at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert start(provider, due_at=due_at).qr_expires_at >= due_at


def test_started_again_it_is_the_same_page_as_it_stands_now(
    loopback: LoopbackStripe, provider: StripeProvider, time_machine
):
    charge = make_charge(method="qr")
    told = provider.start(charge)
    time_machine.move_to(time.time() + 600)
    assert provider.start(charge) == told
    loopback.payer.pay_session(told.reference)
    assert provider.start(charge).state == State.SUCCEEDED
    assert len(loopback.objects("checkout.session")) == 1


@pytest.mark.parametrize("method", ["pm_card_visa", "wechat_pay"])
def test_what_is_paid_on_the_page_has_succeeded(loopback: LoopbackStripe, provider: StripeProvider, method):
    told = start(provider)
    loopback.payer.pay_session(told.reference, method)
    assert provider.fetch(told.reference) == Told(reference=told.reference, state=State.SUCCEEDED, captured=1290)


def test_what_is_declined_on_the_page_can_be_tried_there_again(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    loopback.payer.decline_session(told.reference)
    failed = provider.fetch(told.reference)
    assert (failed.state, failed.failure) == (State.FAILED, DECLINED)
    assert (failed.payment_url, failed.qr_payload, failed.client_secret) == (told.payment_url, told.qr_payload, "")
    loopback.payer.pay_session(told.reference)
    assert provider.fetch(told.reference).state == State.SUCCEEDED


def test_while_the_bank_asks_the_page_is_open(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    loopback.payer.pay_session(told.reference, "pm_card_authenticationRequired", authenticate=False)
    assert provider.fetch(told.reference) == told


def test_a_page_that_has_closed_by_itself_is_cancelled(
    loopback: LoopbackStripe, provider: StripeProvider, time_machine
):
    told = start(provider)
    time_machine.move_to(time.time() + 47 * 60)
    assert provider.fetch(told.reference) == Told(reference=told.reference, state=State.CANCELLED)


@pytest.mark.parametrize(
    ("intent", "state"),
    [("processing", State.WAITING), ("requires_action", State.WAITING), ("requires_payment_method", State.CANCELLED)],
)
def test_a_page_that_is_done_waits_only_for_what_is_on_its_way(
    loopback: LoopbackStripe, provider: StripeProvider, intent, state
):
    told = start(provider)
    loopback.payer.decline_session(told.reference)
    page = loopback.books.objects[told.reference]
    page["status"], page["url"] = "complete", None
    loopback.books.objects[page["payment_intent"]]["status"] = intent
    fetched = provider.fetch(told.reference)
    assert (fetched.state, fetched.payment_url, fetched.qr_payload) == (state, "", "")
    assert fetched.qr_expires_at is None


def test_a_page_is_closed_by_cancelling(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    loopback.payer.decline_session(told.reference)
    cancelled = provider.cancel(told.reference)
    assert (cancelled.reference, cancelled.state) == (told.reference, State.CANCELLED)
    assert (cancelled.payment_url, cancelled.qr_payload) == ("", "")
    assert [one["status"] for one in loopback.objects("payment_intent")] == ["canceled"]
    assert provider.cancel(told.reference).state == State.CANCELLED


def test_cancelling_a_page_that_was_paid_says_so(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    loopback.payer.pay_session(told.reference)
    assert provider.cancel(told.reference) == Told(reference=told.reference, state=State.SUCCEEDED, captured=1290)


@pytest.mark.parametrize(
    "failures", [(RESET_AFTER,), (RESET_AFTER, RESET_AFTER), (ERROR_AFTER,), (CONFLICT,), (ERROR,)]
)
def test_a_page_is_closed_however_the_answer_is_lost(loopback: LoopbackStripe, provider: StripeProvider, failures):
    told = start(provider)
    loopback.failing.next(*failures, matching=only("POST", "/expire"))
    assert provider.cancel(told.reference).state == State.CANCELLED
    assert acted(loopback, "/expire") == 1


def test_a_page_that_could_not_be_closed_is_worth_another_try(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    loopback.failing.next(RESET, RESET, matching=only("POST", "/expire"))
    with pytest.raises(ProviderError) as failed:
        provider.cancel(told.reference)
    assert failed.value.is_worth_repeating
    assert provider.fetch(told.reference).state == State.WAITING
    assert provider.cancel(told.reference).state == State.CANCELLED
    keys = [one.idempotency_key for one in loopback.requests if one.path.endswith("/expire")]
    assert (len(keys), len(set(keys))) == (3, 2)


def test_what_is_paid_on_a_page_is_captured_already(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    loopback.payer.pay_session(told.reference)
    assert provider.capture(reference=told.reference, amount=1290, key="capture-1").captured == 1290
    assert acted(loopback, "/capture") == 0


def test_what_is_paid_on_a_page_goes_back(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge(method="qr")
    told = provider.start(charge)
    loopback.payer.pay_session(told.reference)
    order = make_order(told, 290)
    refund = provider.refund(order)
    assert (refund.state, refund.amount, refund.refund_id) == ("succeeded", 290, order.refund_id)
    assert provider.fetch(told.reference).refunds == (refund,)
    # By that an event of the refund is known to be this payment's.
    metadata = {"refund_id": str(order.refund_id), "payment_id": str(charge.payment_id)}
    assert loopback.objects("refund")[0]["metadata"] == metadata
    assert asked(loopback)[-2:] == ["GET /checkout/sessions/…", "GET /refunds"]


def test_what_nobody_has_paid_does_not_go_back(loopback: LoopbackStripe, provider: StripeProvider):
    told = start(provider)
    with pytest.raises(ProviderError) as refused:
        provider.refund(make_order(told, 290))
    assert not refused.value.is_worth_repeating
    assert loopback.objects("refund") == []
