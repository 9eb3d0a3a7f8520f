"""Amounts with decimals that nobody can pay. https://docs.stripe.com/currencies#special-cases"""

import pytest
import stripe

from tests.stripe.asking import card_intent, paid_intent, session

STEPS = {"isk": 100, "ugx": 100, "kwd": 10, "tnd": 10}


@pytest.mark.parametrize(("currency", "step"), STEPS.items())
def test_a_fraction_that_the_currency_lacks_is_refused(client, currency, step):
    assert card_intent(client, currency=currency, amount=step * 129).amount == step * 129
    line = {"price_data": {"currency": currency, "unit_amount": 1, "product_data": {"name": "Order"}}, "quantity": 1}
    for make in (
        lambda: card_intent(client, currency=currency, amount=step * 129 + 1),
        lambda: session(client, line_items=[line]),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            make()
        assert refused.value.code == "invalid_charge_amount"


def test_neither_is_one_taken_or_given_back(client):
    held = paid_intent(client, currency="isk", amount=12900, capture_method="manual")
    paid = paid_intent(client, currency="isk", amount=12900)
    for act in (
        lambda: client.v1.payment_intents.capture(held.id, {"amount_to_capture": 12850}),
        lambda: client.v1.refunds.create({"payment_intent": paid.id, "amount": 50}),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act()
        assert refused.value.code == "invalid_charge_amount"
    assert client.v1.payment_intents.capture(held.id, {"amount_to_capture": 12800}).amount_received == 12800
