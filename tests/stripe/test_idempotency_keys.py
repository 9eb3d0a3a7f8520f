"""A request that is repeated with its key is done once. https://docs.stripe.com/api/idempotent_requests"""

import pytest
import stripe

from tests.stripe.asking import CARD, card_intent
from tests.stripe.failing import only
from tests.threads import run_together

KEY = {"idempotency_key": "order-17"}


def test_the_same_request_gets_the_same_answer(loopback, client):
    first = client.v1.payment_intents.create(CARD, KEY)
    second = client.v1.payment_intents.create(CARD, KEY)
    assert first.id == second.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == loopback.requests[0].id
    assert [request.replayed for request in loopback.requests] == [False, True]
    assert len(loopback.objects("payment_intent")) == 1


def test_another_request_cannot_have_the_key(loopback, client):
    client.v1.payment_intents.create(CARD, KEY)
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        client.v1.payment_intents.create({**CARD, "amount": 1001}, KEY)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create({}, KEY)
    assert loopback.requests[-1].error["type"] == "idempotency_error"


def test_a_request_under_way_holds_its_key(loopback, client):
    with loopback.failing.held(only("POST", "/payment_intents")) as held:

        def repeat():
            assert held.arrived.wait(5)
            with pytest.raises(stripe.APIError) as refused:
                loopback.client().v1.payment_intents.create(CARD, KEY)
            held.over.set()
            return refused.value

        first, refused = run_together(lambda: client.v1.payment_intents.create(CARD, KEY), repeat)
    assert (refused.http_status, refused.code or refused.error.code) == (409, "idempotency_key_in_use")
    assert [intent["id"] for intent in loopback.objects("payment_intent")] == [first.id]


def test_a_refusal_is_kept_when_something_was_done(loopback, client):
    params = {**CARD, "payment_method": "pm_card_chargeDeclined", "confirm": True}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(params, KEY)
    assert len(loopback.objects("payment_intent")) == 1
    assert loopback.requests[1].replayed


def test_a_wrong_form_keeps_nothing(client):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({**CARD, "colour": "red"}, KEY)
    assert client.v1.payment_intents.create(CARD, KEY).status == "requires_payment_method"


def test_keys_are_forgotten_after_a_day(loopback, client):
    client.v1.payment_intents.create(CARD, KEY)
    loopback.keys.expire_all()
    client.v1.payment_intents.create(CARD, KEY)
    assert len(loopback.objects("payment_intent")) == 2


def test_twenty_at_once_make_one(loopback):
    clients = [loopback.client() for _ in range(20)]
    found = run_together(*(lambda c=c: c.v1.payment_intents.create(CARD, KEY) for c in clients))
    assert len(loopback.objects("payment_intent")) == 1
    assert {getattr(one, "id", None) or one.http_status for one in found} <= {
        loopback.objects("payment_intent")[0]["id"],
        409,
    }


def test_without_a_key_of_ours_each_is_another(loopback, client):
    card_intent(client)
    card_intent(client)
    assert len({request.idempotency_key for request in loopback.requests}) == 2
    assert len(loopback.objects("payment_intent")) == 2
