"""Methods that are paid with a code in the bank's app."""

import pytest
import stripe

from tests.stripe.asking import QR, qr_intent

CODES = {
    "promptpay": lambda action: action.promptpay_display_qr_code,
    "paynow": lambda action: action.paynow_display_qr_code,
    "pix": lambda action: action.pix_display_qr_code,
    "swish": lambda action: action.swish_handle_redirect_or_display_qr_code.qr_code,
    "wechat_pay": lambda action: action.wechat_pay_display_qr_code,
}


@pytest.mark.parametrize("method", QR)
def test_a_code_is_shown_and_paid(loopback, client, method):
    intent = qr_intent(client, method)
    assert intent.status == "requires_action"
    code = CODES[method](intent.next_action)
    assert code.data
    assert code.image_url_png.endswith(".png")
    assert loopback.payer.scan(intent.id)["status"] == "succeeded"
    paid = client.v1.payment_intents.retrieve(intent.id)
    assert (paid.status, paid.amount_received, paid.next_action) == ("succeeded", 2000, None)
    assert loopback.malformed == []


def test_a_bank_may_take_its_time(loopback, client):
    intent = qr_intent(client)
    assert loopback.payer.scan(intent.id, slowly=True)["status"] == "processing"
    assert loopback.payer.settle(intent.id)["status"] == "succeeded"
    assert [event["type"] for event in loopback.events()] == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.processing",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_a_bank_may_say_no(loopback, client):
    intent = qr_intent(client)
    failed = loopback.payer.bounce(intent.id)
    assert failed["last_payment_error"]["code"] == "payment_intent_payment_attempt_failed"
    assert failed["status"] == "requires_payment_method"


def test_a_code_that_nobody_pays_expires(loopback, client):
    intent = qr_intent(client)
    failed = loopback.payer.let_expire(intent.id)
    assert failed["last_payment_error"]["code"] == "payment_intent_payment_attempt_expired"
    assert loopback.payer.choose_qr(intent.id, "paynow")["status"] == "requires_action"


def test_a_code_can_be_cancelled_until_it_is_paid(client):
    intent = qr_intent(client)
    assert client.v1.payment_intents.cancel(intent.id).status == "canceled"


@pytest.mark.parametrize(
    "params", [{"currency": "eur"}, {"capture_method": "manual"}, {"allowed_payment_method_types": ["klarna"]}]
)
def test_a_method_that_does_not_go_with_the_payment_is_left_out(client, params):
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        qr_intent(client, **params)


def test_a_method_that_the_account_does_not_have_is_left_out(loopback, client):
    loopback.books.activated.discard("paynow")
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        qr_intent(client)
    intent = client.v1.payment_intents.create(
        {"amount": 1000, "currency": "sgd", "allowed_payment_method_types": ["paynow", "card"]}
    )
    assert intent.payment_method_types == ["card"]


def test_promptpay_needs_an_address_for_mail(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        qr_intent(client, "promptpay", payment_method_data={"type": "promptpay"})
    assert refused.value.param == "billing_details[email]"


def test_wechat_pay_needs_to_know_what_it_runs_on(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        qr_intent(client, "wechat_pay", payment_method_options={})
    assert refused.value.param == "payment_method_options[wechat_pay][client]"
