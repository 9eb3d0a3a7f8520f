"""Events are sent as a provider outside would send them: signed, over HTTP, in order, until they are taken."""

from datetime import timedelta

import pytest
import time_machine

from payments.models import ProviderEvent, SandboxEvent
from payments.providers.sandbox import send_sandbox_events
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import PAYMENT_ID, documents, paid, press, started

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def later(**ahead: float) -> int:
    """How many are delivered so much after NOON."""
    with time_machine.travel(NOON + timedelta(**ahead), tick=False):
        return send_sandbox_events()


def test_what_is_sent_is_believed_and_tells_what_it_is_about(provider, receiver):
    reference = paid(provider)

    assert send_sandbox_events() == 1

    [(path, body, headers)] = receiver.got
    assert (path, headers["Content-Type"]) == ("/webhooks/sandbox", "application/json")
    event = provider.read_event(body, headers)
    assert (event.type, event.subject) == ("payment.succeeded", ProviderEvent.Subject.PAYMENT)
    assert (event.reference, event.payment_id, event.event_id) == (reference, PAYMENT_ID, receiver.ids[0])
    sent = SandboxEvent.objects.get()
    assert (sent.delivered_at, sent.next_at, sent.tries) == (NOON, None, 1)


def test_in_the_order_in_which_it_happened_and_once(provider, receiver):
    for _ in range(3):
        reference = started(provider)
        press(reference, "decline")
        press(reference, "pay")

    assert send_sandbox_events() == 6
    assert send_sandbox_events() == 0

    assert receiver.documents == documents()
    assert [document["type"] for document in receiver.documents] == ["payment.failed", "payment.succeeded"] * 3


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_takes_it(provider, receiver, status):
    receiver.statuses = [status]
    paid(provider)

    assert send_sandbox_events() == 1


@pytest.mark.parametrize("status", [302, 400, 401, 404, 409, 429, 500, 503])
def test_nothing_else_does_and_no_redirect_is_followed(provider, receiver, status):
    receiver.statuses = [status]
    paid(provider)

    assert send_sandbox_events() == 0

    assert [path for path, _body, _headers in receiver.got] == ["/webhooks/sandbox"]
    assert later(seconds=1) == 1


def test_one_that_is_not_taken_does_not_hold_the_others_up(provider, receiver):
    receiver.statuses = [500]
    for _ in range(3):
        paid(provider)
    first, *others = [document["id"] for document in documents()]

    assert send_sandbox_events() == 2
    assert receiver.ids == [first, *others]

    assert later(seconds=1) == 1
    assert receiver.ids == [first, *others, first]


def test_it_is_sent_again_after_growing_pauses_and_signed_anew(provider, receiver):
    paid(provider)
    receiver.statuses = [500] * 8
    pauses = [1, 5, 30, 120, 600, 3600, 3600]

    moment = 0
    assert send_sandbox_events() == 0
    for count, pause in enumerate(pauses, 1):
        assert later(seconds=moment + pause - 1) == 0
        assert len(receiver.got) == count
        moment += pause
        assert later(seconds=moment) == 0
        assert len(receiver.got) == count + 1
    assert later(seconds=moment + 3600) == 1

    assert len(set(receiver.ids)) == 1
    assert len({headers["Sandbox-Signature"] for _path, _body, headers in receiver.got}) == 9


def test_after_three_days_it_is_given_up(provider, receiver):
    paid(provider)
    receiver.statuses = [500] * 200
    hours = 0
    send_sandbox_events()
    while SandboxEvent.objects.filter(next_at__isnull=False).exists():
        hours += 1
        assert later(hours=hours) == 0

    assert 71 <= hours <= 72
    receiver.statuses = []
    assert later(days=30) == 0
    assert SandboxEvent.objects.get().delivered_at is None


def test_nothing_is_sent_for_what_did_not_happen(provider, receiver):
    reference = paid(provider)
    press(reference, "pay")
    provider.cancel(reference)
    provider.fetch(reference)

    assert send_sandbox_events() == 1
