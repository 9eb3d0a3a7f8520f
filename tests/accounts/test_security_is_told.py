"""What concerns the security of an account is pushed and mailed, whatever the customer prefers otherwise."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Session
from notifications.addressing import address_messages
from notifications.models import Delivery, Device, Preferences
from tests.accounts.steps import ask_for_a_link, change_password, sign_in_as, use_link
from tests.notifications.telling import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(alice, settings) -> Device:
    """Alice's phone."""
    settings.PUSH_KINDS = ["fcm"]
    session = Session.objects.get(customer=alice.customer)
    return Device.objects.create(
        kind="fcm", token="t", recipient_id=alice.customer.id, session_id=session.id, created_at=timezone.now()
    )


def told_by_channel():
    address_messages()
    return sorted(Delivery.objects.values_list("message__kind", "channel"))


def test_a_new_device_is_pushed_and_mailed(alice, device):
    assert sign_in_as("alice", device_name="Phone").status == 200
    assert told_by_channel() == [("new_device", "email"), ("new_device", "push")]


def test_a_new_password_is_pushed_and_mailed(alice, device):
    assert change_password(alice).status == 204
    assert told_by_channel() == [("password_changed", "email"), ("password_changed", "push")]


def test_a_password_that_was_reset_is_mailed_and_no_ended_session_is_pushed_to(alice, device):
    assert use_link(ask_for_a_link()).status == 204
    assert told_by_channel() == [("password_changed", "email")]


def test_what_was_stored_against_it_does_not_switch_it_off(alice, device):
    Preferences.objects.create(recipient_id=alice.customer.id, channels={"security": {"push": False, "email": False}})
    change_password(alice)
    assert told_by_channel() == [("password_changed", "email"), ("password_changed", "push")]


def test_the_mail_says_what_to_do(alice):
    sign_in_as("alice", device_name="Phone")
    change_password(alice)
    deliver()
    assert {message.subject: (message.to, message.body.splitlines()[0]) for message in mail.outbox} == {
        "A new device has signed in": (
            ["alice@example.com"],
            "“Phone” has signed in to your account. If it was not you, change your password at once.",
        ),
        "Your password has been changed": (
            ["alice@example.com"], "If it was not you, reset it at once and write to us.",
        ),
    }  # fmt: skip


def test_a_mail_server_that_is_down_undoes_nothing_and_gets_it_later(alice, settings):
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    assert change_password(alice).status == 204
    deliver()
    assert Delivery.objects.get().state == "pending"
    settings.EMAIL_BACKEND = backend
    Delivery.objects.update(due_at=timezone.now())
    deliver()
    assert [message.subject for message in mail.outbox] == ["Your password has been changed"]
