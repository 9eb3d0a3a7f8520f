"""What is over for long is deleted, and nothing else."""

from datetime import timedelta

import pytest
import time_machine

from payments.models import SandboxEvent, SandboxIntent, SandboxRefund, SandboxSetup
from payments.providers.sandbox import purge_sandbox, send_sandbox_events
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import linked_card, new_customer, paid, press, refund_of, started

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

AFTER = NOON + timedelta(seconds=1)


def intents() -> set[str]:
    return set(SandboxIntent.objects.values_list("reference", flat=True))


def test_intents_that_are_paid_or_cancelled_go_with_their_refunds(provider):
    refunded, cancelled = paid(provider), started(provider)
    provider.refund(refund_of(refunded, 500))
    provider.cancel(cancelled)

    assert purge_sandbox(NOON) == 0
    assert intents() == {refunded, cancelled}
    assert purge_sandbox(AFTER) == 3

    assert intents() == set()
    assert not SandboxRefund.objects.exists()


def test_those_that_money_can_still_come_for_stay(provider):
    waiting, declined, late = started(provider), started(provider), started(provider)
    held = paid(provider, captures_later=True)
    press(declined, "decline")
    press(late, "pay-late")
    provider.cancel(late)

    assert purge_sandbox(AFTER) == 0
    assert intents() == {waiting, declined, held, late}


def test_what_has_changed_since_stays(provider):
    reference = paid(provider)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        provider.refund(refund_of(reference, 500))

    assert purge_sandbox(AFTER) == 0
    assert intents() == {reference}


def test_events_go_once_they_are_delivered_or_given_up(provider, receiver):
    paid(provider)
    send_sandbox_events()
    paid(provider)
    given_up, waits = paid(provider), paid(provider)
    SandboxEvent.objects.filter(body__contains=given_up).update(next_at=None)
    SandboxIntent.objects.all().delete()

    assert purge_sandbox(AFTER) == 2

    assert SandboxEvent.objects.filter(body__contains=waits).exists()
    assert SandboxEvent.objects.count() == 2


def test_setups_go_and_the_cards_that_were_linked_by_them_stay(provider):
    customer = new_customer(provider)
    card = linked_card(provider, customer)
    provider.cards.set_up(customer=customer, key="abandoned")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        kept = provider.cards.set_up(customer=customer, key="new")

    assert purge_sandbox(AFTER) == 2

    assert [setup.reference for setup in SandboxSetup.objects.all()] == [kept.reference]
    reference = started(provider, customer=customer, card=card.reference)
    assert provider.fetch(reference).card == card
