"""A device is registered by the session that has it, listed, and removed; a token is whose who registered it last."""

from datetime import timedelta

import pytest

from notifications.devices import MOST
from notifications.models import Device
from notifications.serializers import PushDevicePageSerializer, PushDeviceSerializer
from tests.clients import signed_in
from tests.limits import set_limits
from tests.notifications.push.steps import APNS_TOKEN, FCM_TOKEN, register
from tests.notifications.push.web_push_server import Browser
from tests.problems import assert_problem, is_version_7
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db

PHONE = {"kind": "fcm", "token": FCM_TOKEN, "name": "Alice's phone"}


def listed(api) -> list[str]:
    return [device["id"] for device in api.get("devices").json["data"]]


@pytest.mark.parametrize(
    "body", [PHONE, {"kind": "apns", "token": APNS_TOKEN.upper(), "name": ""}, {**Browser().subscription, "name": "B"}]
)
def test_a_device_is_registered_and_listed(alice, body):
    answer = alice.post("devices", body)
    assert answer.status == 201
    assert_shape(PushDeviceSerializer, answer.json)
    assert is_version_7(answer.json["id"])
    assert answer.headers["Location"] == f"/api/v1/devices/{answer.json['id']}"
    shown = {"kind": body["kind"], "name": body["name"], "is_current": True}
    assert {name: answer.json[name] for name in shown} == shown
    assert alice.get("devices").json == {"data": [answer.json], "next_cursor": None}
    kept = Device.objects.get()
    assert kept.token == (APNS_TOKEN if body["kind"] == "apns" else body["token"])
    assert {"p256dh": kept.p256dh, "auth": kept.auth} == body.get("keys", {"p256dh": "", "auth": ""})


def test_a_kind_that_is_not_set_up_is_kept_for_when_it_is(alice, settings):
    assert settings.PUSH_KINDS == []
    assert alice.post("devices", PHONE).status == 201


def test_registered_again_it_is_the_same_device_of_the_session_that_did_it(alice):
    device_id = register(alice, **PHONE)
    again = signed_in(alice.customer)
    assert [device["is_current"] for device in again.get("devices").json["data"]] == [False]
    answer = again.post("devices", {**PHONE, "name": "Mine"})
    assert (answer.status, answer.json["id"]) == (200, device_id)
    assert answer.headers["Location"] == f"/api/v1/devices/{device_id}"
    [device] = again.get("devices").json["data"]
    assert (device["name"], device["is_current"]) == ("Mine", True)
    assert [device["is_current"] for device in alice.get("devices").json["data"]] == [False]


def test_a_browser_that_has_new_keys_registers_them(alice):
    first, second = Browser(), Browser()
    register(alice, **first.subscription)
    register(alice, **second.subscription)
    assert Device.objects.get().p256dh == second.subscription["keys"]["p256dh"]


def test_a_token_that_somebody_else_registers_is_theirs_under_another_id(alice, bob):
    hers = register(alice, **PHONE)
    answer = bob.post("devices", {**PHONE, "name": "Bob's phone"})
    assert answer.status == 201
    assert answer.json["id"] != hers
    assert (listed(alice), listed(bob)) == ([], [answer.json["id"]])
    assert Device.objects.get().recipient_id == bob.customer.id


def test_the_same_words_are_another_token_with_another_provider(alice, bob):
    token = "ab" * 32
    register(alice, kind="apns", token=token)
    register(bob, kind="fcm", token=token)
    assert (len(listed(alice)), len(listed(bob))) == (1, 1)


def test_of_more_than_twenty_the_one_registered_longest_ago_goes(alice, bob):
    theirs = register(bob, kind="fcm", token="of-bob")
    first, second, *others = [register(alice, kind="fcm", token=f"token-{n}") for n in range(MOST)]
    Device.objects.filter(id=theirs).update(created_at=Device.objects.get(id=first).created_at - timedelta(days=9))
    register(alice, kind="fcm", token="token-0")
    newest = register(alice, kind="fcm", token="one-more")
    assert set(listed(alice)) == {newest, first, *others}
    assert len(listed(alice)) == MOST
    assert listed(bob) == [theirs]
    assert not Device.objects.filter(id=second).exists()


def test_the_list_comes_in_pages_newest_first(alice):
    ids = [register(alice, kind="fcm", token=f"token-{n}") for n in range(5)][::-1]
    first = alice.get("devices?limit=2").json
    second = alice.get(f"devices?limit=3&cursor={first['next_cursor']}").json
    assert_shape(PushDevicePageSerializer, first)
    assert [device["id"] for page in (first, second) for device in page["data"]] == ids
    assert second["next_cursor"] is None


def test_a_device_is_removed(alice, bob):
    hers = register(alice, **PHONE)
    assert bob.call("DELETE", f"devices/{hers}").status == 404
    assert listed(alice) == [hers]
    answer = alice.call("DELETE", f"devices/{hers}")
    assert (answer.status, answer.text) == (204, "")
    assert listed(alice) == []
    assert_problem(alice.call("DELETE", f"devices/{hers}"), 404, "not_found")


def test_registrations_are_counted_before_they_are_made(alice, bob, settings):
    set_limits(settings, device_by_customer=(2, 3600))
    for number in range(2):
        register(alice, kind="fcm", token=f"token-{number}")
    answer = signed_in(alice.customer).post("devices", PHONE)
    assert answer.status == 429
    assert 3590 <= int(answer.headers["Retry-After"]) <= 3600
    assert sorted(device.token for device in Device.objects.all()) == ["token-0", "token-1"]
    assert bob.post("devices", PHONE).status == 201
