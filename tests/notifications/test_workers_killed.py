"""A worker that is killed loses nothing; what comes twice carries the same id, and is no more than was in flight."""

import random
from functools import partial

import pytest
from django.utils import timezone

from notifications.models import Delivery
from notifications.outlets import WINDOW
from tests.notifications.telling import tell_of_many
from tests.notifications.workers import is_all_told, start_worker
from tests.servers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def has_told(kitchen, messages):
    """Whether so many have come, each counted once."""
    return len(set(kitchen.ids)) >= messages


def kill_again_and_again(kitchen, *, messages, orders, kills, wait_for_leases):
    """Messages by order, all of them told by workers that were killed so often, at random, while they were at it."""
    told = tell_of_many(messages=messages, orders=orders)
    dice = random.Random(20)
    worker = start_worker()
    try:
        for killed in range(kills):
            reached = (killed + 1) * messages // (kills + 2) + dice.randrange(messages // (4 * kills))
            wait_until(partial(has_told, kitchen, reached), seconds=60)
            worker.kill()
            worker.wait()
            if not wait_for_leases:  # as if their time had run out
                Delivery.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now())
            worker = start_worker()
        wait_until(is_all_told, seconds=120)
    finally:
        worker.terminate()
        worker.wait(30)
    return told


def in_order_of_first_coming(ids):
    return list(dict.fromkeys(ids))


def check(kitchen, told, *, kills):
    came = in_order_of_first_coming(kitchen.ids)
    assert sorted(came) == sorted(message for messages in told.values() for message in messages)
    assert len(kitchen.ids) - len(came) <= kills * WINDOW
    place = {message: number for number, message in enumerate(came)}
    for messages in told.values():
        assert sorted(messages, key=place.__getitem__) == messages


def test_nothing_is_lost(kitchen, endpoint):
    told = kill_again_and_again(kitchen, messages=240, orders=60, kills=1, wait_for_leases=False)
    check(kitchen, told, kills=1)


@pytest.mark.soak
def test_nothing_of_2000_is_lost_by_20_kills(kitchen, endpoint):
    told = kill_again_and_again(kitchen, messages=2000, orders=400, kills=20, wait_for_leases=True)
    check(kitchen, told, kills=20)
    again = len(kitchen.ids) - len(set(kitchen.ids))
    print(f"2,000 messages, 20 kills: 0 lost, {again} came again")
