"""What Firebase refuses: a device that is gone goes, one that our own fault could be blamed for stays."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from notifications.channels.push import fcm as channel
from notifications.models import Attempt
from tests.notifications.push.steps import (
    FCM_TOKEN,
    due_again,
    is_registered,
    register,
    states,
    tell_status,
    wait_seconds,
)
from tests.notifications.telling import deliver

pytestmark = pytest.mark.django_db


def refuse(fcm, name: str) -> None:
    fcm.answer = lambda message: name


def test_a_token_that_is_not_registered_goes_with_its_device(alice, fcm, phone):
    refuse(fcm, "UNREGISTERED")
    tell_status(alice)
    deliver()
    assert states() == [("dead", "UnregisteredError NOT_FOUND")]
    assert list(Attempt.objects.values_list("status_code", flat=True)) == [404]
    assert not is_registered(phone)
    tell_status(alice)
    deliver()
    assert len(fcm.came) == 1


def test_a_payload_that_is_found_invalid_leaves_the_device(alice, fcm, phone):
    refuse(fcm, "INVALID_ARGUMENT")
    tell_status(alice)
    deliver()
    assert states() == [("dead", "InvalidArgumentError INVALID_ARGUMENT")]
    assert is_registered(phone)
    refuse(fcm, "")
    tell_status(alice)
    deliver()
    assert states()[1] == ("delivered", "")


def test_a_token_of_another_project_goes_once_ours_is_known_to_be_right(alice, fcm, phone):
    other = register(alice, kind="fcm", token="another-projects")
    fcm.answer = lambda message: "" if message["token"] == FCM_TOKEN else "SENDER_ID_MISMATCH"
    tell_status(alice)
    deliver()
    tell_status(alice)
    deliver()
    assert not is_registered(other)
    assert is_registered(phone)


def test_with_the_key_of_another_project_no_device_goes(alice, fcm, phone):
    refuse(fcm, "SENDER_ID_MISMATCH")
    for _ in range(5):
        tell_status(alice)
    deliver()
    assert states() == [("dead", "SenderIdMismatchError PERMISSION_DENIED")] * 5
    assert is_registered(phone)


@pytest.mark.parametrize("name", ["QUOTA_EXCEEDED", "UNAVAILABLE", "INTERNAL"])
def test_what_does_not_work_at_the_moment_is_tried_once_and_again_later(alice, fcm, phone, name):
    refuse(fcm, name)
    tell_status(alice)
    deliver()
    assert len(fcm.came) == 1
    assert states()[0][0] == "pending"
    assert 3 <= wait_seconds() <= 6
    refuse(fcm, "")
    due_again()
    deliver()
    assert states() == [("delivered", "")]
    assert is_registered(phone)


@pytest.mark.parametrize("is_date", [False, True])
def test_it_is_not_tried_again_before_it_may(alice, fcm, phone, is_date):
    refuse(fcm, "UNAVAILABLE")
    at = datetime.now(UTC) + timedelta(seconds=600)
    fcm.retry_after = format_datetime(at, usegmt=True) if is_date else "600"
    tell_status(alice)
    deliver()
    assert 590 <= wait_seconds() <= 600
    assert len(fcm.came) == 1


def test_after_three_failures_in_a_row_it_is_left_alone(alice, fcm, phone):
    refuse(fcm, "UNAVAILABLE")
    for _ in range(3 + 64):
        tell_status(alice)
    deliver()
    assert 3 <= len(fcm.came) <= 3 + 8  # those that its threads had in hand
    assert {state for state, _note in states()} == {"pending"}


def test_without_an_access_token_nothing_is_lost(alice, fcm, phone):
    fcm.token_status = 400
    tell_status(alice)
    deliver()
    assert states() == [("pending", "RefreshError")]
    fcm.token_status = 200
    due_again()
    deliver()
    assert states() == [("delivered", "")]


@pytest.mark.parametrize("credentials", ["{}", "/nonexistent", "{broken", '{"type": "service_account"}'])
def test_with_credentials_that_are_none_nothing_is_lost(alice, fcm, phone, settings, credentials):
    good = settings.FCM_CREDENTIALS
    settings.FCM_CREDENTIALS = credentials
    tell_status(alice)
    deliver()
    assert states()[0][0] == "pending"
    settings.FCM_CREDENTIALS = good
    due_again()
    deliver()
    assert states() == [("delivered", "")]


def test_the_key_to_another_platform_that_firebase_lacks_does_not_stop_the_others(alice, fcm, phone):
    refuse(fcm, "THIRD_PARTY_AUTH_ERROR")
    for _ in range(10):
        tell_status(alice)
    deliver()
    assert Attempt.objects.count() == 10
    assert is_registered(phone)


def test_nobody_there_is_tried_again(alice, fcm, phone, monkeypatch):
    monkeypatch.setattr(channel.messaging._MessagingService, "FCM_URL", "http://127.0.0.1:1/{0}")
    tell_status(alice)
    deliver()
    assert states() == [("pending", "UnavailableError UNAVAILABLE")]
