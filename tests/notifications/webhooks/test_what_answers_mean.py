"""What is answered to a webhook decides what becomes of it, of its endpoint and of what else waits for that."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from notifications.channels.webhook import read_retry_after
from notifications.models import Attempt, Delivery, Endpoint
from tests.notifications.receiver import Receiver
from tests.notifications.telling import deliver, tell

pytestmark = pytest.mark.django_db


def what_became() -> tuple[str, int, str]:
    [delivery] = Delivery.objects.all()
    return delivery.state, delivery.attempts, delivery.note


def pause() -> float:
    """In how many seconds it is tried again."""
    return (Delivery.objects.get().due_at - timezone.now()).total_seconds()


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_it_has_arrived(kitchen: Receiver, endpoint: Endpoint, status: int) -> None:
    kitchen.answer = lambda event: status
    tell()
    deliver()
    assert what_became() == ("delivered", 1, "")
    endpoint.refresh_from_db()
    assert (endpoint.last_failed_at, endpoint.last_error) == (None, "")
    assert endpoint.last_delivered_at == Attempt.objects.get().at


@pytest.mark.parametrize("status", [301, 304, 400, 401, 404, 422, 429, 500, 503])
def test_somebody_can_mend_it_so_it_is_tried_again(kitchen: Receiver, endpoint: Endpoint, status: int) -> None:
    kitchen.answer = lambda event: status
    tell()
    deliver()
    assert what_became() == ("pending", 1, f"answered {status}")
    assert 0 < pause() < 7
    assert list(Attempt.objects.values_list("status_code", "error")) == [(status, f"answered {status}")]
    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.last_delivered_at, endpoint.last_error) == (True, None, f"answered {status}")


def test_one_that_is_gone_is_switched_off_and_says_why(kitchen: Receiver, endpoint: Endpoint) -> None:
    kitchen.answer = lambda event: 410
    tell()
    deliver()
    tell()
    deliver()
    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.off_note) == (False, "answered 410")
    assert len(kitchen.came) == 1
    assert what_became() == ("pending", 1, "answered 410")


@pytest.mark.parametrize("status", [429, 503])
def test_who_says_when_to_come_again_is_left_alone_until_then(
    kitchen: Receiver, endpoint: Endpoint, status: int
) -> None:
    kitchen.answer = lambda event: status
    kitchen.headers["Retry-After"] = "120"
    tell()
    deliver()
    assert 115 < pause() <= 120


def test_nothing_else_is_sent_to_it_either(kitchen: Receiver, endpoint: Endpoint) -> None:
    kitchen.answer = lambda event: 429
    kitchen.headers["Retry-After"] = "120"
    for _ in range(40):
        tell()
    deliver()
    assert len(kitchen.came) <= 8  # as many as were on their way at once
    assert Delivery.objects.filter(state="pending", attempts=0).count() >= 32


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("٣", None),
        ("9" * 30, None),
    ],
)
def test_seconds(text: str, seconds: float | None) -> None:
    assert read_retry_after({"Retry-After": text}, timezone.now()) == seconds


def test_a_date() -> None:
    now = datetime(2026, 5, 31, 18, tzinfo=UTC)
    at = {"Retry-After": format_datetime(now + timedelta(seconds=90), usegmt=True)}
    assert read_retry_after(at, now) == 90.0
    assert read_retry_after(at, now + timedelta(hours=1)) == 0.0
    assert read_retry_after({}, now) is None
