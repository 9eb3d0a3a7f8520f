"""What Apple refuses: a device that is gone goes, one that our own fault could be blamed for stays."""

import pytest

from notifications.channels.push import apns as channel
from notifications.models import Attempt
from tests.notifications.push.steps import APNS_TOKEN, due_again, is_registered, register, states, tell_status
from tests.notifications.telling import deliver

pytestmark = pytest.mark.django_db


def refuse(apns, status: int, reason: str) -> None:
    apns.answer = lambda push: (status, reason)


@pytest.mark.parametrize(("status", "reason"), [(410, "Unregistered"), (410, "ExpiredToken")])
def test_a_token_that_is_not_registered_goes_with_its_device(alice, apns, tablet, status, reason):
    refuse(apns, status, reason)
    tell_status(alice)
    deliver()
    assert states() == [("dead", f"answered {status} {reason}")]
    assert list(Attempt.objects.values_list("status_code", flat=True)) == [status]
    assert not is_registered(tablet)


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_a_token_that_is_none_of_ours_goes_once_our_settings_are_known_to_be_right(alice, apns, tablet, reason):
    other = register(alice, kind="apns", token="ff" * 32)
    apns.answer = lambda push: (200, "") if push["token"] == APNS_TOKEN else (400, reason)
    for _ in range(2):
        tell_status(alice)
        deliver()
    assert not is_registered(other)
    assert is_registered(tablet)


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_with_the_sandbox_switched_the_wrong_way_no_device_goes(alice, apns, tablet, reason):
    refuse(apns, 400, reason)
    for _ in range(5):
        tell_status(alice)
    deliver()
    assert states() == [("dead", f"answered 400 {reason}")] * 5
    assert is_registered(tablet)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, "TooManyRequests"), (429, "TooManyProviderTokenUpdates"), (500, "InternalServerError"),
        (503, "ServiceUnavailable"), (503, "Shutdown"), (403, "InvalidProviderToken"),
    ],
)  # fmt: skip
def test_what_does_not_work_at_the_moment_is_tried_again_later(alice, apns, tablet, status, reason):
    refuse(apns, status, reason)
    tell_status(alice)
    deliver()
    assert states() == [("pending", f"answered {status} {reason}")]
    refuse(apns, 200, "")
    due_again()
    deliver()
    assert states() == [("delivered", "")]
    assert is_registered(tablet)


@pytest.mark.parametrize(("status", "reason"), [(400, "BadTopic"), (413, "PayloadTooLarge"), (400, "PayloadEmpty")])
def test_a_fault_of_ours_ends_the_delivery_and_leaves_the_device(alice, apns, tablet, status, reason):
    refuse(apns, status, reason)
    tell_status(alice)
    deliver()
    assert states() == [("dead", f"answered {status} {reason}")]
    assert is_registered(tablet)


def test_too_many_for_one_device_do_not_stop_the_others(alice, apns, tablet):
    refuse(apns, 429, "TooManyRequests")
    for _ in range(10):
        tell_status(alice)
    deliver()
    assert len(apns.came) == 10


def test_a_failing_service_is_left_alone(alice, apns, tablet):
    refuse(apns, 503, "ServiceUnavailable")
    for _ in range(3 + 64):
        tell_status(alice)
    deliver()
    assert 3 <= len(apns.came) <= 3 + 8  # those that the outlet's threads had in hand


def test_nobody_there_is_tried_again(alice, apns, tablet, monkeypatch):
    monkeypatch.setattr(channel, "TRIES_TO_CONNECT", 1)
    monkeypatch.setattr("aioapns.connection.APNsProductionClientProtocol.APNS_PORT", 1)
    tell_status(alice)
    deliver()
    assert states() == [("pending", "MaxAttemptsExceeded")]


def test_an_answer_that_never_comes_leaves_the_connection_to_the_next(alice, apns, tablet, monkeypatch):
    monkeypatch.setattr(channel, "SEND_SECONDS", 1.3)
    apns.says_nothing = True
    tell_status(alice)
    deliver()
    assert states() == [("pending", "TimeoutError")]
    apns.says_nothing = False
    due_again()
    deliver()
    assert states() == [("delivered", "")]
    assert len(apns.came) == 2
    assert apns.connections == 1


def test_a_key_that_is_none_loses_nothing(alice, apns, tablet, settings):
    settings.APNS_KEY = "-----BEGIN PRIVATE KEY-----\\nnonsense\\n-----END PRIVATE KEY-----"
    tell_status(alice)
    deliver()
    assert states()[0][0] == "pending"
    assert apns.came == []
