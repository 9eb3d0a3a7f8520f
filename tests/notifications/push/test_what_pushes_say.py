"""A push says two lines in the customer's language and, for the app, which message it was: no address, no price."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Delivery
from tests.notifications.push.steps import APNS_TOKEN, FCM_TOKEN, ORDER, states, tell_status
from tests.notifications.telling import deliver

pytestmark = pytest.mark.django_db

RUSSIAN = ("Заказ готовится", "Повара уже за работой.")
ENGLISH = ("Your order is being cooked", "Our cooks are on it.")


def data_of(told: str) -> dict[str, str]:
    return {"event_id": told, "kind": "order_status", "order_id": str(ORDER), "status": "cooking"}


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ru", RUSSIAN)])
def test_by_fcm(alice, fcm, phone, language, words):
    told = tell_status(alice, order_id=ORDER, language=language)
    deliver()
    [message] = fcm.came
    assert message["token"] == FCM_TOKEN
    assert message["data"] == data_of(told)
    assert message["notification"] == dict(zip(("title", "body"), words, strict=True))
    assert message["android"]["priority"] == "high"
    assert message["android"]["collapse_key"] == message["android"]["notification"]["tag"]
    assert 3590 <= float(message["android"]["ttl"].rstrip("s")) <= 3600
    assert "Acker" not in str(message) and "1299" not in str(message)
    assert states() == [("delivered", "")]


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ru", RUSSIAN)])
def test_by_apns(alice, apns, tablet, language, words):
    told = tell_status(alice, order_id=ORDER, language=language)
    deliver()
    [push] = apns.came
    assert push["token"] == APNS_TOKEN
    alert = dict(zip(("title", "body"), words, strict=True))
    assert push["payload"] == {"aps": {"alert": alert, "sound": "default"}, **data_of(told)}
    headers = push["headers"]
    assert headers["apns-id"] == str(Delivery.objects.get().id)
    assert (headers["apns-topic"], headers["apns-push-type"]) == ("com.example.kitchen", "alert")
    assert headers["apns-priority"] == "10"
    assert 3590 <= int(headers["apns-expiration"]) - time.time() <= 3601
    assert len(headers["apns-collapse-id"]) == 32
    assert states() == [("delivered", "")]


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ru", RUSSIAN)])
def test_by_web_push(alice, push_service, browser, language, words):
    told = tell_status(alice, order_id=ORDER, language=language)
    deliver()
    [push] = push_service.came
    title, text = words
    tag = push["headers"]["topic"]
    assert push["content"] == {"title": title, "body": text, "tag": tag, "data": data_of(told)}
    assert len(tag) == 32
    assert push["headers"]["urgency"] == "high"
    assert 3590 <= int(push["headers"]["ttl"]) <= 3600
    assert states() == [("delivered", "")]


def test_the_newest_status_of_an_order_takes_the_place_of_the_one_before(alice, fcm, apns, push_service, phone, tablet,
                                                                         browser):  # fmt: skip
    tell_status(alice, "cooking", order_id=ORDER)
    deliver()
    tell_status(alice, "ready", order_id=ORDER)
    tell_status(alice, "cooking")
    deliver()
    for tags in (
        [message["android"]["collapse_key"] for message in fcm.came],
        [push["headers"]["apns-collapse-id"] for push in apns.came],
        [push["headers"]["topic"] for push in push_service.came],
    ):
        first, *others = tags
        assert len(others) == 2
        assert len({first, *others}) == 2


def test_of_other_messages_each_is_shown(alice, fcm, phone):
    about = {"kind": "rate_order", "subject_id": ORDER, "data": {"order_id": str(ORDER), "number": "4711"}}
    for _ in range(2):
        tell_status(alice, **about)
    deliver()
    first, second = [message["android"] for message in fcm.came]
    assert first["notification"]["tag"] != second["notification"]["tag"]
    assert "collapse_key" not in first
    assert first["priority"] == "normal"


def test_what_is_sent_again_has_the_same_id_and_the_same_place(alice, fcm, phone):
    told = tell_status(alice)
    fcm.answer = lambda message: "UNAVAILABLE" if len(fcm.came) == 1 else ""
    deliver()
    Delivery.objects.update(due_at=timezone.now())
    deliver()
    assert [message["data"]["event_id"] for message in fcm.came] == [told, told]
    assert len({message["android"]["notification"]["tag"] for message in fcm.came}) == 1


def test_pushes_about_one_order_keep_their_order(alice, apns, tablet):
    told = [tell_status(alice, kind="rate_order", subject_id=ORDER) for _ in range(10)]
    deliver()
    assert [push["payload"]["event_id"] for push in apns.came] == told


def test_what_has_expired_is_not_pushed(alice, fcm, phone):
    tell_status(alice, expires_at=timezone.now() - timedelta(seconds=1))
    deliver()
    assert fcm.came == []
    assert states() == [("dropped", "expired")]


def test_two_devices_of_one_customer_are_told_the_same_over_one_connection(alice, apns, tablet):
    alice.post("devices", {"kind": "apns", "token": "ff" * 32})
    told = tell_status(alice)
    deliver()
    assert [push["payload"]["event_id"] for push in apns.came] == [told, told]
    assert {push["token"] for push in apns.came} == {APNS_TOKEN, "ff" * 32}
    assert len({push["headers"]["apns-id"] for push in apns.came}) == 2
    assert apns.connections == 1
