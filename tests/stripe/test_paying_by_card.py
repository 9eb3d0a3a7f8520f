"""https://docs.stripe.com/payments/paymentintents/lifecycle and https://docs.stripe.com/testing"""

import pytest
import stripe

from tests.stripe.asking import card_intent, paid_intent
from tests.stripe.refusals import Refused


def test_an_intent_is_paid_from_the_form(loopback, client):
    intent = card_intent(client)
    assert (intent.status, intent.payment_method_types) == ("requires_payment_method", ["card"])
    assert intent.client_secret.startswith(intent.id + "_secret_")
    loopback.payer.pay(intent.id)
    paid = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge", "payment_method"]})
    assert (paid.status, paid.amount_received) == ("succeeded", 1000)
    assert (paid.latest_charge.paid, paid.latest_charge.captured, paid.latest_charge.amount_captured) == (
        True,
        True,
        1000,
    )
    assert (paid.payment_method.card.brand, paid.payment_method.card.last4) == ("visa", "4242")
    assert [event["type"] for event in loopback.events()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ],
)
def test_a_test_card_is_declined_as_documented(loopback, client, card, code, decline_code):
    intent = card_intent(client)
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": card})
    assert (declined.value.http_status, declined.value.code) == (402, code)
    assert declined.value.error.decline_code == decline_code
    assert declined.value.error.payment_intent.id == intent.id
    after = client.v1.payment_intents.retrieve(intent.id)
    assert (after.status, after.payment_method, after.amount_received) == ("requires_payment_method", None, 0)
    assert after.last_payment_error.decline_code == decline_code
    assert [event["type"] for event in loopback.events()[1:]] == ["charge.failed", "payment_intent.payment_failed"]


def test_after_a_decline_another_card_pays(loopback, client):
    intent = card_intent(client)
    assert loopback.payer.decline(intent.id)["status"] == "requires_payment_method"
    assert loopback.payer.pay(intent.id, "pm_card_mastercard")["status"] == "succeeded"
    paid = client.v1.payment_intents.retrieve(intent.id)
    assert paid.last_payment_error is None
    assert [charge["status"] for charge in loopback.objects("charge")] == ["failed", "succeeded"]


def test_a_bank_that_asks_is_answered(loopback, client):
    intent = card_intent(client)
    asked = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_authenticationRequired", "return_url": "https://app.example/back"}
    )
    assert (asked.status, asked.next_action.type) == ("requires_action", "redirect_to_url")
    assert loopback.payer.authenticate(intent.id)["status"] == "succeeded"


def test_a_bank_that_is_not_answered_does_not_pay(loopback, client):
    intent = card_intent(client)
    assert loopback.payer.start(intent.id, "pm_card_threeDSecure2Required")["status"] == "requires_action"
    failed = loopback.payer.fail_authentication(intent.id)
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert loopback.objects("charge") == []


def test_a_card_that_is_authenticated_can_still_be_declined(loopback, client):
    intent = card_intent(client)
    failed = loopback.payer.pay(intent.id, "pm_card_threeDSecureRequiredChargeDeclined")
    assert (failed["status"], failed["last_payment_error"]["code"]) == ("requires_payment_method", "card_declined")


def test_without_the_customer_a_bank_that_asks_declines(client):
    customer = client.v1.customers.create({})
    method = client.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    with pytest.raises(stripe.CardError) as declined:
        card_intent(client, customer=customer.id, payment_method=method.id, confirm=True, off_session=True)
    assert declined.value.code == "authentication_required"


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
def test_what_is_over_cannot_be_confirmed(loopback, client, status):
    intent = card_intent(client)
    if status == "succeeded":
        loopback.payer.pay(intent.id)
    else:
        client.v1.payment_intents.cancel(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error.payment_intent.status == status
    with pytest.raises(Refused):
        loopback.payer.pay(intent.id)
    assert loopback.malformed == []


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({"amount": 49}, "amount", "amount_too_small"),
        ({"amount": 100_000_000}, "amount", "amount_too_large"),
        ({"amount": 0}, "amount", "parameter_invalid_integer"),
        ({"currency": "EUR"}, "currency", None),
        ({"customer": "cus_nobody"}, "customer", "resource_missing"),
        ({"payment_method": "pm_nothing"}, "payment_method", "resource_missing"),
        ({"off_session": True}, "off_session", None),
        ({"automatic_payment_methods": {"enabled": True}}, None, None),
        ({"payment_method_data": {"type": "paynow"}}, None, "payment_intent_incompatible_payment_method"),
    ],
)
def test_an_intent_that_cannot_be_is_refused(loopback, client, params, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        card_intent(client, **params)
    assert (refused.value.param, refused.value.code) == (param, code)
    assert loopback.malformed == []


def test_methods_that_redirect_need_somewhere_to_return_to(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(
            {"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
        )
    assert refused.value.param == "return_url"


def test_a_used_method_is_used_up_unless_it_is_a_customers(client):
    intent = paid_intent(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        card_intent(client, payment_method=intent.payment_method)
    assert refused.value.code == "payment_method_unexpected_state"


def test_nothing_is_found_under_a_wrong_id(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve("pi_nothing")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
