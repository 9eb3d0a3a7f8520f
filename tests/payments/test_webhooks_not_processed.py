"""An event that is kept but cannot be processed yet: Stripe is told so, and it is processed later all the same."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from payments.models import ProviderEvent
from payments.providers.stripe import StripeProvider
from payments.webhooks import keep_event, process_due_events
from tests.logs import logged
from tests.orders.steps import NOON
from tests.payments.posting import post
from tests.problems import assert_problem
from tests.stripe.failing import ERROR, LIMITED, RESET

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def payment(shop):
    """One that Alice has paid, of which nothing is known here yet."""
    started = shop.started()
    shop.stripe.payer.pay(started.reference)
    return started


def send(shop):
    """Stripe sends the event of the payment."""
    [event] = shop.stripe.events("payment_intent.succeeded")
    return post(*shop.stripe.webhooks.raw(event))


def kept():
    """State, tries and error of the one event."""
    return ProviderEvent.objects.values_list("state", "tries", "error").get()


def process(**options):
    out = StringIO()
    call_command("process_webhooks", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def claimed(shop, payment):
    """Has the event kept, and claimed so many seconds ago by somebody who did not come back; None: not claimed."""

    def make(seconds):
        [event] = shop.stripe.events("payment_intent.succeeded")
        body, signature = shop.stripe.webhooks.raw(event)
        row = keep_event("stripe", StripeProvider().read_event(body, {"Stripe-Signature": signature}))
        if seconds is not None:
            then = timezone.now() - timedelta(seconds=seconds)
            ProviderEvent.objects.filter(id=row.id).update(claimed_at=then, tries=1)

    return make


@pytest.mark.parametrize("failure", [RESET, ERROR, LIMITED])
def test_while_stripe_does_not_answer_the_event_is_kept_as_failed(shop, payment, failure):
    shop.stripe.failing.next(failure, failure)

    with logged() as log:
        answer = send(shop)

    assert_problem(answer, 503, "event_not_processed")
    assert answer.headers["Retry-After"] == "60"
    state, tries, error = kept()
    assert (state, tries) == ("failed", 1)
    assert error.startswith("StripeFault: Stripe ")
    assert [line["event"] for line in log.lines if line["level"] == "error"] == ["event not processed"]
    assert shop.look(payment)["status"] == "waiting_for_payment"


def test_sent_again_when_stripe_answers_it_is_processed(shop, payment):
    shop.stripe.failing.next(RESET, RESET)
    send(shop)

    answer = send(shop)

    assert answer.status == 204
    assert kept() == ("processed", 2, "")
    assert ProviderEvent.objects.count() == 1
    assert shop.look(payment)["status"] == "processing"


def test_it_is_tried_again_by_us_with_growing_pauses(shop, payment, time_machine):
    shop.stripe.failing.share(1, seed=1, failures=(RESET,))
    send(shop)
    tried = timezone.now()
    pauses: list[float] = []
    while len(pauses) < 9:
        time_machine.shift(20)
        if process_due_events() != (0, 0):
            pauses.append((timezone.now() - tried).total_seconds())
            tried = timezone.now()

    assert pauses == [60, 60, 80, 160, 320, 640, 1280, 2560, 3600]
    shop.stripe.failing.stop()
    time_machine.shift(3600)
    assert process_due_events() == (1, 0)
    assert kept() == ("processed", 11, "")
    assert shop.row(payment).amount_paid == 1200


def test_the_command_says_what_came_of_it(shop, payment, time_machine):
    shop.stripe.failing.next(RESET, RESET)
    send(shop)
    assert process() == "0 processed, 0 failed.\n"  # it has just been tried

    time_machine.shift(60)
    shop.stripe.failing.next(RESET, RESET)
    assert process() == "0 processed, 1 failed.\n"
    time_machine.shift(60)
    assert process() == "1 processed, 0 failed.\n"
    assert process() == "0 processed, 0 failed.\n"


def test_one_that_nobody_began_is_picked_up(shop, payment, claimed):
    claimed(None)
    assert process() == "1 processed, 0 failed.\n"
    assert kept() == ("processed", 1, "")
    assert shop.look(payment)["status"] == "processing"


def test_one_whose_process_died_is_picked_up_after_a_minute(shop, payment, claimed):
    claimed(60)
    assert process() == "1 processed, 0 failed.\n"
    assert shop.look(payment)["status"] == "processing"


def test_one_that_somebody_may_be_at_is_left_to_them(shop, payment, claimed):
    claimed(59)
    asked = len(shop.stripe.requests)

    assert process() == "0 processed, 0 failed.\n"
    assert send(shop).status == 204

    assert kept() == ("received", 1, "")
    assert len(shop.stripe.requests) == asked


def test_one_whose_process_died_is_processed_when_it_is_sent_again(shop, payment, claimed):
    claimed(60)
    assert send(shop).status == 204
    assert kept() == ("processed", 2, "")
    assert shop.look(payment)["status"] == "processing"


def test_one_that_fails_does_not_keep_the_others(shop, payment, claimed):
    claimed(None)
    early = ProviderEvent.objects.get()
    ProviderEvent.objects.create(
        provider="stripe", event_id="evt_2", type="charge.succeeded", subject="payment", reference=payment.reference,
        state="received", received_at=early.received_at + timedelta(seconds=1),
    )  # fmt: skip
    shop.stripe.failing.next(RESET, RESET)

    assert process() == "1 processed, 1 failed.\n"

    assert dict(ProviderEvent.objects.values_list("event_id", "state")) == {
        early.event_id: "failed",
        "evt_2": "processed",
    }
    assert shop.look(payment)["status"] == "processing"
