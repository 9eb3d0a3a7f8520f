"""The process that was starting a payment dies: whoever comes next goes on with what was begun, and nothing is begun
or charged twice.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from customerbackend.models import IdempotentAnswer
from payments import starting
from payments.asking import charge_for
from payments.closing import expire_unpaid_orders
from payments.models import Payment
from payments.providers.registry import provider_of
from payments.reconciling import reconcile_payments
from payments.settling import settle
from tests.orders.steps import NOON
from tests.problems import assert_problem
from tests.stripe.failing import ERROR, RESET, only

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(seconds=61)
CREATE = only("POST", "/payment_intents")


def die_after(shop, order, step, **body):
    """What is left of a request whose process dies: before it has asked Stripe ("asking"), with Stripe's answer
    ("opening"), or, for a linked card, with the answer that it is charged ("charging").
    """
    shop.stripe.failing.next(RESET, RESET, matching=only("POST", "s"))
    assert shop.start(order, **body).status == 503
    payment = Payment.objects.select_related("order", "card").get(order_id=order["id"])
    Payment.objects.update(started_at=timezone.now())
    provider, charge = provider_of(payment.provider), charge_for(payment)
    if step != "asking":
        told = provider.start(replace(charge, card=""))
        if step == "charging":
            settle(payment_id=payment.id, told=told)
            provider.start(replace(charge, reference=told.reference))
    shop.stripe.requests.clear()


def later(by=LONG_AGO):
    """As if it had happened so long ago."""
    Payment.objects.update(started_at=timezone.now() - by)


@pytest.mark.parametrize("step", ["asking", "opening"])
@pytest.mark.parametrize("method", ["card", "qr"])
def test_whoever_starts_it_again_gets_the_same_one(shop, method, step):
    order = shop.order(method)
    die_after(shop, order, step)
    later()

    answer = shop.start(order)

    assert (answer.status, answer.json["id"]) == (201, str(Payment.objects.get().id))
    made = shop.stripe.objects("payment_intent" if method == "card" else "checkout.session")
    assert [one["id"] for one in made] == [Payment.objects.get().reference]
    assert shop.start(order).status == 200


@pytest.mark.parametrize("step", ["asking", "opening", "charging"])
def test_with_a_linked_card_it_is_charged_once(shop, step):
    card, order = shop.link(), shop.order()
    die_after(shop, order, step, card_id=str(card.id))
    later()

    answer = shop.start(order, card_id=str(card.id))

    assert (answer.status, answer.json["state"]) == (200 if step == "charging" else 201, "succeeded")
    assert len(shop.stripe.objects("charge")) == len(shop.intents()) == 1
    assert shop.look(order)["status"] == "processing"


@pytest.mark.parametrize("step", ["asking", "opening", "charging"])
def test_with_a_linked_card_and_faults_on_top_it_is_charged_once(shop, step):
    card, order = shop.link(), shop.order()
    die_after(shop, order, step, card_id=str(card.id))
    later()
    for _ in range(3):
        shop.stripe.failing.next(ERROR, ERROR)
        assert_problem(shop.start(order, key="k", card_id=str(card.id)), 503, "provider_unavailable")

    answer = shop.start(order, key="k", card_id=str(card.id))

    assert answer.json["state"] == "succeeded"
    assert len(shop.stripe.objects("charge")) == 1


@pytest.mark.parametrize("step", ["asking", "opening", "charging"])
def test_reconciliation_finds_it_and_charges_nothing(shop, step):
    card, order = shop.link(), shop.order()
    die_after(shop, order, step, card_id=str(card.id))
    later()

    [finding] = reconcile_payments(older_than=timedelta())

    assert (finding.error, finding.payment.state) == ("", "succeeded" if step == "charging" else "waiting")
    assert len(shop.stripe.objects("charge")) == (1 if step == "charging" else 0)
    assert Payment.objects.get().reference == shop.intents()[0][0]
    assert len(shop.intents()) == 1


@pytest.mark.parametrize("step", ["asking", "opening", "charging"])
def test_though_the_card_was_unlinked_since_nothing_is_lost(shop, step):
    card, order = shop.link(), shop.order()
    die_after(shop, order, step, card_id=str(card.id))
    later()
    assert shop.alice.call("DELETE", f"account/cards/{card.id}").status == 204

    for _ in range(2):
        list(reconcile_payments(older_than=timedelta()))
        later()

    assert Payment.objects.get().state == ("succeeded" if step == "charging" else "waiting")
    assert len(shop.stripe.objects("charge")) == (1 if step == "charging" else 0)
    assert Payment.objects.get().reference == shop.intents()[-1][0]


@pytest.mark.time_machine(NOON, tick=False)
@pytest.mark.parametrize("minutes", [15, 40])
@pytest.mark.parametrize("step", ["asking", "opening"])
@pytest.mark.parametrize("method", ["card", "qr"])
def test_not_paid_in_time_its_order_is_cancelled_however_late(shop, time_machine, method, step, minutes):
    order = shop.order(method)
    die_after(shop, order, step)
    time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)

    assert [str(expired.id) for expired in expire_unpaid_orders()] == [order["id"]]

    assert Payment.objects.get().state == "cancelled"
    assert {status for _, status in shop.intents()} <= {"canceled"}
    assert {page["status"] for page in shop.stripe.objects("checkout.session")} <= {"expired"}


def test_as_long_as_it_may_still_be_alive_it_is_waited_for(shop, monkeypatch):
    monkeypatch.setattr(starting, "WAIT_SECONDS", 0.3)
    order = shop.order()
    die_after(shop, order, "opening")

    for body in ({}, {"method": "qr"}):
        answer = shop.start(order, **body)
        assert_problem(answer, 409, "payment_in_progress")
        assert answer.headers["Retry-After"] == "2"
    assert shop.stripe.requests == []
    [finding] = reconcile_payments(older_than=timedelta())
    assert "just being started" in finding.error
    later(timedelta(seconds=50))
    assert shop.start(order).code == "payment_in_progress"

    later()
    assert shop.start(order, method="qr").status == 201
    assert [status for _, status in shop.intents()] == ["canceled"]


def test_its_claim_on_the_key_is_free_after_a_minute_as_well(shop):
    order = shop.order()
    die_after(shop, order, "opening")
    later()
    answer = shop.start(order, key="k")
    IdempotentAnswer.objects.filter(key="k").update(status=None, body="", created_at=timezone.now() - LONG_AGO)

    again = shop.start(order, key="k")

    assert (answer.status, again.status, again.text) == (201, 200, answer.text)
    assert "Idempotent-Replayed" not in again.headers
    assert len(shop.intents()) == 1
