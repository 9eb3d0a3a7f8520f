"""Pay late: the bank takes its time, and the money comes when nobody waits for it any more."""

from datetime import timedelta

import pytest
import time_machine

from payments.failures import DECLINED
from payments.models import Payment
from payments.providers.sandbox import send_sandbox_events
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import DUE, new_customer, press, refund_of, started, told_of
from tests.threads import run_together

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def late(provider, receiver):
    reference = started(provider)
    press(reference, "pay-late")
    return reference


def state(provider, reference):
    told = provider.fetch(reference)
    return told.state, told.captured


@pytest.mark.django_db
def test_until_it_is_due_nothing_changes(provider, late):
    for moment in (NOON, DUE):
        with time_machine.travel(moment, tick=False):
            assert send_sandbox_events() == 0
    assert state(provider, late) == (Payment.State.WAITING, 0)
    assert told_of(late) == []


@pytest.mark.django_db
def test_cancelled_it_is_cancelled_and_then_the_money_comes_after_all(provider, receiver, late):
    assert provider.cancel(late).state is Payment.State.CANCELLED
    assert told_of(late) == ["payment.cancelled"]

    assert send_sandbox_events() == 2

    assert state(provider, late) == (Payment.State.SUCCEEDED, 1200)
    assert [document["type"] for document in receiver.documents] == ["payment.cancelled", "payment.succeeded"]


@pytest.mark.django_db
def test_not_cancelled_it_comes_a_little_after_it_was_due(provider, late):
    with time_machine.travel(DUE + timedelta(seconds=10), tick=False):
        assert send_sandbox_events() == 1
        assert state(provider, late) == (Payment.State.SUCCEEDED, 1200)
    assert told_of(late) == ["payment.succeeded"]


@pytest.mark.django_db
def test_whoever_cancels_it_afterwards_is_told_that_it_is_paid(provider, late):
    provider.cancel(late)
    send_sandbox_events()

    told = provider.cancel(late)

    assert (told.state, told.captured) == (Payment.State.SUCCEEDED, 1200)
    assert told_of(late) == ["payment.cancelled", "payment.succeeded"]


@pytest.mark.django_db
def test_cancelling_twice_does_not_make_it_come_twice(provider, late):
    provider.cancel(late)
    provider.cancel(late)
    send_sandbox_events()
    send_sandbox_events()

    assert state(provider, late) == (Payment.State.SUCCEEDED, 1200)
    assert told_of(late) == ["payment.cancelled", "payment.succeeded"]


@pytest.mark.django_db
def test_what_came_late_can_go_back(provider, late):
    provider.cancel(late)
    send_sandbox_events()

    assert provider.refund(refund_of(late, 1200)).amount == 1200


@pytest.mark.django_db
def test_it_is_taken_also_where_it_was_to_be_captured_later_and_keeps_the_card(provider, receiver):
    customer = new_customer(provider)
    reference = started(provider, captures_later=True, customer=customer, saves_card=True)
    press(reference, "pay-late")
    provider.cancel(reference)
    send_sandbox_events()

    told = provider.fetch(reference)
    assert (told.state, told.authorised, told.captured) == (Payment.State.SUCCEEDED, 0, 1200)
    assert told.card.customer == customer


@pytest.mark.django_db
def test_after_a_declined_try_it_stays_declined_until_it_comes(provider, receiver):
    reference = started(provider)
    press(reference, "decline")
    press(reference, "pay-late")
    assert (provider.fetch(reference).state, provider.fetch(reference).failure) == (Payment.State.FAILED, DECLINED)

    provider.cancel(reference)
    send_sandbox_events()

    told = provider.fetch(reference)
    assert (told.state, told.captured, told.failure) == (Payment.State.SUCCEEDED, 1200, "")


@pytest.mark.django_db
def test_what_is_merely_cancelled_stays_so(provider, receiver):
    reference = started(provider)
    provider.cancel(reference)

    with time_machine.travel(DUE + timedelta(days=1), tick=False):
        assert send_sandbox_events() == 1
    assert state(provider, reference) == (Payment.State.CANCELLED, 0)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_lets_it_arrive(provider, late):
    provider.cancel(late)

    delivered = run_together(*[send_sandbox_events] * 6)

    send_sandbox_events()
    assert sum(delivered) <= 2
    assert told_of(late) == ["payment.cancelled", "payment.succeeded"]
    assert state(provider, late) == (Payment.State.SUCCEEDED, 1200)
