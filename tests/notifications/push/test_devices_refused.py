"""What is refused of a device says where it is wrong, and nothing is kept."""

from typing import Any

import pytest

from notifications.models import Device
from tests.clients import Api
from tests.notifications.push.steps import APNS_TOKEN, FCM_TOKEN
from tests.notifications.push.web_push_server import Browser
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

SUBSCRIPTION = Browser().subscription
POINT, SECRET = SUBSCRIPTION["keys"]["p256dh"], SUBSCRIPTION["keys"]["auth"]


def with_keys(**keys: Any) -> dict[str, Any]:
    return {**SUBSCRIPTION, "keys": {**SUBSCRIPTION["keys"], **keys}}


WRONG = [
    ({}, {"/kind": "required", "/token": "required"}),
    ({"kind": "sms", "token": "x"}, {"/kind": "invalid_choice"}),
    ({"kind": "fcm", "token": FCM_TOKEN, "colour": "red"}, {"/colour": "unknown_field"}),
    ({"kind": "fcm", "token": ""}, {"/token": "blank"}),
    ({"kind": "fcm", "token": True, "name": []}, {"/name": "invalid", "/token": "invalid"}),
    ({"kind": "fcm", "token": "two words"}, {"/token": "invalid"}),
    ({"kind": "fcm", "token": "токен"}, {"/token": "invalid"}),
    ({"kind": "fcm", "token": "x" * 1501}, {"/token": "max_length"}),
    ({"kind": "fcm", "token": FCM_TOKEN, "name": "x" * 101}, {"/name": "max_length"}),
    ({"kind": "fcm", "token": FCM_TOKEN, "keys": SUBSCRIPTION["keys"]}, {"/keys": "not_allowed"}),
    ({"kind": "apns", "token": APNS_TOKEN[:-2]}, {"/token": "invalid"}),
    ({"kind": "apns", "token": APNS_TOKEN + "a"}, {"/token": "invalid"}),
    ({"kind": "apns", "token": "g" * 64}, {"/token": "invalid"}),
    ({"kind": "apns", "token": "a" * 202}, {"/token": "invalid"}),
    ({**SUBSCRIPTION, "keys": None}, {"/keys": "required"}),
    ({**SUBSCRIPTION, "keys": {}}, {"/keys/p256dh": "required", "/keys/auth": "required"}),
    ({**SUBSCRIPTION, "keys": "x"}, {"/keys": "invalid"}),
    (with_keys(more=1), {"/keys/more": "unknown_field"}),
    (with_keys(p256dh="x"), {"/keys/p256dh": "invalid"}),
    (with_keys(p256dh=POINT[:-1] + ("A" if POINT[-1] != "A" else "B")), {"/keys/p256dh": "invalid"}),
    (with_keys(p256dh="B" + "A" * 86), {"/keys/p256dh": "invalid"}),
    (with_keys(p256dh="ключ"), {"/keys/p256dh": "invalid"}),
    (with_keys(auth=SECRET[:-4]), {"/keys/auth": "invalid"}),
    (with_keys(auth="+" + SECRET[1:]), {"/keys/auth": "invalid"}),
    ({**SUBSCRIPTION, "token": FCM_TOKEN, "keys": None}, {"/token": "invalid", "/keys": "required"}),
]


@pytest.mark.parametrize(("body", "faults"), WRONG)
def test_a_device_of_another_form_is_refused_where_it_is_wrong(alice, body, faults):
    assert_invalid(alice.post("devices", body), *faults.items())
    assert not Device.objects.exists()


def test_padding_of_keys_is_no_part_of_them(alice):
    body = with_keys(p256dh=POINT + "=", auth=SECRET + "==")
    assert alice.post("devices", body).status == 201
    device = Device.objects.get()
    assert (device.p256dh, device.auth) == (POINT, SECRET)


def test_nobody_registers_nothing(anybody):
    assert_problem(anybody.post("devices", {"kind": "fcm", "token": FCM_TOKEN}), 401, "token_missing")


def test_who_has_signed_out_is_told_so_before_anything_else(alice, settings):
    alice.post("auth/sign-out")
    for body in ({"kind": "fcm", "token": FCM_TOKEN}, {}, with_keys() | {"token": "https://localhost/1"}):
        assert_problem(alice.post("devices", body), 401, "token_invalid")
    assert_problem(alice.get("devices"), 401, "token_invalid")
    assert not Device.objects.exists()


def test_browsers_get_the_key_to_subscribe_with(push_service, settings):
    answer = Api().get("devices/web-push-key")
    assert answer.status == 200
    assert list(answer.json) == ["public_key"]
    assert answer.json["public_key"].startswith("B") and len(answer.json["public_key"]) == 87


def test_there_is_no_key_where_web_push_is_not_set_up(db):
    assert_problem(Api().get("devices/web-push-key"), 404, "not_found")
