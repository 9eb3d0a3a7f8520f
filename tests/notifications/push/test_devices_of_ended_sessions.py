"""A session that ends takes its devices along: nothing is told there any more, also nothing that was on its way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Customer, Session
from notifications.addressing import address_messages
from notifications.devices import export_devices, forget_devices, purge_devices
from notifications.models import Device
from tests.accounts.steps import change_password
from tests.clients import Api, signed_in
from tests.notifications.push.steps import FCM_TOKEN, is_registered, register, states, tell_status
from tests.notifications.telling import deliver

pytestmark = pytest.mark.django_db


def session_of(api: Api):
    return Session.objects.filter(customer=api.customer).order_by("created_at")


def end_by_expiry(alice: Api, other: Api) -> None:
    session_of(alice).filter(id=session_of(alice).first().id).update(expires_at=timezone.now() - timedelta(seconds=1))


def end_one(alice: Api, other: Api) -> None:
    assert other.call("DELETE", f"auth/sessions/{session_of(alice).first().id}").status == 204


def switch_off(alice: Api, other: Api) -> None:
    Customer.objects.filter(id=alice.customer.id).update(is_active=False)


ENDS: dict[str, Callable[[Api, Api], object]] = {
    "signing out": lambda alice, other: alice.post("auth/sign-out"),
    "ending one": end_one,
    "ending all others": lambda alice, other: other.call("DELETE", "auth/sessions"),
    "a change of password": lambda alice, other: change_password(other),
    "expiry": end_by_expiry,
    "an account that is not active": switch_off,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("is_addressed", [False, True])
def test_nothing_is_told_after_it(alice, fcm, phone, end, is_addressed):
    other = signed_in(alice.customer)
    tell_status(alice)
    if is_addressed:
        assert address_messages() == 1
        assert states() == [("pending", "")]
    end(alice, other)
    deliver()
    assert fcm.came == []
    assert states() == ([("dropped", "target gone")] if is_addressed else [])


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_its_devices_are_listed_no_more_and_their_rows_go(alice, bob, phone, end):
    theirs = register(bob, kind="fcm", token="of-bob")
    other = signed_in(alice.customer)
    assert purge_devices() == 0
    end(alice, other)
    if end is not switch_off:
        assert other.get("devices").json["data"] == []
        assert other.call("DELETE", f"devices/{phone}").status == 404
    assert purge_devices() == 1
    assert not is_registered(phone)
    assert is_registered(theirs)


def test_a_device_that_another_session_registers_again_lives_on(alice, fcm, phone):
    again = signed_in(alice.customer)
    register(again, kind="fcm", token=FCM_TOKEN)
    alice.post("auth/sign-out")
    tell_status(alice)
    deliver()
    assert states() == [("delivered", "")]
    assert purge_devices() == 0


def test_what_was_addressed_to_the_one_before_does_not_reach_whom_the_token_moved_to(alice, bob, fcm, phone):
    tell_status(alice)
    assert address_messages() == 1
    theirs = register(bob, kind="fcm", token=FCM_TOKEN)
    tell_status(alice)
    told = tell_status(bob)
    deliver()
    assert [message["data"]["event_id"] for message in fcm.came] == [told]
    assert states() == [("dropped", "target gone"), ("delivered", "")]
    assert is_registered(theirs)


def test_a_device_that_was_removed_is_told_nothing_that_was_on_its_way(alice, fcm, phone):
    tell_status(alice)
    assert address_messages() == 1
    alice.call("DELETE", f"devices/{phone}")
    deliver()
    assert fcm.came == []


def test_what_is_held_about_devices_is_told_and_forgotten(alice, bob, phone):
    register(bob, kind="fcm", token="of-bob")
    [device] = export_devices(alice.customer.id)
    kept = alice.get("devices").json["data"][0]
    assert device == {
        "id": phone, "kind": "fcm", "name": "", "registered_at": kept["registered_at"]
    }  # fmt: skip
    forget_devices(alice.customer.id)
    assert [each.recipient_id for each in Device.objects.all()] == [bob.customer.id]
