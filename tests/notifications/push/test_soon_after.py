"""A change of an order's status is on the customer's phone while it is news: the worker is woken by it."""

import statistics
import time
from functools import partial

import pytest

from tests.factories import order_body
from tests.notifications.workers import is_all_told, workers
from tests.orders.steps import advance
from tests.servers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
LIFE = ("cooking", "ready", "in_delivery", "delivered")


def has_come(came_at, expected):
    return len(came_at) >= expected


def follow(alice, soup, fcm, orders):
    """Seconds from each change of status to the moment at which its push reached the provider."""
    came_at = []

    def answer(message):
        came_at.append(time.monotonic())
        return ""

    fcm.answer = answer
    took = []
    with workers():
        for _ in range(orders):
            order = alice.place(order_body(soup, total=1200)).json
            wait_until(is_all_told)
            for status in LIFE:
                expected = len(came_at) + 1
                advance(order, status)
                changed_at = time.monotonic()
                wait_until(partial(has_come, came_at, expected))
                took.append(came_at[-1] - changed_at)
    return took


def test_every_step_is_pushed_as_it_is_made(alice, soup, fcm, phone):
    follow(alice, soup, fcm, orders=1)
    assert [message["data"]["status"] for message in fcm.came] == ["processing", *LIFE]


@pytest.mark.soak
def test_within_a_second_on_a_machine_that_does_nothing_else(alice, soup, fcm, phone):
    took = follow(alice, soup, fcm, orders=20)
    print(
        f"{len(took)} pushes, {1000 * statistics.median(took):.0f} ms in the middle, {1000 * max(took):.0f} ms at most"
    )
    assert max(took) < 1
