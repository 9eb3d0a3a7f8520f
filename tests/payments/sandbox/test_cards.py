"""Cards that are kept: linked on a page of their own, paid with, and forgotten."""

import re
from uuid import uuid4

import pytest

from payments.models import SandboxCard, SandboxCustomer, SandboxSetup
from payments.providers.base import ProviderError
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import (
    charge,
    documents,
    linked_card,
    new_customer,
    page,
    path_of,
    press,
    started,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def customer(provider):
    return new_customer(provider)


def test_a_customer_is_named_once_under_a_key(provider):
    customer_id = uuid4()
    name = provider.cards.new_customer(customer_id=customer_id, key="k")

    assert re.fullmatch(r"sbxcus_[0-9a-f]{32}", name)
    assert provider.cards.new_customer(customer_id=customer_id, key="k") == name
    assert SandboxCustomer.objects.count() == 1


def test_nobody_gets_the_name_of_another(provider):
    provider.cards.new_customer(customer_id=uuid4(), key="k")

    with pytest.raises(ProviderError) as refused:
        provider.cards.new_customer(customer_id=uuid4(), key="k")
    assert (refused.value.code, refused.value.is_worth_repeating) == ("key_reused", False)


def test_a_setup_is_a_page_with_two_buttons(provider, customer, anybody, settings):
    settings.COMPANY_NAME = "Soup & Sons"
    setup = provider.cards.set_up(customer=customer, key="k")

    assert re.fullmatch(r"sbxset_[0-9a-f]{32}", setup.reference)
    assert setup.client_secret.startswith(f"{setup.reference}_secret_")
    answer = anybody.get(path_of(setup.url))
    assert answer.status == 200
    assert "Soup &amp; Sons" in answer.text and "No real money moves here." in answer.text
    assert re.findall(r"<button[^>]*>([^<]+)", answer.text) == ["Link", "Decline"]
    assert '<html lang="ru">' in page(setup.reference, accept_language="ru").text
    assert provider.cards.fetch_linked(setup.reference) is None


def test_the_same_key_is_the_same_setup_and_nobody_elses(provider, customer):
    setup = provider.cards.set_up(customer=customer, key="k")

    assert provider.cards.set_up(customer=customer, key="k") == setup
    with pytest.raises(ProviderError) as refused:
        provider.cards.set_up(customer=new_customer(provider), key="k")
    assert (refused.value.code, refused.value.is_worth_repeating) == ("key_reused", False)
    assert SandboxSetup.objects.count() == 1


def test_nothing_is_set_up_for_nobody(provider):
    with pytest.raises(ProviderError) as refused:
        provider.cards.set_up(customer="sbxcus_nobody", key="k")
    assert (refused.value.code, refused.value.is_worth_repeating) == ("unknown_customer", False)


def test_link(provider, customer):
    setup = provider.cards.set_up(customer=customer, key="k")

    answer = press(setup.reference, "link")

    assert (answer.status, answer.headers["Location"]) == (303, f"/sandbox/cards/{setup.reference}")
    card = provider.cards.fetch_linked(setup.reference)
    assert re.fullmatch(r"sbxcard_[0-9a-f]{32}", card.reference)
    assert (card.customer, card.brand, card.last4) == (customer, "sandbox", "4242")
    assert (card.expires_month, card.expires_year) == (12, 2029)
    [event] = documents()
    assert (event["type"], event["data"]) == ("card.linked", {"reference": setup.reference, "payment_id": None})
    assert "The card is linked." in page(setup.reference).text
    assert "<button" not in page(setup.reference).text


def test_linked_is_linked(provider, customer):
    setup = provider.cards.set_up(customer=customer, key="k")
    press(setup.reference, "link")
    card = provider.cards.fetch_linked(setup.reference)

    press(setup.reference, "link")
    press(setup.reference, "decline")

    assert provider.cards.fetch_linked(setup.reference) == card
    assert SandboxCard.objects.count() == 1
    assert told_of(setup.reference) == ["card.linked"]


def test_decline_can_be_followed_by_another_try(provider, customer):
    setup = provider.cards.set_up(customer=customer, key="k")

    press(setup.reference, "decline")
    assert "The bank has declined the card." in page(setup.reference).text
    assert provider.cards.fetch_linked(setup.reference) is None
    press(setup.reference, "link")

    assert provider.cards.fetch_linked(setup.reference).customer == customer
    assert told_of(setup.reference) == ["card.declined", "card.linked"]


def test_linked_again_it_is_the_same_card_by_its_fingerprint(provider, customer):
    first, second = linked_card(provider, customer), linked_card(provider, customer)
    reference = started(provider, customer=customer, saves_card=True)
    press(reference, "pay")
    third = provider.fetch(reference).card

    assert len({first.reference, second.reference, third.reference}) == 3
    assert first.fingerprint == second.fingerprint == third.fingerprint
    assert linked_card(provider, new_customer(provider)).fingerprint != first.fingerprint


def test_unlinked_it_pays_no_more(provider, customer):
    setup = provider.cards.set_up(customer=customer, key="k")
    press(setup.reference, "link")
    card = provider.cards.fetch_linked(setup.reference)
    kept = linked_card(provider, customer)

    provider.cards.unlink(card.reference)
    provider.cards.unlink(card.reference)

    assert told_of(card.reference) == ["card.unlinked"]
    assert provider.cards.fetch_linked(setup.reference) is None
    with pytest.raises(ProviderError):
        provider.start(charge(customer=customer, card=card.reference))
    assert provider.start(charge(customer=customer, card=kept.reference)).captured == 1200


def test_a_card_that_is_not_there_is_forgotten(provider):
    provider.cards.unlink("sbxcard_nobody")

    assert provider.cards.fetch_linked("sbxset_nobody") is None
    assert documents() == []


def test_a_forgotten_customer_leaves_no_card_and_no_page(provider, customer):
    cards = [linked_card(provider, customer), linked_card(provider, customer)]
    setup = provider.cards.set_up(customer=customer, key="k")
    bobs = linked_card(provider, new_customer(provider))

    provider.cards.forget_customer(customer)
    provider.cards.forget_customer(customer)

    assert [told_of(card.reference) for card in cards] == [["card.unlinked"]] * 2
    assert list(SandboxCard.objects.values_list("reference", flat=True)) == [bobs.reference]
    assert not SandboxCustomer.objects.filter(reference=customer).exists()
    assert page(setup.reference).status == press(setup.reference, "link").status == 404
    with pytest.raises(ProviderError):
        provider.cards.set_up(customer=customer, key="another")


def test_one_who_is_not_there_is_forgotten(provider):
    provider.cards.forget_customer("sbxcus_nobody")

    assert documents() == []
