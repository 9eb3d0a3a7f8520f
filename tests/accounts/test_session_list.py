"""GET /auth/sessions: on which devices one is signed in, and how long that lasts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Session
from accounts.serializers import DevicePageSerializer
from tests.accounts.steps import refresh, sign_in_as
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer, sign_in
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


def from_address(address: str, token: str | None = None) -> Api:
    """A client that sends from this network address."""
    api = Api(token)
    api.client.defaults["REMOTE_ADDR"] = address
    return api


def listed(api: Api) -> list[dict]:
    return api.get("auth/sessions").json["data"]


def test_a_session_shows_its_device_its_network_and_its_times(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    make_customer("alice")
    body = {"login": "alice", "password": PASSWORD, "device_name": "Alice’s phone"}
    session = from_address("198.51.100.77").post("auth/sign-in", body).json
    time_machine.move_to("2026-03-02T11:10:00Z", tick=False)
    renewed = from_address("2001:db8:7:8::9").post("auth/refresh", {"refresh_token": session["refresh_token"]}).json

    answer = Api(renewed["access_token"]).get("auth/sessions")

    assert_shape(DevicePageSerializer, answer.json)
    assert answer.json == {
        "data": [
            {
                "id": session["id"],
                "device_name": "Alice’s phone",
                "network": "2001:db8:7::/48",
                "is_current": True,
                "keep_signed_in": False,
                "created_at": "2026-03-02T11:00:00.000000Z",
                "refreshed_at": "2026-03-02T11:10:00.000000Z",
                "expires_at": "2026-03-03T11:10:00.000000Z",
            }
        ],
        "next_cursor": None,
    }
    for secret in (session["refresh_token"], renewed["refresh_token"], renewed["access_token"], "198.51.100.77"):
        assert secret not in answer.text


def test_a_shortened_address_is_all_that_is_kept_of_it():
    make_customer("alice")
    from_address("198.51.100.77").post("auth/sign-in", {"login": "alice", "password": PASSWORD})
    assert "198.51.100.77" not in str(Session.objects.values().get())
    assert Session.objects.get().network == "198.51.100.0/24"


@pytest.mark.parametrize(("keep", "hours"), [(True, 30 * 24), (False, 24)])
def test_it_lives_from_the_last_refresh_and_not_a_second_longer(time_machine, keep, hours):
    """Thirty days or one, shown in the list; at the edge neither token works."""
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    make_customer("alice")
    session = sign_in_as("alice", keep_signed_in=keep).json
    time_machine.shift(timedelta(hours=hours - 1))
    session = refresh(session).json
    [shown] = listed(Api(session["access_token"]))
    assert shown["keep_signed_in"] is keep
    assert shown["expires_at"] == session["refresh_expires_at"]
    assert shown["expires_at"] == (timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    time_machine.shift(timedelta(hours=hours) - timedelta(seconds=1))
    assert Session.objects.get().expires_at > timezone.now()
    time_machine.shift(timedelta(seconds=1))
    assert refresh(session).code == "token_invalid"


def test_the_newest_comes_first_and_exactly_one_is_the_one_that_asks(alice, bob):
    devices = [signed_in(alice.customer) for _ in range(3)]

    for number, device in enumerate(devices[::-1]):
        shown = listed(device)
        assert [each["is_current"] for each in shown] == [number == place for place in range(4)]
    assert [each["created_at"] for each in shown] == sorted((each["created_at"] for each in shown), reverse=True)
    assert len(listed(bob)) == 1


def test_what_has_ended_or_expired_is_not_listed(alice, time_machine):
    ended, expired, living = (sign_in(alice.customer) for _ in range(3))
    assert len(listed(alice)) == 4
    Api(ended["access_token"]).post("auth/sign-out")
    Session.objects.filter(id=expired["id"]).update(expires_at=timezone.now())
    assert [each["id"] for each in listed(alice)][:1] == [living["id"]]
    assert len(listed(alice)) == 2


def test_a_refreshed_session_stays_one_entry_in_its_place(alice):
    early, late = sign_in(alice.customer), sign_in(alice.customer)
    before = [each["id"] for each in listed(alice)]
    assert refresh(early).status == 200
    assert [each["id"] for each in listed(alice)] == before
    assert before[:2] == [late["id"], early["id"]]


def test_the_list_comes_in_pages(alice):
    ids = [sign_in(alice.customer)["id"] for _ in range(4)][::-1]
    first = alice.get("auth/sessions?limit=3").json
    second = alice.get(f"auth/sessions?limit=3&cursor={first['next_cursor']}").json
    assert [each["id"] for each in first["data"]] == ids[:3]
    assert [each["id"] for each in second["data"]][:1] == ids[3:]
    assert (len(second["data"]), second["next_cursor"]) == (2, None)
    assert_invalid(alice.get("auth/sessions?cursor=x"), ("?cursor", "invalid"))
    assert_invalid(alice.get("auth/sessions?all=1"), ("?all", "unknown_parameter"))


def test_nobody_sees_it_without_a_session(alice, anybody):
    assert_problem(anybody.get("auth/sessions"), 401, "token_missing")
    alice.post("auth/sign-out")
    assert_problem(alice.get("auth/sessions"), 401, "token_invalid")
    assert_problem(alice.get("auth/sessions?all=1"), 401, "token_invalid")
