"""Addresses: kept, listed newest first, changed in part, forgotten; one of them may be the default."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Address
from accounts.serializers import AddressPageSerializer, AddressSerializer
from tests.accounts.steps import ADDRESS, add_address, patch
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem, is_version_7
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


def defaults(api) -> list[str]:
    """The ids of the default addresses, the account's own word among them."""
    found = [each["id"] for each in api.get("account/addresses").json["data"] if each["is_default"]]
    assert found == [key for key in [api.get("account").json["default_address_id"]] if key]
    return found


def test_an_address_is_kept_with_all_that_was_said(alice):
    answer = alice.post("account/addresses", ADDRESS)

    assert answer.status == 201
    assert_shape(AddressSerializer, answer.json)
    assert is_version_7(answer.json["id"])
    assert answer.headers["Location"] == f"/api/v1/account/addresses/{answer.json['id']}"
    assert answer.json == {
        **ADDRESS, "id": answer.json["id"], "created_at": answer.json["created_at"], "is_default": False
    }  # fmt: skip
    assert alice.get(answer.headers["Location"]).json == answer.json
    assert alice.get("account/addresses").json == {"data": [answer.json], "next_cursor": None}


def test_city_and_line_are_enough(alice):
    kept = add_address(alice, city="München", line='"Zum Bräu" \\ 1')
    assert_shape(AddressSerializer, kept)
    absent = dict.fromkeys(ADDRESS) | {"city": "München", "line": '"Zum Bräu" \\ 1', "leave_at_door": False}
    assert {name: kept[name] for name in ADDRESS} == absent


def test_the_list_comes_in_pages_newest_first(alice, bob):
    ids = [add_address(alice, name=f"No. {number}")["id"] for number in range(5)][::-1]
    add_address(bob)

    first = alice.get("account/addresses?limit=2").json
    second = alice.get(f"account/addresses?limit=2&cursor={first['next_cursor']}").json
    late = add_address(alice)["id"]
    third = alice.get(f"account/addresses?limit=2&cursor={second['next_cursor']}").json

    assert_shape(AddressPageSerializer, first)
    assert [[found["id"] for found in page["data"]] for page in (first, second, third)] == [ids[:2], ids[2:4], ids[4:]]
    assert third["next_cursor"] is None
    assert alice.get("account/addresses").json["data"][0]["id"] == late
    assert_invalid(alice.get("account/addresses?cursor=nonsense"), ("?cursor", "invalid"))
    assert_invalid(
        alice.get("account/addresses?limit=101&page=2"), ("?limit", "max_value"), ("?page", "unknown_parameter")
    )


def test_one_field_is_changed_and_the_others_stay(alice):
    other = add_address(alice)
    kept = add_address(alice, name="Work", city="Bonn", line="Am Markt 1", latitude=1.5, longitude=2.5)
    path = f"account/addresses/{kept['id']}"
    for name, value in [*ADDRESS.items(), ("leave_at_door", False)]:
        change = {"latitude": 3.25, "longitude": 2.5} if name in ("latitude", "longitude") else {name: value}

        answer = patch(alice, change, path)

        kept |= change
        assert (answer.status, answer.json) == (200, kept)
        assert alice.get(path).json == kept
    assert alice.get(f"account/addresses/{other['id']}").json == other


def test_what_may_be_absent_is_taken_away(alice):
    kept = alice.post("account/addresses", ADDRESS).json
    gone = {name: None for name in ADDRESS if name not in ("city", "line", "leave_at_door")}
    answer = patch(alice, gone, f"account/addresses/{kept['id']}")
    assert answer.json == {**kept, **gone}
    assert_shape(AddressSerializer, answer.json)


def test_an_empty_change_changes_nothing(alice):
    kept = add_address(alice, is_default=True)
    with nothing_written():
        answer = patch(alice, {}, f"account/addresses/{kept['id']}")
    assert (answer.status, answer.json) == (200, kept)


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"city": ""}, "/city", "blank"),
    ({"city": None}, "/city", "null"),
    ({"line": "x" * 201}, "/line", "max_length"),
    ({"postal_code": "1" * 17}, "/postal_code", "max_length"),
    ({"leave_at_door": "perhaps"}, "/leave_at_door", "invalid"),
    ({"is_default": None}, "/is_default", "null"),
    ({"latitude": 52.5}, "/longitude", "required"),
    ({"longitude": 13.4}, "/latitude", "required"),
    ({"latitude": 52.5, "longitude": None}, "/longitude", "required"),
    ({"latitude": 90.01, "longitude": 0}, "/latitude", "max_value"),
    ({"latitude": 0, "longitude": -180.01}, "/longitude", "min_value"),
    ({"latitude": "north", "longitude": 0}, "/latitude", "invalid"),
    ({"id": str(UUID(int=0))}, "/id", "unknown_field"),
    ({"created_at": "2026-01-01T00:00:00Z"}, "/created_at", "unknown_field"),
    ({"customer": str(UUID(int=0))}, "/customer", "unknown_field"),
    ({"country": "DE"}, "/country", "unknown_field"),
]


