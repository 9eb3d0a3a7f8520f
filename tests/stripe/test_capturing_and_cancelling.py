"""Money that is held first and taken later, or let go."""

from functools import partial

import pytest
import stripe

from tests.stripe.asking import card_intent, paid_intent
from tests.threads import run_together


@pytest.fixture
def held(client):
    return paid_intent(client, capture_method="manual")


def test_money_is_held_and_then_taken(loopback, client, held):
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 1000, 0)
    taken = client.v1.payment_intents.capture(held.id)
    assert (taken.status, taken.amount_capturable, taken.amount_received) == ("succeeded", 0, 1000)
    assert [event["type"] for event in loopback.events()[1:]] == [
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]


def test_what_is_not_taken_is_let_go(client, held):
    taken = client.v1.payment_intents.capture(held.id, {"amount_to_capture": 700, "expand": ["latest_charge"]})
    charge = taken.latest_charge
    assert (taken.amount_received, charge.amount_captured, charge.amount_refunded, charge.refunded) == (
        700,
        700,
        300,
        False,
    )
    assert client.v1.refunds.create({"payment_intent": held.id}).amount == 700


def test_more_than_is_held_cannot_be_taken(client, held):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(held.id, {"amount_to_capture": 1001})
    assert (refused.value.param, refused.value.code) == ("amount_to_capture", "amount_too_large")


def test_money_is_taken_once(client, held):
    client.v1.payment_intents.capture(held.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(held.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_what_is_held_is_let_go_by_cancelling(client, held):
    gone = client.v1.payment_intents.cancel(
        held.id, {"cancellation_reason": "requested_by_customer", "expand": ["latest_charge"]}
    )
    assert (gone.status, gone.amount_capturable, gone.amount_received) == ("canceled", 0, 0)
    assert (gone.latest_charge.captured, gone.latest_charge.amount_captured) == (False, 0)
    with pytest.raises(stripe.InvalidRequestError, match="could not be captured because it has a status of canceled"):
        client.v1.payment_intents.capture(held.id)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": held.id})


def test_what_is_paid_cannot_be_cancelled(client):
    intent = paid_intent(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert "status of succeeded" in str(refused.value)


def test_what_is_cancelled_cannot_be_cancelled_again(client):
    intent = card_intent(client)
    client.v1.payment_intents.cancel(intent.id)
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        client.v1.payment_intents.cancel(intent.id)


def test_an_intent_is_paid_or_cancelled_never_both(loopback, client):
    for _ in range(10):
        pay = partial(loopback.payer.pay, card_intent(client).id)
        run_together(pay, partial(client.v1.payment_intents.cancel, pay.args[0]))
    assert {intent["status"] for intent in loopback.objects("payment_intent")} <= {"succeeded", "canceled"}
    for intent in loopback.objects("payment_intent"):
        assert (intent["amount_received"] == 1000) == (intent["status"] == "succeeded")
