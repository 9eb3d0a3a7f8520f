"""Whatever is not Stripe's word, was altered on its way or is too old is refused, and nothing comes of it."""

import pytest

from payments.models import ProviderEvent
from tests.orders.steps import NOON, nothing_written
from tests.payments.posting import SECRET, forge, make_event, post, post_signed
from tests.problems import assert_problem
from tests.stripe.webhooks import sign

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

NOW = NOON.timestamp()
FORGED = 200
FORGED_IN_SOAK = 10_000


@pytest.fixture
def event(shop):
    """Body and signature of a payment that Alice has just made, and of which nothing is known here yet."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    return shop.stripe.webhooks.raw(shop.stripe.events("payment_intent.succeeded")[0])


def assert_refused(answer):
    document = assert_problem(answer, 400, "signature_invalid")
    assert SECRET not in answer.text
    assert document["errors"] == []


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "nonsense",
        f"t={NOW:.0f}",
        f"t={NOW:.0f},v1=",
        f"t={NOW:.0f},v1={'0' * 64}",
        f"t={NOW:.0f},v1={'é' * 64}",
        "v1=" + "0" * 64,
        f"t=now,v1={'0' * 64}",
        f"t=-1,v1={'0' * 64}",
        f"t={'9' * 400},v1={'0' * 64}",
        "t=" + "," * 5000,
    ],
)
def test_without_a_good_signature(event, signature):
    with nothing_written():
        assert_refused(post(event[0], signature))


@pytest.mark.parametrize("moved", [-301, 301, -86_400, 86_400, -NOW])
def test_signed_too_long_ago_or_in_times_to_come(event, moved):
    with nothing_written():
        assert_refused(post_signed(event[0], at=NOW + moved))


@pytest.mark.parametrize("moved", [-300, -1, 0, 1, 300])
def test_within_five_minutes_it_is_good(event, moved):
    assert post_signed(event[0], at=NOW + moved).status == 204


def test_the_same_event_again_when_its_signature_is_old_is_refused(event, time_machine):
    assert post(*event).status == 204
    time_machine.move_to(NOW + 301, tick=False)
    with nothing_written():
        assert_refused(post(*event))


def test_signed_by_another_secret(event):
    with nothing_written():
        assert_refused(post_signed(event[0], "whsec_another"))


def test_while_a_secret_is_replaced_both_are_good_and_then_the_old_one_is_not(event, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_old", "whsec_new"]
    bodies = [make_event(f"evt_{number}", "invoice.paid", {}) for number in range(5)]

    assert post_signed(bodies[0], "whsec_old").status == 204
    assert post_signed(bodies[1], "whsec_new").status == 204
    assert post_signed(bodies[2], "whsec_old", "whsec_new").status == 204
    assert post_signed(bodies[3], "whsec_of_another_endpoint", "whsec_new").status == 204

    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]
    assert_refused(post_signed(bodies[4], "whsec_old"))
    assert post_signed(bodies[4], "whsec_new").status == 204
    assert ProviderEvent.objects.count() == 5


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_of_ours_nobody_is_believed(event, settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    with nothing_written():
        assert_refused(post_signed(event[0], "", SECRET))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"not json",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"object": "event"}',
        b'{"object": "event", "id": 7, "type": "invoice.paid"}',
        b'{"object": "event", "id": "evt_1"}',
        b'{"object": "event", "id": "evt_\\u0000", "type": "invoice.paid"}',
        b'{"object": "event", "id": "evt_1", "type": "' + b"x" * 101 + b'"}',
        b'{"object": "payment_intent", "id": "pi_1", "type": "invoice.paid"}',
    ],
)
def test_signed_but_no_event(shop, body):
    with nothing_written():
        assert_refused(post(body, sign(body, SECRET)))


def test_no_forged_or_altered_event_is_taken(event):
    refuse_forged(event, FORGED)


@pytest.mark.soak
def test_none_of_ten_thousand_forged_or_altered_events_is_taken(event):
    refuse_forged(event, FORGED_IN_SOAK)


def refuse_forged(event, times):
    with nothing_written():
        body, signature = event
        for forged, pretended in forge(body, signature, times, seed=7):
            answer = post(forged, pretended)
            assert (answer.status, answer.code) == (400, "signature_invalid"), (forged, pretended)
    assert post(*event).status == 204
