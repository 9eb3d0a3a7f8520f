"""A Stripe that does not answer, or answers that it cannot, before or after it has acted."""

import time

import pytest
import stripe

from tests.stripe.asking import CARD, card_intent, paid_intent
from tests.stripe.failing import (
    CONFLICT,
    ERROR,
    ERROR_AFTER,
    EVERY_KIND,
    LIMITED,
    LOCKED,
    QUICK,
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    TIMEOUT_LATE,
    Failure,
    only,
)
from tests.threads import run_together

KEY = {"idempotency_key": "order-17"}


@pytest.fixture
def impatient(loopback):
    return loopback.client(timeout=0.06)


@pytest.mark.parametrize(
    ("failure", "error", "status"),
    [
        (TIMEOUT, stripe.APIConnectionError, None),
        (RESET, stripe.APIConnectionError, None),
        (ERROR, stripe.APIError, 500),
        (CONFLICT, stripe.APIError, 409),
        (LIMITED, stripe.RateLimitError, 429),
        (LOCKED, stripe.RateLimitError, 429),
    ],
)
def test_a_failure_before_acting_leaves_nothing(loopback, impatient, failure, error, status):
    loopback.failing.next(failure)
    with pytest.raises(error) as failed:
        impatient.v1.payment_intents.create(CARD, KEY)
    assert failed.value.http_status == status
    assert loopback.objects("payment_intent") == []
    impatient.v1.payment_intents.create(CARD, KEY)
    assert len(loopback.objects("payment_intent")) == 1
    assert [request.acted for request in loopback.requests] == [False, True]
    assert loopback.malformed == []


@pytest.mark.parametrize("failure", [TIMEOUT_AFTER, RESET_AFTER])
def test_an_answer_that_was_lost_is_given_again(loopback, impatient, failure):
    loopback.failing.next(failure)
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.payment_intents.create(CARD, KEY)
    again = impatient.v1.payment_intents.create(CARD, KEY)
    assert [intent["id"] for intent in loopback.objects("payment_intent")] == [again.id]
    assert loopback.requests[1].replayed


def test_a_decline_that_was_lost_is_given_again(loopback, client):
    loopback.failing.next(RESET_AFTER)
    params = {**CARD, "payment_method": "pm_card_chargeDeclined", "confirm": True}
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.create(params, KEY)
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(params, KEY)
    assert len(loopback.objects("charge")) == 1


def test_stripe_may_act_when_nobody_waits_any_more(loopback, impatient):
    loopback.failing.next(TIMEOUT_LATE)
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.payment_intents.create(CARD, KEY)
    end = time.monotonic() + 5
    while not loopback.objects("payment_intent"):
        assert time.monotonic() < end
        time.sleep(0.005)
    assert impatient.v1.payment_intents.create(CARD, KEY).id == loopback.objects("payment_intent")[0]["id"]


def test_an_error_after_acting_stays_the_answer_to_its_key(loopback, client):
    loopback.failing.next(ERROR_AFTER)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            client.v1.payment_intents.create(CARD, KEY)
        assert failed.value.http_status == 500
    assert len(loopback.objects("payment_intent")) == 1
    assert client.v1.payment_intents.list().data[0].amount == 1000


def test_an_error_after_acting_can_be_forgotten(loopback, client):
    loopback.failing.next(Failure("500", acted=True, kept=False))
    with pytest.raises(stripe.APIError):
        client.v1.payment_intents.create(CARD, KEY)
    assert client.v1.payment_intents.create(CARD, KEY).id == loopback.objects("payment_intent")[0]["id"]


def test_what_is_said_before_acting_cannot_be_said_after():
    for kind in ("409", "429", "lock_timeout"):
        with pytest.raises(ValueError, match="before anything is done"):
            Failure(kind, acted=True)


def test_limits_and_locks_say_whether_to_try_again(loopback, client):
    loopback.failing.next(LIMITED, LOCKED, CONFLICT)
    headers = []
    for _ in range(3):
        with pytest.raises(stripe.StripeError) as failed:
            card_intent(client)
        headers.append(failed.value.headers or {})
    assert headers[0]["Retry-After"] == "1"
    assert "Stripe-Should-Retry" not in headers[0]
    assert [one["Stripe-Should-Retry"] for one in headers[1:]] == ["true", "true"]


def test_the_sdk_tries_again_by_itself(loopback, monkeypatch):
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    client = loopback.client(max_network_retries=2)
    loopback.failing.next(Failure("500", acted=True, kept=False), LOCKED)
    assert card_intent(client).id == loopback.objects("payment_intent")[0]["id"]
    assert len({request.idempotency_key for request in loopback.requests}) == 1
    assert [request.replayed for request in loopback.requests] == [False, False, True]


def test_every_third_request_fails(loopback, client):
    loopback.failing.every(3, RESET)
    went = []
    for _ in range(9):
        try:
            client.v1.payment_intents.list()
            went.append(True)
        except stripe.APIConnectionError:
            went.append(False)
    assert went == [True, True, False] * 3


def test_only_what_is_meant_fails(loopback, client):
    loopback.failing.next(ERROR, matching=only("POST", "/cancel"))
    intent = card_intent(client)
    with pytest.raises(stripe.APIError):
        client.v1.payment_intents.cancel(intent.id)
    assert client.v1.payment_intents.cancel(intent.id).status == "canceled"


def test_one_in_five_fails_the_same_way_again_for_the_same_seed(loopback, client):
    seen = []
    for _ in range(2):
        loopback.failing.stop()
        loopback.failing.happened.clear()
        loopback.failing.share(0.2, seed=7)
        failed = []
        for number in range(60):
            try:
                client.v1.payment_intents.list({"limit": 1})
            except stripe.StripeError:
                failed.append(number)
        seen.append((failed, [failure for _, _, failure in loopback.failing.happened]))
    assert seen[0] == seen[1]
    assert 5 < len(seen[0][0]) < 20


def test_nothing_is_paid_twice_however_it_fails(loopback):
    loopback.failing.share(0.4, seed=3, failures=QUICK, matching=only("POST", "/payment_intents"), keep_500=False)

    def place(number):
        own = loopback.client()
        for _ in range(40):
            try:
                return paid_intent_of(own, number)
            except stripe.StripeError:
                continue
        raise AssertionError("it never worked")

    found = run_together(*(lambda number=number: place(number) for number in range(10)))
    assert len({intent.id for intent in found}) == 10
    assert len(loopback.objects("charge")) == 10
    assert loopback.failing.happened
    assert loopback.malformed == []


def paid_intent_of(client, number):
    params = {**CARD, "payment_method": "pm_card_visa", "confirm": True, "metadata": {"order": str(number)}}
    return client.v1.payment_intents.create(params, {"idempotency_key": f"order-{number}"})


def test_every_kind_can_be_asked_for(loopback, impatient):
    for failure in EVERY_KIND:
        loopback.failing.next(failure)
        with pytest.raises(stripe.StripeError):
            impatient.v1.payment_intents.list()
    assert paid_intent(impatient).status == "succeeded"
