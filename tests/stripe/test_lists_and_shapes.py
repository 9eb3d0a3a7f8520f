"""Lists by pages, events, and objects that have the fields that the SDK knows."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
import stripe

from tests.stripe.asking import QR, card_intent, paid_intent, qr_intent, session
from tests.stripe.failing import RESET

FREE = ("event.data",)  # an event's object is any object

KINDS = {
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
}


def test_a_list_is_read_page_by_page(client):
    made = [card_intent(client).id for _ in range(7)]
    first = client.v1.payment_intents.list({"limit": 3})
    assert ([one.id for one in first.data], first.has_more) == (made[:3:-1], True)
    assert [one.id for one in first.auto_paging_iter()] == made[::-1]
    back = client.v1.payment_intents.list({"limit": 2, "ending_before": made[2]})
    assert ([one.id for one in back.data], back.has_more) == ([made[4], made[3]], True)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.list({"limit": 101})


def test_a_list_is_narrowed(client):
    customer = client.v1.customers.create({})
    mine = card_intent(client, customer=customer.id)
    card_intent(client)
    assert [one.id for one in client.v1.payment_intents.list({"customer": customer.id})] == [mine.id]
    assert client.v1.payment_intents.list({"created": {"gt": mine.created + 60}}).data == []
    assert len(client.v1.payment_intents.list({"created": {"gte": mine.created}}).data) == 2


def test_events_are_listed_and_retrieved(client):
    paid_intent(client)
    told = client.v1.events.list({"types": ["charge.succeeded", "payment_intent.succeeded"]})
    assert [event.type for event in told] == ["payment_intent.succeeded", "charge.succeeded"]
    assert client.v1.events.retrieve(told.data[0].id).data.object.object == "payment_intent"


def test_refunds_of_a_charge_are_included_when_asked_for(client):
    intent = paid_intent(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    listed = client.v1.payment_intents.list({"expand": ["data.latest_charge.refunds"]})
    assert [refund.amount for refund in listed.data[0].latest_charge.refunds] == [1]


def test_objects_have_the_fields_that_the_sdk_knows(loopback, client):
    customer = client.v1.customers.create({})
    setup = client.v1.setup_intents.create({"customer": customer.id})
    loopback.payer.save_card(setup.id)
    client.v1.refunds.create({"payment_intent": paid_intent(client).id})
    for method in QR:
        qr = qr_intent(client, method)
        qr_intent(client, method)
        loopback.payer.scan(qr.id)
        client.v1.refunds.create({"payment_intent": qr.id})
    loopback.payer.decline(card_intent(client).id)
    loopback.payer.start(card_intent(client).id, "pm_card_authenticationRequired")
    loopback.payer.let_expire(qr_intent(client).id)
    loopback.payer.pay_session(session(client).id)
    for kind, known in KINDS.items():
        assert loopback.objects(kind), kind
        for thing in loopback.objects(kind):
            assert list(faults(thing, known, kind)) == []


def faults(thing: Any, known: Any, path: str) -> Iterator[str]:
    """What an object has and should not, or has not and should."""
    if isinstance(thing, list):
        for item in thing:
            yield from faults(item, known, path)
    if not isinstance(thing, dict):
        return
    names = {name: hint for name, hint in known.__annotations__.items() if not name.startswith("_")}
    names.pop("OBJECT_NAME", None)
    for name, hint in names.items():
        if name not in thing and type(None) not in get_args(hint):
            yield f"{path} lacks {name}"
    inner = known.__dict__.get("_inner_class_types", {})
    for name, value in thing.items():
        if name not in names and path not in FREE:
            yield f"{path}.{name} is unknown"
        if name in inner:
            yield from faults(value, inner[name], f"{path}.{name}")


def test_a_reset_forgets_everything_but_the_address(loopback, client):
    url = loopback.url
    card_intent(client)
    loopback.failing.every(1, RESET)
    loopback.reset()
    assert (loopback.url, loopback.requests, loopback.events()) == (url, [], [])
    assert client.v1.payment_intents.list().data == []
