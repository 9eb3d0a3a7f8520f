"""Checkout Sessions. https://docs.stripe.com/api/checkout/sessions"""

import time

import pytest
import stripe

from tests.stripe.asking import session


def test_a_session_is_paid_on_its_page(loopback, client):
    made = session(client, client_reference_id="order-17", payment_intent_data={"metadata": {"order": "17"}})
    assert (made.status, made.payment_status, made.payment_intent) == ("open", "unpaid", None)
    assert made.url.startswith("https://checkout.stripe.com/")
    loopback.payer.pay_session(made.id)
    paid = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent", "line_items"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.payment_intent.amount_received, paid.payment_intent.metadata["order"]) == (1000, "17")
    assert [line.quantity for line in paid.line_items] == [2]
    assert [event["type"] for event in loopback.events()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert client.v1.refunds.create({"payment_intent": paid.payment_intent.id}).amount == 1000


def test_a_declined_card_leaves_the_page_open(loopback, client):
    made = session(client)
    assert loopback.payer.decline_session(made.id)["status"] == "open"
    assert loopback.payer.pay_session(made.id)["payment_status"] == "paid"
    assert len(loopback.objects("payment_intent")) == 1


def test_a_page_can_be_paid_by_code_and_held(loopback, client):
    assert loopback.payer.pay_session(session(client).id, "wechat_pay")["payment_status"] == "paid"
    made = session(client, payment_intent_data={"capture_method": "manual"})
    held = loopback.payer.pay_session(made.id)
    assert (held["status"], held["payment_status"]) == ("complete", "unpaid")
    assert client.v1.payment_intents.capture(held["payment_intent"]).amount_received == 1000


@pytest.mark.parametrize("seconds", [29 * 60, 25 * 3600])
def test_a_session_lasts_half_an_hour_to_a_day(client, seconds):
    with pytest.raises(stripe.InvalidRequestError, match="at least 30 minutes") as refused:
        session(client, expires_at=int(time.time()) + seconds)
    assert refused.value.param == "expires_at"
    assert session(client, expires_at=int(time.time()) + 31 * 60).status == "open"


def test_what_is_expired_cannot_be_paid(loopback, client):
    made = session(client)
    loopback.payer.decline_session(made.id)
    assert client.v1.checkout.sessions.expire(made.id).status == "expired"
    assert loopback.objects("payment_intent")[0]["status"] == "canceled"
    with pytest.raises(Exception, match="expired"):
        loopback.payer.pay_session(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions with a status"):
        client.v1.checkout.sessions.expire(made.id)


def test_what_is_paid_cannot_be_expired(loopback, client):
    made = session(client)
    loopback.payer.pay_session(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        client.v1.checkout.sessions.expire(made.id)


def test_a_session_expires_by_itself(loopback, client, time_machine):
    made = session(client, expires_at=int(time.time()) + 1801)
    time_machine.move_to(time.time() + 1802)
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"
    assert [event["type"] for event in loopback.events()] == ["checkout.session.expired"]


def test_the_intent_of_a_page_is_not_cancelled_by_itself(loopback, client):
    made = loopback.payer.decline_session(session(client).id)
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(made["payment_intent"])


@pytest.mark.parametrize(("left_out", "param"), [("line_items", "line_items"), ("success_url", "success_url")])
def test_a_session_needs_lines_and_somewhere_to_go(client, left_out, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        session(client, **{left_out: None})
    assert (refused.value.param, refused.value.code) == (param, "parameter_missing")
