"""Giving back: in parts, once under a key, never more than was taken."""

from uuid import uuid4

import pytest

from payments.models import Refund, SandboxRefund
from payments.providers.base import ProviderError, ToldRefund
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import PAYMENT_ID, documents, paid, press, refund_of, started, told_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def assert_too_much(provider, reference, amount):
    before = provider.fetch(reference)
    with pytest.raises(ProviderError) as refused:
        provider.refund(refund_of(reference, amount))
    assert (refused.value.code, refused.value.is_worth_repeating) == ("amount_too_large", False)
    assert provider.fetch(reference) == before


def test_it_goes_back_at_once_and_the_event_follows(provider):
    reference = paid(provider)
    order = refund_of(reference, 1200)

    told = provider.refund(order)

    assert told == ToldRefund(told.reference, Refund.State.SUCCEEDED, 1200, order.refund_id, "")
    assert provider.fetch(reference).refunds == (told,)
    assert told_of(reference) == ["payment.succeeded", "refund.succeeded"]
    assert documents()[-1]["data"] == {"reference": reference, "payment_id": str(PAYMENT_ID)}


def test_in_parts_until_nothing_is_left(provider):
    reference = paid(provider)
    parts = [provider.refund(refund_of(reference, amount)) for amount in (500, 600, 100)]

    assert sorted(part.reference for part in provider.fetch(reference).refunds) == sorted(p.reference for p in parts)
    assert provider.fetch(reference).captured == 1200
    assert_too_much(provider, reference, 1)


@pytest.mark.parametrize("amount", [1201, 0, -1])
def test_never_more_than_was_taken_and_never_nothing(provider, amount):
    assert_too_much(provider, paid(provider), amount)


def test_nothing_from_what_is_not_taken(provider):
    waiting, held, cancelled = started(provider), paid(provider, captures_later=True), started(provider)
    provider.cancel(cancelled)

    for reference in (waiting, held, cancelled):
        assert_too_much(provider, reference, 1)
    assert not SandboxRefund.objects.exists()


def test_only_what_was_captured_of_what_was_held(provider):
    reference = paid(provider, captures_later=True)
    provider.capture(reference=reference, amount=700, key="c")

    assert_too_much(provider, reference, 701)
    assert provider.refund(refund_of(reference, 700)).amount == 700


def test_both_of_what_came_twice(provider):
    reference = started(provider)
    press(reference, "pay-twice")

    assert provider.refund(refund_of(reference, 1200)).amount == 1200
    assert provider.refund(refund_of(reference, 1200)).amount == 1200
    assert_too_much(provider, reference, 1)


def test_the_same_key_gives_back_once(provider):
    reference = paid(provider)
    order = refund_of(reference, 700)

    assert provider.refund(order) == provider.refund(order)
    assert len(provider.fetch(reference).refunds) == 1
    assert told_of(reference) == ["payment.succeeded", "refund.succeeded"]


def test_another_request_under_the_same_key_is_refused(provider):
    reference, other = paid(provider), paid(provider)
    order = refund_of(reference, 700, key="k")
    provider.refund(order)

    for another in (
        refund_of(reference, 500, key="k", refund_id=order.refund_id),
        refund_of(other, 700, key="k", refund_id=order.refund_id),
        refund_of(reference, 700, key="k"),
    ):
        with pytest.raises(ProviderError) as refused:
            provider.refund(another)
        assert (refused.value.code, refused.value.is_worth_repeating) == ("key_reused", False)


def test_repeated_under_another_key_it_is_found_again(provider):
    reference, refund_id = paid(provider), uuid4()
    first = provider.refund(refund_of(reference, 500, refund_id=refund_id, key="one"))

    again = provider.refund(refund_of(reference, 500, refund_id=refund_id, key="two", is_repeated=True))

    assert again == first
    assert len(provider.fetch(reference).refunds) == 1


def test_repeated_though_the_first_never_came_it_is_made(provider):
    reference = paid(provider)

    assert provider.refund(refund_of(reference, 500, is_repeated=True)).amount == 500
    assert provider.refund(refund_of(reference, 500, is_repeated=True)).amount == 500


def test_of_a_payment_that_is_not_there_nothing_goes_back(provider):
    with pytest.raises(ProviderError) as refused:
        provider.refund(refund_of("sbx_nobody", 1))

    assert (refused.value.code, refused.value.is_worth_repeating) == ("unknown_payment", False)
