"""What is unwell is left alone for a while, which costs what waits no tries; then it is tried with one message."""

import threading
from datetime import timedelta
from queue import SimpleQueue

import pytest
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.channels.base import NotDelivered, Parcel
from notifications.claiming import Outcome
from notifications.outlets import SHORTEST_REST, THREADS, UNWELL_AFTER, WINDOW, Outlet


@pytest.fixture
def came():
    """What the outlet reports."""
    return SimpleQueue()


@pytest.fixture
def outlet(came):
    made = Outlet("kitchen", lambda name, outcome: came.put(outcome))
    yield made
    made.close()


def parcel():
    return Parcel(
        new_id(), "kitchen", new_id(), 0, new_id(), "order_accepted", "kitchen", new_id(), new_id(), "", {},
        timezone.now(), None, "", {},
    )  # fmt: skip


def send(outlet, came, channel, count=1) -> list[Outcome]:
    """What came of so many parcels at once."""
    for _ in range(count):
        outlet.take(channel, parcel(), new_id(), timezone.now() + timedelta(seconds=30))
    outcomes = [came.get(timeout=20) for _ in range(count)]
    for _ in outcomes:
        outlet.hand_back()
    return outcomes


def unwell(_parcel):
    raise NotDelivered("no answer in time", is_outlet_unwell=True)


def refused(_parcel):
    raise NotDelivered("answered 404", status_code=404)


def fine(_parcel):
    return 204


def end_rest(outlet):
    """As if the time had passed."""
    outlet._rests_until = 0.0


def test_it_is_left_alone_after_three_failures_one_after_the_other(outlet, came):
    for _ in range(UNWELL_AFTER - 1):
        send(outlet, came, unwell)
        assert not outlet.is_resting
    send(outlet, came, unwell)
    assert 0 < outlet.rest_seconds <= SHORTEST_REST
    assert outlet.quota == 0


def test_what_waits_for_a_thread_meanwhile_is_given_back_untried(outlet, came):
    for _ in range(UNWELL_AFTER):
        send(outlet, came, unwell)
    [outcome] = send(outlet, came, fine)
    assert (outcome.state, outcome.took_ms, outcome.due_at) == ("pending", None, None)


def test_then_it_is_tried_with_one_and_left_alone_for_twice_as_long_if_that_fails(outlet, came):
    for _ in range(UNWELL_AFTER):
        send(outlet, came, unwell)
    end_rest(outlet)
    assert outlet.quota == 1
    send(outlet, came, unwell)
    assert SHORTEST_REST < outlet.rest_seconds <= 2 * SHORTEST_REST


def test_one_that_arrives_makes_it_well(outlet, came):
    for _ in range(UNWELL_AFTER):
        send(outlet, came, unwell)
    end_rest(outlet)
    send(outlet, came, fine)
    assert outlet.quota == WINDOW


def test_what_was_under_way_when_it_was_found_unwell_does_not_make_the_rest_longer(outlet, came):
    together = threading.Barrier(THREADS)

    def hang(_parcel):
        together.wait(20)
        unwell(_parcel)

    send(outlet, came, hang, count=THREADS)
    assert 0 < outlet.rest_seconds <= SHORTEST_REST


def test_a_refusal_of_one_message_says_nothing_of_the_others(outlet, came):
    for _ in range(10):
        send(outlet, came, refused)
    assert outlet.quota == WINDOW


def test_when_to_come_again_is_kept_to_for_all(outlet, came):
    def later(_parcel):
        raise NotDelivered("answered 503", is_outlet_unwell=True, retry_seconds=120)

    [outcome] = send(outlet, came, later)
    assert 110 < outlet.rest_seconds <= 120
    assert outcome.due_at - timezone.now() > timedelta(seconds=110)
