"""What Stripe's events are about."""

import json
from typing import Any

import pytest

from payments.providers.base import Event
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import link_card, make_charge, make_order
from tests.stripe.server import LoopbackStripe
from tests.stripe.webhooks import sign

ID = "018f2b7e-0000-7000-8000-000000000017"


def read(provider: StripeProvider, type: str, thing: Any, **more: Any) -> Event:
    event = {"object": "event", "id": "evt_1", "type": type, "data": {"object": thing}, **more}
    body = json.dumps(event).encode()
    return provider.read_event(body, {"Stripe-Signature": sign(body, "whsec_loopback")})


def test_every_event_of_a_payment_by_card_names_it(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge(captures_later=True)
    told = provider.start(charge)
    loopback.payer.decline(told.reference)
    loopback.payer.start(told.reference, "pm_card_authenticationRequired")
    loopback.payer.authenticate(told.reference)
    provider.capture(reference=told.reference, amount=1000, key="capture-1")
    provider.refund(make_order(told, 100))
    other = make_charge()
    cancelled = provider.start(other)
    provider.cancel(cancelled.reference)
    events = loopback.events()
    read_events = [provider.read_event(body, {"Stripe-Signature": signature}) for body, signature in raw(loopback)]
    assert [(one.event_id, one.type) for one in read_events] == [(event["id"], event["type"]) for event in events]
    assert {(one.type, one.subject) for one in read_events if one.subject != "payment"} == {
        ("payment_intent.created", "other")  # no news to whoever began it
    }
    read_events = [one for one in read_events if one.subject == "payment"]
    assert {one.type for one in read_events} == {
        "charge.failed",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
        "refund.created",
        "charge.refunded",
        "payment_intent.canceled",
    }
    named = {(one.reference, one.payment_id) for one in read_events if not one.type.startswith("refund.")}
    assert named == {(told.reference, charge.payment_id), (cancelled.reference, other.payment_id)}
    assert {one.reference for one in read_events if one.type.startswith("refund.")} == {told.reference}


def raw(loopback: LoopbackStripe) -> list[tuple[bytes, str]]:
    return [loopback.webhooks.raw(event) for event in loopback.events()]


def test_every_event_of_a_payment_on_a_page_names_it_as_ours(loopback: LoopbackStripe, provider: StripeProvider):
    charge = make_charge(method="qr")
    told = provider.start(charge)
    loopback.payer.decline_session(told.reference)
    loopback.payer.pay_session(told.reference)
    refund = provider.refund(make_order(told, 100))
    loopback.payer.fail_refund(refund.reference)
    other = make_charge(method="qr")
    provider.cancel(provider.start(other).reference)
    events = [provider.read_event(body, {"Stripe-Signature": signature}) for body, signature in raw(loopback)]
    events = [one for one in events if one.type != "payment_intent.created"]
    assert {one.subject for one in events} == {"payment"}
    assert {one.payment_id for one in events} == {charge.payment_id, other.payment_id}
    assert {"refund.failed", "charge.refund.updated", "checkout.session.expired"} <= {one.type for one in events}
    completed = [one.reference for one in events if one.type == "checkout.session.completed"]
    assert completed == [told.reference]


def test_events_of_cards_name_the_setup_and_the_card(loopback: LoopbackStripe, provider: StripeProvider):
    card = link_card(provider, loopback)
    provider.cards.unlink(card.reference)
    provider.cards.forget_customer(card.customer)
    found = [provider.read_event(body, {"Stripe-Signature": signature}) for body, signature in raw(loopback)]
    [setup] = loopback.objects("setup_intent")
    assert [(one.type, one.subject, one.reference) for one in found] == [
        ("customer.created", "other", ""),
        ("setup_intent.created", "other", ""),
        ("payment_method.attached", "other", ""),
        ("setup_intent.succeeded", "card_linked", setup["id"]),
        ("payment_method.detached", "card_unlinked", card.reference),
        ("customer.deleted", "other", ""),
    ]
    assert {one.payment_id for one in found} == {None}


@pytest.mark.parametrize(
    ("type", "thing", "subject", "reference"),
    [
        ("payment_intent.succeeded", {"id": "pi_1"}, "payment", "pi_1"),
        ("charge.dispute.created", {"id": "dp_1", "payment_intent": "pi_1"}, "payment", "pi_1"),
        ("charge.refund.updated", {"id": "re_1", "payment_intent": "pi_1"}, "payment", "pi_1"),
        ("refund.updated", {"id": "re_1", "payment_intent": None}, "other", ""),
        ("charge.succeeded", {"id": "ch_1", "payment_intent": None}, "other", ""),
        ("charge.succeeded", {"id": "ch_1"}, "other", ""),
        ("charge.succeeded", {"id": "ch_1", "payment_intent": {"id": "pi_1"}}, "other", ""),
        ("checkout.session.async_payment_failed", {"id": "cs_test_1"}, "payment", "cs_test_1"),
        ("setup_intent.canceled", {"id": "seti_1"}, "other", ""),
        ("payment_method.updated", {"id": "pm_1"}, "other", ""),
        ("payout.paid", {"id": "po_1"}, "other", ""),
        ("something.that.comes.with.a.new.version", {"id": "x_1"}, "other", ""),
        ("payment_intent.succeeded", {}, "other", ""),
        ("payment_intent.succeeded", None, "other", ""),
        ("payment_intent.succeeded", [], "other", ""),
        ("payment_intent.succeeded", "pi_1", "other", ""),
        ("payment_intent.succeeded", {"id": 5}, "other", ""),
        ("payment_intent.succeeded", {"id": "p" * 256}, "other", ""),
        ("payment_intent.succeeded", {"id": "pi_\u0000"}, "other", ""),
    ],
)
def test_a_shape_that_is_not_known_is_something_else(provider: StripeProvider, type, thing, subject, reference):
    assert read(provider, type, thing) == Event(event_id="evt_1", type=type, subject=subject, reference=reference)


@pytest.mark.parametrize("data", [None, [], "text", {"object": None}, {}])
def test_an_event_without_its_object_is_something_else(provider: StripeProvider, data):
    assert read(provider, "payment_intent.succeeded", {}, data=data).subject == "other"


def test_a_thin_event_is_something_else(provider: StripeProvider):
    found = read(provider, "v2.core.event_destination.ping", {}, object="v2.core.event", data=None)
    assert (found.subject, found.event_id) == ("other", "evt_1")


@pytest.mark.parametrize(
    ("metadata", "payment_id"),
    [
        ({"payment_id": ID}, ID),
        ({"payment_id": "17"}, None),
        ({"payment_id": ""}, None),
        ({"payment_id": 17}, None),
        ({"another": ID}, None),
        ({}, None),
        (None, None),
        ([ID], None),
    ],
)
def test_only_an_id_of_our_kind_names_a_payment_of_ours(provider: StripeProvider, metadata, payment_id):
    found = read(provider, "payment_intent.succeeded", {"id": "pi_1", "metadata": metadata})
    assert (found.subject, found.reference) == ("payment", "pi_1")
    assert found.payment_id is None if payment_id is None else str(found.payment_id) == payment_id