def test_what_is_wrong_is_pointed_at_and_nothing_is_kept(alice):
    kept = alice.post("account/addresses", ADDRESS).json
    new = {name: value for name, value in ADDRESS.items() if name not in ("latitude", "longitude")}
    path = f"account/addresses/{kept['id']}"
    with nothing_written():
        for body, pointer, code in FAULTS:
            assert_invalid(alice.post("account/addresses", {**new, **body}), (pointer, code))
            assert_invalid(patch(alice, {"name": "New", **body}, path), (pointer, code))


@pytest.mark.parametrize("half", ["latitude", "longitude"])
def test_one_coordinate_alone_is_not_taken_away(alice, half):
    kept = alice.post("account/addresses", ADDRESS).json
    [other] = {"latitude", "longitude"} - {half}
    assert_invalid(patch(alice, {half: None}, f"account/addresses/{kept['id']}"), (f"/{other}", "required"))
    assert alice.get(f"account/addresses/{kept['id']}").json == kept
    with pytest.raises(IntegrityError, match="address_coordinates_possible"), transaction.atomic():
        Address.objects.update(**{half: None})


def test_the_default_moves_and_there_is_never_a_second(alice, bob):
    bobs = add_address(bob, is_default=True)["id"]
    first = add_address(alice, is_default=True)["id"]
    assert defaults(alice) == [first]
    second = add_address(alice, is_default=True)["id"]
    assert defaults(alice) == [second]
    assert patch(alice, {"is_default": True}, f"account/addresses/{first}").json["is_default"] is True
    assert defaults(alice) == [first]
    assert patch(alice, {"default_address_id": second}).status == 200
    assert defaults(alice) == [second]
    patch(alice, {"is_default": False}, f"account/addresses/{first}")
    assert defaults(alice) == [second]
    patch(alice, {"is_default": False}, f"account/addresses/{second}")
    assert defaults(alice) == []
    assert defaults(bob) == [bobs]


def test_the_database_takes_no_second_default(alice):
    add_address(alice, is_default=True)
    second = add_address(alice)["id"]
    with pytest.raises(IntegrityError, match="one_default_address"), transaction.atomic():
        Address.objects.filter(id=second).update(is_default=True)


def test_a_deleted_address_is_gone_and_no_other_becomes_the_default(alice):
    other = add_address(alice)
    home = add_address(alice, is_default=True)["id"]

    deleted = alice.call("DELETE", f"account/addresses/{home}")

    assert (deleted.status, deleted.text) == (204, "")
    assert defaults(alice) == []
    assert alice.get("account/addresses").json["data"] == [other]
    for method in ("GET", "PATCH", "DELETE"):
        assert_problem(alice.call(method, f"account/addresses/{home}", {}), 404, "not_found")


def test_a_customer_keeps_at_most_twenty(alice, bob):
    ids = [add_address(alice)["id"] for _ in range(20)]
    with nothing_written():
        document = assert_problem(
            alice.post("account/addresses", {**ADDRESS, "is_default": True}), 409, "too_many_addresses"
        )
    assert document["most"] == 20
    add_address(bob)
    alice.call("DELETE", f"account/addresses/{ids[7]}")
    add_address(alice)
    assert alice.post("account/addresses", ADDRESS).code == "too_many_addresses"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_bob_is_told_of_alices_address_what_he_is_told_of_none(alice, bob, method):
    add_address(bob, is_default=True)
    hers = add_address(alice)["id"]
    with nothing_written():
        for body in ({}, {"is_default": True}, {"nonsense": 1}, "{broken"):
            answers = [bob.call(method, f"account/addresses/{key}", body) for key in (hers, uuid4())]
            documents = [{**assert_problem(answer, 404, "not_found"), "request_id": None} for answer in answers]
            assert documents[0] == documents[1]


def test_nothing_is_said_or_taken_without_a_session(alice, anybody):
    alice.post("auth/sign-out")
    for path in ("account/addresses", f"account/addresses/{uuid4()}"):
        for method in ("GET", "POST", "PATCH", "DELETE"):
            for body in ({"nonsense": 1}, {"city": "Berlin", "line": "x"}):
                assert anybody.call(method, path, body).code == "token_missing"
                assert alice.call(method, path, body).code == "token_invalid"
    assert not Address.objects.exists()
