"""The same key is the same request: it has its effect once."""

import pytest

from payments.models import Payment, SandboxIntent
from payments.providers.base import ProviderError
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import charge, documents, linked_card, new_customer, press, told_of
from tests.threads import run_together

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.mark.django_db
def test_a_repeated_request_is_answered_as_it_stands_by_now(provider):
    first = provider.start(charge(key="one"))
    assert provider.start(charge(key="one")) == first

    press(first.reference, "pay")
    again = provider.start(charge(key="one"))

    assert (again.reference, again.state, again.captured) == (first.reference, Payment.State.SUCCEEDED, 1200)
    assert SandboxIntent.objects.count() == 1


@pytest.mark.django_db
def test_another_key_is_another_payment(provider):
    assert provider.start(charge(key="one")).reference != provider.start(charge(key="two")).reference


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"amount": 1300}, {"currency": "USD"}, {"method": "qr"}, {"captures_later": True}])
def test_another_request_under_the_same_key_is_refused(provider, change):
    first = provider.start(charge(key="one"))

    with pytest.raises(ProviderError) as refused:
        provider.start(charge(key="one", **change))

    assert (refused.value.code, refused.value.is_worth_repeating) == ("key_reused", False)
    assert provider.fetch(first.reference) == first


@pytest.mark.django_db
def test_repeated_after_its_card_was_forgotten_it_is_still_the_payment_that_was_made(provider):
    customer = new_customer(provider)
    card = linked_card(provider, customer)
    request = charge(customer=customer, card=card.reference)
    first = provider.start(request)
    provider.cards.unlink(card.reference)

    again = provider.start(request)

    assert (again.reference, again.state, again.captured) == (first.reference, Payment.State.SUCCEEDED, 1200)
    assert again.card is None


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_opens_a_payment_and_all_are_told_of_it(provider):
    request = charge()

    answers = run_together(*[lambda: provider.start(request)] * 20)

    assert answers == [provider.fetch(answers[0].reference)] * 20
    assert SandboxIntent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_with_a_linked_card_one_takes_the_money(provider):
    customer = new_customer(provider)
    card = linked_card(provider, customer)
    before = len(documents())
    request = charge(customer=customer, card=card.reference)

    answers = run_together(*[lambda: provider.start(request)] * 20)

    assert {(told.reference, told.state, told.captured) for told in answers} == {
        (answers[0].reference, Payment.State.SUCCEEDED, 1200)
    }
    assert told_of(answers[0].reference) == ["payment.succeeded"]
    assert len(documents()) == before + 1
