"""A payment is begun: what the customer is given to pay with."""

import re

import pytest
from django.db import transaction

from payments.failures import DECLINED
from payments.models import Payment, SandboxIntent
from payments.providers.base import ProviderError
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import (
    DUE,
    charge,
    documents,
    linked_card,
    new_customer,
    path_of,
    press,
    started,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def test_by_card_there_is_a_page_to_pay_on(provider):
    told = provider.start(charge())

    assert re.fullmatch(r"sbx_[0-9a-f]{32}", told.reference)
    assert told.state is Payment.State.WAITING
    assert (told.authorised, told.captured, told.failure, told.refunds, told.card) == (0, 0, "", (), None)
    assert path_of(told.payment_url) == f"/sandbox/payments/{told.reference}"
    assert (told.qr_payload, told.qr_expires_at) == ("", None)
    assert told.client_secret.startswith(f"{told.reference}_secret_")
    assert documents() == []


def test_by_code_the_page_is_what_the_code_says_until_it_is_due(provider):
    told = provider.start(charge(method="qr"))

    assert path_of(told.payment_url) == f"/sandbox/payments/{told.reference}"
    assert (told.qr_payload, told.qr_expires_at) == (told.payment_url, DUE)


def test_references_and_secrets_are_new_each_time(provider):
    begun = [provider.start(charge()) for _ in range(20)]

    assert len({told.reference for told in begun}) == len({told.client_secret for told in begun}) == 20


def test_fetching_tells_the_same(provider):
    told = provider.start(charge(method="qr"))

    assert provider.fetch(told.reference) == told


def test_what_is_paid_can_no_longer_be_paid(provider):
    reference = started(provider, method="qr")
    press(reference, "pay")

    told = provider.fetch(reference)
    assert (told.payment_url, told.client_secret, told.qr_payload, told.qr_expires_at) == ("", "", "", None)


def test_what_was_declined_can_still_be_paid(provider):
    told = provider.start(charge(method="qr"))
    press(told.reference, "decline")

    again = provider.fetch(told.reference)
    assert (again.state, again.failure) == (Payment.State.FAILED, DECLINED)
    assert (again.payment_url, again.client_secret, again.qr_payload) == (
        told.payment_url, told.client_secret, told.qr_payload,
    )  # fmt: skip


def test_with_a_linked_card_it_is_paid_at_once(provider):
    customer = new_customer(provider)
    card = linked_card(provider, customer)

    told = provider.start(charge(customer=customer, card=card.reference))

    assert (told.state, told.captured, told.authorised) == (Payment.State.SUCCEEDED, 1200, 0)
    assert (told.card, told.payment_url) == (card, "")
    assert told_of(told.reference) == ["payment.succeeded"]


def test_with_a_linked_card_it_is_held_at_once_when_it_is_captured_later(provider):
    customer = new_customer(provider)
    card = linked_card(provider, customer)

    told = provider.start(charge(customer=customer, card=card.reference, captures_later=True))

    assert (told.state, told.captured, told.authorised) == (Payment.State.AUTHORISED, 0, 1200)
    assert told_of(told.reference) == ["payment.authorised"]


def test_neither_an_unknown_card_nor_somebody_elses_nor_a_forgotten_one_pays(provider):
    alice, bob = new_customer(provider), new_customer(provider)
    card, gone = linked_card(provider, alice), linked_card(provider, alice)
    provider.cards.unlink(gone.reference)
    before = documents()

    for customer, reference, code in (
        (alice, "sbxcard_nobody", "unknown_card"),
        (bob, card.reference, "unknown_card"),
        (alice, gone.reference, "unknown_card"),
        ("", card.reference, "unknown_customer"),
        ("sbxcus_nobody", card.reference, "unknown_customer"),
    ):
        with pytest.raises(ProviderError) as refused:
            provider.start(charge(customer=customer, card=reference))
        assert (refused.value.code, refused.value.is_worth_repeating, refused.value.burns_key) == (code, False, False)

    assert not SandboxIntent.objects.exists()
    assert documents() == before


def test_a_card_cannot_be_kept_for_nobody(provider):
    with pytest.raises(ProviderError) as refused:
        provider.start(charge(saves_card=True))

    assert (refused.value.code, refused.value.is_worth_repeating) == ("unknown_customer", False)


def test_a_payment_that_is_not_there_is_told_of_as_such(provider):
    for ask in (
        lambda: provider.fetch("sbx_nobody"),
        lambda: provider.cancel("sbx_nobody"),
        lambda: provider.capture(reference="sbx_nobody", amount=1, key="k"),
    ):
        with pytest.raises(ProviderError) as refused:
            ask()
        assert (refused.value.code, refused.value.is_worth_repeating) == ("unknown_payment", False)


def test_nothing_is_asked_inside_a_transaction_of_ours(provider):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        provider.start(charge())

    assert not SandboxIntent.objects.exists()
