"""Events with Stripe's signature: at once, late, twice, in any order, or never. https://docs.stripe.com/webhooks"""

import random
import time
from collections.abc import Iterator

import pytest
import stripe

from tests.stripe.asking import card_intent
from tests.stripe.receiver import Receiver, receiving

SECRET = "whsec_one"
PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.fixture(scope="module")
def somebody() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(loopback, somebody) -> Receiver:
    somebody.got.clear()
    somebody.status = 200
    loopback.webhooks.send_to(somebody.url, SECRET)
    return somebody


def types(receiver: Receiver) -> list[str]:
    return [event.type for event in receiver.believed(SECRET)]


def test_what_happens_is_told_at_once_and_in_order(loopback, client, receiver):
    intent = card_intent(client, metadata={"order": "17"})
    loopback.payer.pay(intent.id)
    loopback.webhooks.wait()
    assert types(receiver) == PAID
    event = receiver.believed(SECRET)[-1]
    assert (event.object, event.api_version, event.livemode) == ("event", stripe.api_version, False)
    assert (event.data.object.id, event.data.object.status) == (intent.id, "succeeded")
    assert event.data.object.metadata["order"] == "17"
    assert {delivery.status for delivery in loopback.webhooks.deliveries} == {200}


def test_an_event_says_which_request_made_it(loopback, client):
    client.v1.customers.create({}, {"idempotency_key": "customer-1"})
    told = client.v1.events.list({"type": "customer.created"}).data[0]
    assert told.request.idempotency_key == "customer-1"
    assert told.request.id == loopback.requests[0].id


def test_an_event_keeps_what_was_when_it_happened(loopback, client):
    intent = card_intent(client)
    loopback.payer.pay(intent.id)
    assert loopback.events("payment_intent.created")[0]["data"]["object"]["status"] == "requires_payment_method"


def test_nobody_believes_an_altered_body_or_another_secret(loopback, client):
    card_intent(client)
    body, signature = loopback.webhooks.raw(loopback.events()[0], secrets=(SECRET,))
    assert stripe.Webhook.construct_event(body, signature, SECRET).type == "payment_intent.created"
    for altered, secret in ((body.replace(b"1000", b"1001"), SECRET), (body, "whsec_two")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(altered, signature, secret)


def test_while_a_secret_is_changed_there_are_two_signatures(loopback, client):
    card_intent(client)
    body, signature = loopback.webhooks.raw(loopback.events()[0], secrets=("whsec_old", "whsec_new"))
    for secret in ("whsec_old", "whsec_new"):
        assert stripe.Webhook.construct_event(body, signature, secret)


def test_what_was_signed_too_long_ago_is_not_believed(loopback, client):
    card_intent(client)
    event = loopback.events()[0]
    body, signature = loopback.webhooks.raw(event, secrets=(SECRET,), at=time.time() - 299)
    assert stripe.Webhook.construct_event(body, signature, SECRET)
    body, signature = loopback.webhooks.raw(event, secrets=(SECRET,), at=time.time() - 301)
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(body, signature, SECRET)


def test_what_is_held_comes_late(loopback, client, receiver):
    loopback.webhooks.hold()
    loopback.payer.pay(card_intent(client).id)
    loopback.webhooks.wait()
    assert receiver.got == []
    assert [event["type"] for event in loopback.webhooks.held] == PAID
    assert loopback.webhooks.release() == [200, 200, 200]
    assert types(receiver) == PAID


def test_what_is_held_can_come_twice_and_backwards(loopback, client, receiver):
    loopback.webhooks.hold()
    loopback.payer.pay(card_intent(client).id)
    loopback.webhooks.release(times=2, backwards=True)
    assert types(receiver) == [type for type in reversed(PAID) for _ in range(2)]


def test_what_is_held_can_come_in_any_order(loopback, client, receiver):
    loopback.webhooks.hold()
    loopback.payer.pay(card_intent(client).id)
    loopback.webhooks.release(times=5, shuffled=random.Random(1))
    assert sorted(types(receiver)) == sorted(PAID * 5)
    assert types(receiver) != PAID * 5


def test_what_is_dropped_never_comes(loopback, client, receiver):
    loopback.webhooks.drop()
    loopback.payer.pay(card_intent(client).id)
    loopback.webhooks.release()
    assert receiver.got == []
    assert [event["type"] for event in loopback.events()] == PAID
    loopback.webhooks.deliver(loopback.events()[0])
    assert types(receiver) == PAID[:1]


def test_what_was_not_taken_is_sent_again(loopback, client, receiver):
    receiver.status = 500
    card_intent(client)
    loopback.webhooks.wait()
    receiver.status = 204
    assert loopback.webhooks.retry() == [204]
    assert loopback.webhooks.retry() == []
    assert types(receiver) == PAID[:1] * 2


def test_nobody_at_home_is_no_fault(loopback, client):
    loopback.webhooks.send_to("http://127.0.0.1:9/nobody", SECRET)
    card_intent(client)
    loopback.webhooks.wait()
    assert [delivery.status for delivery in loopback.webhooks.deliveries] == [0]
