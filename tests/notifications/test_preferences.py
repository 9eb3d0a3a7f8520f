"""What a customer wants to be told, by which way, and when not: a part of the account, kept where it differs."""

from datetime import time

import pytest

from accounts.serializers import CustomerSerializer
from notifications.kinds import PREFERENCES
from notifications.models import Preferences
from tests.accounts.steps import run_as_one
from tests.clients import Api, signed_in
from tests.factories import make_customer
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "order_status": {"push": True, "email": False},
    "order_late": {"push": True, "email": False},
    "order_adjusted": {"push": True, "email": True},
    "payment_failed": {"push": True, "email": False},
    "refund_succeeded": {"push": True, "email": True},
    "rate_order": {"push": True, "email": False},
    "security": {"push": True, "email": True},
}


def patch(api, **notifications):
    return api.call("PATCH", "account", {"notifications": notifications})


def seen(api):
    return api.get("account").json["notifications"]


def kept():
    return list(Preferences.objects.values_list("channels", "quiet_from", "quiet_to"))


def test_until_somebody_says_otherwise_the_defaults_hold_and_nothing_is_kept(alice):
    assert seen(alice) == {"preferences": DEFAULTS, "quiet_hours": None}
    assert tuple(DEFAULTS) == PREFERENCES
    assert kept() == []


def test_what_is_given_is_merged_and_only_what_differs_is_kept(alice, bob):
    answer = patch(alice, preferences={"rate_order": {"push": False}, "order_late": {"push": True}})
    assert answer.status == 200
    assert_shape(CustomerSerializer, answer.json)
    assert kept() == [({"rate_order": {"push": False}}, None, None)]

    patch(alice, preferences={"order_late": {"email": True}, "rate_order": {"email": True}})
    expected = {
        **DEFAULTS, "rate_order": {"push": False, "email": True}, "order_late": {"push": True, "email": True},
    }  # fmt: skip
    assert seen(alice)["preferences"] == expected
    patch(alice, preferences={"rate_order": {"push": True, "email": False}, "order_late": {"email": False}})
    assert seen(alice)["preferences"] == DEFAULTS
    assert kept() == [({}, None, None)]
    assert seen(bob)["preferences"] == DEFAULTS


def test_quiet_hours_are_set_kept_and_ended(alice):
    assert patch(alice, quiet_hours={"from": "22:00", "to": "07:30"}).status == 200
    patch(alice, preferences={"rate_order": {"push": False}})
    alice.call("PATCH", "account", {"name": "Alice B."})
    assert seen(alice)["quiet_hours"] == {"from": "22:00", "to": "07:30"}
    assert kept() == [({"rate_order": {"push": False}}, time(22), time(7, 30))]

    patch(alice, quiet_hours=None)
    assert seen(alice)["quiet_hours"] is None
    assert kept() == [({"rate_order": {"push": False}}, None, None)]


@pytest.mark.parametrize("channel", ["push", "email"])
def test_security_cannot_be_switched_off(alice, channel):
    with nothing_written():
        answer = patch(alice, preferences={"security": {channel: False}, "rate_order": {"push": False}})
        document = assert_problem(answer, 422, "security_not_optional")
    assert [error["pointer"] for error in document["errors"]] == [f"/notifications/preferences/security/{channel}"]
    assert patch(alice, preferences={"security": {channel: True}}).status == 200
    assert seen(alice)["preferences"] == DEFAULTS


@pytest.mark.parametrize(
    ("notifications", "pointer", "code"),
    [
        ({"preferences": {"order_lat": {"push": True}}}, "preferences/order_lat", "unknown_field"),
        ({"preferences": {"order_late": {"sms": True}}}, "preferences/order_late/sms", "unknown_field"),
        ({"preferences": {"order_late": {"push": "maybe"}}}, "preferences/order_late/push", "invalid"),
        ({"preferences": {"order_late": {"push": None}}}, "preferences/order_late/push", "null"),
        ({"preferences": {"order_late": None}}, "preferences/order_late", "null"),
        ({"quiet": None}, "quiet", "unknown_field"),
        ({"quiet_hours": {"from": "22:00"}}, "quiet_hours/to", "required"),
        ({"quiet_hours": {"from": "24:00", "to": "07:00"}}, "quiet_hours/from", "invalid"),
        ({"quiet_hours": {"from": "22:00:30", "to": "07:00"}}, "quiet_hours/from", "invalid"),
        ({"quiet_hours": {"from": "22:00", "to": "7:00"}}, "quiet_hours/to", "invalid"),
        ({"quiet_hours": {"from": "22:00", "to": "22:00"}}, "quiet_hours/to", "invalid"),
        ({"quiet_hours": {"from": "٢٢:٠٠", "to": "07:00"}}, "quiet_hours/from", "invalid"),
    ],
)
def test_what_is_not_known_is_refused_and_pointed_at(alice, notifications, pointer, code):
    with nothing_written():
        assert_invalid(patch(alice, **notifications), (f"/notifications/{pointer}", code))


@pytest.mark.django_db(transaction=True)
def test_of_changes_that_come_at_once_none_is_lost():
    alice = signed_in(make_customer("alice"))
    names = ["order_status", "order_late", "payment_failed", "rate_order"]
    answers = run_as_one(
        *[lambda name=name: patch(Api(alice.token), preferences={name: {"email": True}}) for name in names]
    )
    assert [answer.status for answer in answers] == [200] * 4
    assert kept() == [({name: {"email": True} for name in names}, None, None)]
