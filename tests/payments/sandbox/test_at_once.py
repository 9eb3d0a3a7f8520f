"""What several do with one payment at the same moment: one after the other, whoever comes first.

All of them are begun while the row is locked from elsewhere, so that they meet at it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from payments.models import Payment, SandboxRefund
from payments.providers.base import ProviderError
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import paid, press, refund_of, started, told_of
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.time_machine(NOON, tick=False)]


def meet(reference: str, *tasks: Callable[[], Any]) -> list[Any]:
    """What they give; none gets at the intent before all have tried."""

    def hold() -> None:
        with another_connection() as raw, raw.cursor() as cursor:
            cursor.execute("SELECT 1 FROM payments_sandboxintent WHERE reference = %s FOR UPDATE", [reference])
            locked.append(True)
            wait_until(lambda: len(waiting_for_a_lock()) == len(tasks))

    locked: list[bool] = []

    def after(task: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            wait_until(lambda: locked)
            return task()

        return run

    return run_together(hold, *map(after, tasks))[1:]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("button", ["pay", "pay-twice"])
def test_of_paying_and_cancelling_exactly_one_wins(provider, button, order):
    reference = started(provider)
    taken = {"pay": 1200, "pay-twice": 2400}[button]
    tasks = [lambda: provider.cancel(reference), lambda: press(reference, button).status][::order]

    cancelled, pressed = meet(reference, *tasks)[::order]

    assert pressed == 303
    if cancelled.state is Payment.State.CANCELLED:
        assert (cancelled.captured, told_of(reference)) == (0, ["payment.cancelled"])
    else:
        assert (cancelled.state, cancelled.captured) == (Payment.State.SUCCEEDED, taken)
        assert told_of(reference) == ["payment.succeeded"]
    assert provider.fetch(reference) == cancelled


@pytest.mark.parametrize(
    ("buttons", "outcomes"),
    [
        (("pay", "pay"), {(1200, "payment.succeeded")}),
        (("pay", "pay-twice"), {(1200, "payment.succeeded"), (2400, "payment.succeeded")}),
        (
            ("pay", "decline"),
            {(1200, "payment.succeeded"), (1200, "payment.failed payment.succeeded")},  # declined, and tried again
        ),
    ],
)
def test_of_two_buttons_one_takes_the_money(provider, buttons, outcomes):
    reference = started(provider)

    meet(reference, *[partial(press, reference, button) for button in buttons])

    told = provider.fetch(reference)
    assert told.state is Payment.State.SUCCEEDED
    assert (told.captured, " ".join(told_of(reference))) in outcomes


def test_of_capturing_and_cancelling_exactly_one_wins(provider):
    reference = paid(provider, captures_later=True)

    captured, cancelled = meet(
        reference,
        lambda: provider.capture(reference=reference, amount=1200, key="c"),
        lambda: provider.cancel(reference),
    )

    assert captured == cancelled == provider.fetch(reference)
    outcome = (captured.state, captured.captured, told_of(reference)[1:])
    assert outcome in [
        (Payment.State.SUCCEEDED, 1200, ["payment.succeeded"]),
        (Payment.State.CANCELLED, 0, ["payment.cancelled"]),
    ]


def test_of_several_captures_one_takes_it(provider):
    reference = paid(provider, captures_later=True)

    capture = partial(provider.capture, reference=reference, amount=1000)
    answers = meet(reference, *[partial(capture, key=str(number)) for number in range(4)])

    assert answers == [provider.fetch(reference)] * 4
    assert told_of(reference) == ["payment.authorised", "payment.succeeded"]


def test_of_twenty_full_refunds_one_succeeds(provider):
    reference = paid(provider)

    answers = meet(reference, *[lambda: provider.refund(refund_of(reference, 1200))] * 20)

    refused = [answer for answer in answers if isinstance(answer, ProviderError)]
    assert [fault.code for fault in refused] == ["amount_too_large"] * 19
    assert SandboxRefund.objects.count() == 1
    assert told_of(reference) == ["payment.succeeded", "refund.succeeded"]


def test_of_twenty_with_one_key_one_gives_back_and_all_are_told_of_it(provider):
    reference = paid(provider)
    order = refund_of(reference, 500)

    answers = meet(reference, *[lambda: provider.refund(order)] * 20)

    assert answers == list(provider.fetch(reference).refunds) * 20
    assert told_of(reference) == ["payment.succeeded", "refund.succeeded"]
