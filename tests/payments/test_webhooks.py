"""An event of Stripe comes: it is kept once under its own id, processed, and answered 204."""

import json

import pytest

from payments.models import Payment, ProviderEvent
from tests.clients import Api
from tests.dump import dump
from tests.orders.steps import NOON, nothing_written
from tests.payments.posting import make_event, post, post_signed
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def paid_event(shop):
    """The event of a payment that Alice has just made."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    [event] = shop.stripe.events("payment_intent.succeeded")
    return payment, event


def test_an_event_is_kept_and_processed(shop):
    payment, event = paid_event(shop)

    answer = post(*shop.stripe.webhooks.raw(event))

    assert (answer.status, answer.text) == (204, "")
    kept = ProviderEvent.objects.get()
    assert (kept.provider, kept.event_id, kept.type) == ("stripe", event["id"], "payment_intent.succeeded")
    assert (kept.subject, kept.reference, kept.payment_id) == ("payment", payment.reference, payment.id)
    assert (kept.state, kept.error, kept.tries) == ("processed", "", 1)
    assert kept.received_at == kept.claimed_at == kept.processed_at == NOON
    assert shop.look(payment)["status"] == "processing"


def test_sent_again_it_is_the_same_event_and_nothing_follows(shop):
    _payment, event = paid_event(shop)
    post(*shop.stripe.webhooks.raw(event))
    asked = len(shop.stripe.requests)

    with nothing_written():
        assert {post(*shop.stripe.webhooks.raw(event)).status for _ in range(3)} == {204}

    assert ProviderEvent.objects.count() == 1
    assert len(shop.stripe.requests) == asked


def test_its_body_is_not_kept(shop):
    _payment, event = paid_event(shop)
    intent = event["data"]["object"]
    secrets = {"name": "Alice Liddell", "email": "alice.l@example.org", "line1": "Ackerstr. 1"}
    event["data"]["object"] = {**intent, "billing_details": secrets, "receipt_email": "alice.l@example.org"}

    assert post(*shop.stripe.webhooks.raw(event)).status == 204

    [kept] = dump()["public.payments_providerevent"]
    assert intent["client_secret"] not in kept
    assert not [word for word in secrets.values() if word in kept]


def test_what_it_says_is_not_believed_but_asked_for(shop):
    payment = shop.started()
    [created] = shop.stripe.events("payment_intent.created")
    lie = {**created, "id": "evt_lie", "type": "payment_intent.succeeded"}
    lie["data"] = {"object": {**created["data"]["object"], "status": "succeeded", "amount_received": 1200}}

    assert post(*shop.stripe.webhooks.raw(lie)).status == 204

    payment.refresh_from_db()
    assert (payment.state, payment.captured) == ("waiting", 0)
    assert shop.look(payment)["status"] == "waiting_for_payment"


def test_one_that_comes_before_its_payment_is_paid_is_no_harm(shop):
    payment = shop.started()

    assert shop.deliver("payment_intent.created") == [204]

    payment.refresh_from_db()
    assert (payment.state, payment.client_secret[:3]) == ("waiting", "pi_")


@pytest.mark.parametrize(
    ("type", "thing", "subject"),
    [
        ("payment_intent.succeeded", {"id": "pi_of_somebody_else", "metadata": {"payment_id": "7"}}, "payment"),
        ("charge.refunded", {"id": "ch_1", "payment_intent": "pi_of_somebody_else"}, "payment"),
        ("checkout.session.completed", {"id": "cs_of_somebody_else"}, "payment"),
        ("payment_method.detached", {"id": "pm_of_somebody_else"}, "card_unlinked"),
        ("customer.created", {"id": "cus_1", "email": "alice.l@example.org"}, "other"),
        ("invoice.paid", {"id": "in_1"}, "other"),
        ("a.type.of.tomorrow", {}, "other"),
    ],
)
def test_other_business_of_the_account_is_kept_as_processed_and_nothing_follows(shop, type, thing, subject):
    payment = shop.started()
    asked = len(shop.stripe.requests)

    answer = post_signed(make_event("evt_1", type, thing))

    assert answer.status == 204
    assert ProviderEvent.objects.values_list("state", "subject", "payment_id").get() == ("processed", subject, None)
    assert len(shop.stripe.requests) == asked
    assert Payment.objects.get().state == payment.state == "waiting"


@pytest.mark.parametrize("provider", ["paypal", "door", "Stripe", "stripe-2"])
def test_there_are_no_other_providers(shop, provider):
    body, signature = shop.stripe.webhooks.raw(paid_event(shop)[1])
    with nothing_written():
        assert_problem(post(body, signature, provider), 404, "not_found")


@pytest.mark.parametrize(
    ("provider", "name", "value"), [("stripe", "STRIPE_SECRET_KEY", ""), ("sandbox", "PAYMENTS_SANDBOX", False)]
)
def test_a_provider_that_is_not_switched_on_is_not_there(shop, settings, provider, name, value):
    body, signature = shop.stripe.webhooks.raw(paid_event(shop)[1])
    setattr(settings, name, value)
    with nothing_written():
        assert_problem(post(body, signature, provider), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_events_are_posted_and_nothing_else(shop, method):
    with nothing_written():
        answer = Api().call(method, "/webhooks/stripe")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


def test_what_is_too_large_is_not_read(shop):
    _payment, event = paid_event(shop)
    large = {**event, "padding": "x" * 2_000_000}
    with nothing_written():
        assert_problem(post(*shop.stripe.webhooks.raw(large)), 413, "payload_too_large")


def test_a_large_event_is_taken(shop):
    payment, event = paid_event(shop)
    large = {**event, "padding": "x" * 200_000}
    assert len(json.dumps(large)) > 128 * 1024

    assert post(*shop.stripe.webhooks.raw(large)).status == 204
    assert shop.look(payment)["status"] == "processing"
