"""What payments hold about a person is given out, and erased: cards here and at the provider, but not the books."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.erasure import erase_customer
from orders.models import Order
from payments.door import record_door_payment
from payments.forgetting import process_forgettings
from payments.models import Forgetting, LinkedCard, Payment, ProviderCustomer, ProviderEvent, SandboxCard
from payments.sending_refunds import process_refunds
from tests.clients import Api
from tests.orders.steps import NOON, WAYS, advance, at, euro, place
from tests.payments.sandbox.life import click, deliver, link_card, pay, start

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def paid_by_card(api: Api, soup: Any) -> dict[str, Any]:
    """The payment of an order that was paid with a linked card."""
    order = place(api, soup, total=1200, payment_method="card")
    answer = start(api, order, card_id=link_card(api))
    assert answer.json["state"] == "succeeded"
    assert set(deliver()) == {204}
    return dict(answer.json)


def erase(api: Api) -> None:
    """Erase the customer, whose orders have come to an end."""
    for order in api.get("orders/current").json["data"]:
        advance(order, "cancelled")
    erase_customer(customer_id=api.customer.id)


def test_the_export_has_every_payment_with_what_went_back(alice, soup):
    payment = paid_by_card(alice, soup)
    advance({"id": payment["order_id"]}, "cancelled")
    [refund] = process_refunds()
    order = place(alice, soup, total=1200)
    advance(order, *WAYS["delivered"])
    cash = record_door_payment(order_id=UUID(order["id"]), method="cash", recorded_by="sam")

    assert alice.get("account/export").json["payments"] == [
        {
            "id": payment["id"], "order_id": payment["order_id"], "method": "card", "provider": "sandbox",
            "state": "succeeded", "amount": euro(1200), "captured": euro(1200), "at": at(),
            "refunds": [
                {
                    "id": str(refund.id), "state": "succeeded", "amount": euro(1200), "reason": "order_cancelled",
                    "at": at(),
                }
            ],
        },
        {
            "id": str(cash.id), "order_id": order["id"], "method": "cash", "provider": "door", "state": "succeeded",
            "amount": euro(1200), "captured": euro(1200), "at": at(), "refunds": [],
        },
    ]  # fmt: skip


def test_the_export_has_linked_cards_without_their_names_at_the_provider(alice, bob):
    card_id = link_card(alice)
    link_card(bob)

    answer = alice.get("account/export")

    assert answer.json["cards"] == [
        {
            "id": card_id, "brand": "sandbox", "last4": "4242", "expires_month": 12, "expires_year": 2029,
            "provider": "sandbox", "linked_at": at(),
        }
    ]  # fmt: skip
    card = LinkedCard.objects.get(id=card_id)
    assert card.reference not in answer.text and card.fingerprint not in answer.text


def test_nothing_that_can_be_paid_with_is_exported(alice, soup):
    payment = start(alice, place(alice, soup, total=1200, payment_method="qr")).json

    text = alice.get("account/export").text

    assert payment["id"] in text
    assert [payment[name] for name in ("client_secret", "payment_url") if payment[name] in text] == []


def test_erasing_unlinks_cards_here_and_then_at_the_provider(alice, bob, soup):
    payment = paid_by_card(alice, soup)
    link_card(bob)

    erase(alice)

    assert set(LinkedCard.objects.values_list("customer__login", flat=True)) == {"bob"}
    assert set(ProviderCustomer.objects.values_list("customer__login", flat=True)) == {"bob"}
    kept = Payment.objects.get(id=payment["id"])
    assert (kept.card, kept.state, kept.captured) == (None, "succeeded", 1200)
    assert SandboxCard.objects.count() == 2
    assert process_forgettings() == 1
    assert SandboxCard.objects.get().customer.customer_id == bob.customer.id
    assert not Forgetting.objects.exists()


def test_no_event_names_a_card_of_somebody_who_is_erased(alice, soup):
    link_card(alice)
    erase(alice)
    process_forgettings()
    deliver()

    assert list(ProviderEvent.objects.values_list("type", "state", "reference").order_by("id")) == [
        ("card.linked", "processed", ""), ("card.unlinked", "processed", ""),
    ]  # fmt: skip


def test_a_provider_that_does_not_answer_is_told_when_it_does(alice, settings, time_machine):
    link_card(alice)
    erase(alice)
    settings.PAYMENTS_SANDBOX = False

    assert process_forgettings() == 0
    row = Forgetting.objects.get()
    assert (row.kind, row.tries, (row.next_at - timezone.now()).total_seconds()) == ("customer", 1, 5)

    settings.PAYMENTS_SANDBOX = True
    assert process_forgettings() == 0
    time_machine.shift(5)
    assert process_forgettings() == 1
    assert not SandboxCard.objects.exists()


def test_a_card_that_was_given_to_the_provider_just_before_is_forgotten_there(alice):
    setup = alice.post("account/cards/setup", {}).json
    click(setup["setup_url"], "link")
    erase(alice)

    assert deliver() == [204]

    assert not LinkedCard.objects.exists()
    assert set(Forgetting.objects.values_list("kind", flat=True)) == {"card", "customer"}
    assert process_forgettings() == 2
    assert not SandboxCard.objects.exists()


def test_what_could_still_have_been_paid_with_goes_at_once(alice, soup):
    order = place(alice, soup, total=1200, payment_method="qr")
    start(alice, order)
    assert alice.cancel(order["id"]).status == 200

    erase(alice)

    payment = Payment.objects.get()
    assert (payment.client_secret, payment.payment_url, payment.qr_payload) == ("", "", "")
    assert (payment.state, bool(payment.reference)) == ("waiting", True)


def test_money_that_comes_after_all_goes_back_to_whom_it_came_from(alice, soup, time_machine):
    order = place(alice, soup, total=1200, payment_method="card")
    url = start(alice, order).json["payment_url"]
    assert alice.cancel(order["id"]).status == 200
    erase(alice)

    time_machine.shift(1)
    click(url, "pay")
    assert deliver() == [204]
    assert [(refund.amount, refund.state, refund.reason) for refund in process_refunds()] == [
        (1200, "succeeded", "paid_too_much")
    ]
    row = Order.objects.get()
    assert (row.status, row.amount_paid, row.amount_refunded) == ("cancelled", 1200, 1200)


def test_bob_keeps_his_cards_and_payments(alice, bob, soup):
    order = place(bob, soup, total=1200, payment_method="card")
    pay(bob, order, save_card=True)
    before = bob.get("account/cards").text, bob.get(f"orders/{order['id']}/payments").text

    erase(alice)

    assert (bob.get("account/cards").text, bob.get(f"orders/{order['id']}/payments").text) == before
    assert len(bob.get("account/cards").json["data"]) == 1
