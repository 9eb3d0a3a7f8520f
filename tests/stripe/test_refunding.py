"""https://docs.stripe.com/refunds"""

import pytest
import stripe

from tests.stripe.asking import card_intent, paid_intent, qr_intent
from tests.threads import run_together


def test_a_payment_is_given_back(loopback, client):
    intent = paid_intent(client)
    refund = client.v1.refunds.create(
        {"payment_intent": intent.id, "reason": "requested_by_customer", "metadata": {"order": "17"}}
    )
    assert (refund.status, refund.amount, refund.payment_intent) == ("succeeded", 1000, intent.id)
    assert client.v1.charges.retrieve(refund.charge).refunded
    assert [event["type"] for event in loopback.events()[-2:]] == ["refund.created", "charge.refunded"]
    assert client.v1.refunds.retrieve(refund.id).metadata["order"] == "17"


def test_it_is_given_back_once(client):
    intent = paid_intent(client)
    client.v1.refunds.create({"payment_intent": intent.id})
    for params in ({}, {"amount": 1}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id, **params})
        assert refused.value.code == "charge_already_refunded"


def test_parts_are_given_back_until_nothing_is_left(client):
    intent = paid_intent(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 600})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        client.v1.refunds.create({"charge": intent.latest_charge, "amount": 401})
    assert refused.value.param == "amount"
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 400})
    assert [one.amount for one in client.v1.refunds.list({"payment_intent": intent.id})] == [400, 600]
    assert client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 1000


def test_what_was_not_paid_cannot_be_given_back(client):
    for intent in (card_intent(client), paid_intent(client, capture_method="manual")):
        with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge to refund"):
            client.v1.refunds.create({"payment_intent": intent.id})


def test_of_twenty_at_once_one_wins(loopback, client):
    intent = paid_intent(client)
    clients = [loopback.client() for _ in range(20)]
    found = run_together(*(lambda c=c: c.v1.refunds.create({"payment_intent": intent.id}) for c in clients))
    assert sum(isinstance(one, stripe.Refund) for one in found) == 1
    assert {one.code for one in found if isinstance(one, Exception)} == {"charge_already_refunded"}


def test_some_banks_answer_later(loopback, client):
    intent = qr_intent(client)
    loopback.payer.scan(intent.id)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    loopback.payer.finish_refund(refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert loopback.events("refund.updated")[0]["data"]["previous_attributes"] == {"status": "pending"}


def test_some_need_the_customers_bank_account(loopback, client):
    intent = qr_intent(client, "promptpay")
    loopback.payer.scan(intent.id)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "instructions_email": "alice@example.com"})
    assert (refund.status, refund.instructions_email) == ("requires_action", "alice@example.com")
    assert loopback.payer.finish_refund(refund.id)["status"] == "succeeded"


def test_a_refund_that_waits_for_the_customer_can_be_cancelled(loopback, client):
    intent = qr_intent(client, "promptpay")
    loopback.payer.scan(intent.id)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert client.v1.refunds.cancel(refund.id).status == "canceled"
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 2000


@pytest.mark.parametrize("card", ["pm_card_refundFail", "pm_card_pendingRefund"])
def test_a_refund_that_failed_can_be_made_again(loopback, client, card):
    intent = card_intent(client)
    loopback.payer.pay(intent.id, card)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    failed = loopback.payer.fail_refund(refund.id)
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    assert loopback.events("refund.failed")[0]["data"]["object"]["id"] == refund.id
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 1000


def test_without_money_a_refund_waits(loopback, client):
    loopback.books.low_balance = True
    refund = client.v1.refunds.create({"payment_intent": paid_intent(client).id})
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    assert loopback.payer.finish_refund(refund.id)["status"] == "succeeded"
