"""What several do with one customer's cards at the same moment."""

from functools import partial
from uuid import uuid4

import pytest

from payments.models import SandboxCard, SandboxCustomer, SandboxSetup
from payments.providers.base import Setup
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import documents, linked_card, new_customer, press, started, told_of
from tests.threads import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def customer(provider):
    return new_customer(provider)


def test_of_ten_with_one_key_one_makes_a_customer(provider):
    customer_id = uuid4()

    names = run_together(*[lambda: provider.cards.new_customer(customer_id=customer_id, key="k")] * 10)

    assert len(set(names)) == SandboxCustomer.objects.count() == 1


def test_of_ten_with_one_key_one_makes_a_setup(provider, customer):
    setups = run_together(*[lambda: provider.cards.set_up(customer=customer, key="k")] * 10)

    assert all(isinstance(setup, Setup) for setup in setups)
    assert len(set(setups)) == SandboxSetup.objects.count() == 1


def test_pressed_ten_times_it_links_one_card(provider, customer):
    setup = provider.cards.set_up(customer=customer, key="k").reference

    answers = run_together(*[lambda: press(setup, "link").status] * 10)

    assert answers == [303] * 10
    assert SandboxCard.objects.count() == 1
    assert told_of(setup) == ["card.linked"]


def test_of_ten_who_unlink_it_one_does(provider, customer):
    card = linked_card(provider, customer).reference

    assert run_together(*[lambda: provider.cards.unlink(card)] * 10) == [None] * 10
    assert told_of(card) == ["card.unlinked"]


def test_whoever_is_forgotten_while_cards_are_linked_and_kept_leaves_none(provider):
    for _ in range(5):
        customer = new_customer(provider)
        setup = provider.cards.set_up(customer=customer, key=str(uuid4())).reference
        card = linked_card(provider, customer).reference
        payment = started(provider, customer=customer, saves_card=True)

        results = run_together(
            partial(press, setup, "link"),
            partial(press, payment, "pay"),
            partial(provider.cards.unlink, card),
            partial(provider.cards.forget_customer, customer),
        )

        assert results[0].status in (303, 404)
        assert results[1].status == 303
        assert results[2:] == [None, None]
        assert provider.fetch(payment).captured == 1200

    assert not SandboxCard.objects.exists()
    assert not SandboxCustomer.objects.exists()
    kept = [event["data"]["reference"] for event in documents() if event["type"] == "card.unlinked"]
    assert len(kept) == len(set(kept)) >= 5
