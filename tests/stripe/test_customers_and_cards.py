"""Customers, and the cards that they have saved."""

import pytest
import stripe

from tests.stripe.asking import card_intent, paid_intent


@pytest.fixture
def alice(client):
    return client.v1.customers.create({"email": "alice@example.com", "metadata": {"customer": "1"}})


def cards(client, customer):
    return client.v1.customers.payment_methods.list(customer.id, {"type": "card"}).data


def test_a_customer_is_made_changed_and_deleted(client, alice):
    assert client.v1.customers.retrieve(alice.id).email == "alice@example.com"
    changed = client.v1.customers.update(alice.id, {"name": "Alice", "metadata": {"customer": "", "other": "2"}})
    assert (changed.name, changed.metadata.to_dict()) == ("Alice", {"other": "2"})
    assert client.v1.customers.delete(alice.id).deleted
    assert client.v1.customers.retrieve(alice.id).deleted
    with pytest.raises(stripe.InvalidRequestError) as refused:
        card_intent(client, customer=alice.id)
    assert (refused.value.param, refused.value.code) == ("customer", "resource_missing")


def test_a_card_is_saved_by_a_setup_intent_and_pays_later(loopback, client, alice):
    setup = client.v1.setup_intents.create({"customer": alice.id, "allowed_payment_method_types": ["card"]})
    assert (setup.status, setup.usage) == ("requires_payment_method", "off_session")
    assert loopback.payer.save_card(setup.id)["status"] == "succeeded"
    (card,) = cards(client, alice)
    assert (card.card.brand, card.card.last4, card.customer) == ("visa", "4242", alice.id)
    paid = paid_intent(client, customer=alice.id, payment_method=card.id, off_session=True)
    assert paid.status == "succeeded"
    assert paid_intent(client, customer=alice.id, payment_method=card.id).status == "succeeded"


def test_a_card_that_was_set_up_is_not_asked_again(loopback, client, alice):
    setup = client.v1.setup_intents.create({"customer": alice.id})
    loopback.payer.save_card(setup.id, "pm_card_authenticationRequiredOnSetup")
    (card,) = cards(client, alice)
    assert paid_intent(client, customer=alice.id, payment_method=card.id, off_session=True).status == "succeeded"


def test_a_card_is_saved_while_it_pays(loopback, client, alice):
    intent = card_intent(client, customer=alice.id, setup_future_usage="on_session")
    loopback.payer.pay(intent.id)
    assert [card.card.last4 for card in cards(client, alice)] == ["4242"]
    assert loopback.events("payment_method.attached")


def test_a_declined_card_is_not_saved(loopback, client, alice):
    setup = client.v1.setup_intents.create({"customer": alice.id})
    failed = loopback.payer.save_card(setup.id, "pm_card_chargeDeclined")
    assert (failed["status"], failed["last_setup_error"]["code"]) == ("requires_payment_method", "card_declined")
    with pytest.raises(stripe.CardError):
        client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": alice.id})
    with pytest.raises(stripe.CardError) as declined:
        client.v1.setup_intents.confirm(setup.id, {"payment_method": "pm_card_chargeDeclined"})
    assert declined.value.error.setup_intent.id == setup.id
    assert cards(client, alice) == []


def test_a_card_can_be_saved_and_declined_later(client, alice):
    card = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": alice.id})
    with pytest.raises(stripe.CardError):
        paid_intent(client, customer=alice.id, payment_method=card.id)


def test_a_detached_card_is_gone_for_good(client, alice):
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": alice.id})
    assert client.v1.payment_methods.detach(card.id).customer is None
    assert cards(client, alice) == []
    assert client.v1.payment_methods.retrieve(card.id).card.last4 == "4242"
    for try_again in (
        lambda: client.v1.payment_methods.detach(card.id),
        lambda: client.v1.payment_methods.attach(card.id, {"customer": alice.id}),
        lambda: paid_intent(client, customer=alice.id, payment_method=card.id),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            try_again()


def test_bob_cannot_pay_with_her_card(client, alice):
    bob = client.v1.customers.create({})
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": alice.id})
    for customer in ({}, {"customer": bob.id}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            paid_intent(client, payment_method=card.id, **customer)
        assert refused.value.param == "payment_method"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(card.id, {"customer": bob.id})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.payment_methods.retrieve(bob.id, card.id)


def test_with_a_customer_go_the_cards(client, alice):
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": alice.id})
    client.v1.customers.delete(alice.id)
    assert client.v1.payment_methods.retrieve(card.id).customer is None


def test_the_same_number_has_the_same_fingerprint(client, alice):
    prints = {
        client.v1.payment_methods.attach(name, {"customer": alice.id}).card.fingerprint
        for name in ("pm_card_visa", "pm_card_visa", "pm_card_mastercard")
    }
    assert len(prints) == 2


def test_a_setup_that_is_over_is_over(client, alice):
    setup = client.v1.setup_intents.create({"customer": alice.id})
    assert client.v1.setup_intents.cancel(setup.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})
    assert refused.value.code == "setup_intent_unexpected_state"
