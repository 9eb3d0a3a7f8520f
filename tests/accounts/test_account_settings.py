"""GET and PATCH /account: every setting is changed, read back and taken away again; what may not be changed is not."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.serializers import CustomerSerializer
from tests.accounts.steps import add_address, patch
from tests.clients import signed_in
from tests.factories import make_customer
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db

SETTINGS = [
    ("name", "Alice Liddell"),
    ("name", ""),
    ("language", "ru"),
    ("time_zone", "America/Argentina/Ushuaia"),
    ("telegram", "alice_in_berlin"),
    ("messengers", ["whatsapp", "signal"]),
    ("messengers", []),
    ("preferred_contact", "phone"),
    ("preferred_contact", "email"),
    ("preferred_contact", "push"),
    ("preferred_payment_method", "card"),
    ("allergens", ["milk", "nuts"]),
    ("allergens", []),
]


def test_each_setting_is_changed_alone_and_read_back(alice, bob):
    expected, bobs = alice.get("account").json, bob.get("account").json
    for name, value in SETTINGS:
        answer = patch(alice, {name: value})

        expected[name] = value
        assert (answer.status, answer.json) == (200, expected)
        assert alice.get("account").json == expected
        assert_shape(CustomerSerializer, answer.json)
    assert bob.get("account").json == bobs


def test_all_of_them_are_changed_at_once_and_taken_away_again(alice):
    before = alice.get("account").json
    home = add_address(alice)["id"]
    new = {**dict(SETTINGS), "default_address_id": home, "preferred_contact": "telegram", "telegram": "alice_li"}

    assert patch(alice, new).json == {**before, **new}

    gone = ["telegram", "preferred_contact", "preferred_payment_method", "default_address_id"]
    assert patch(alice, dict.fromkeys(gone)).json == {**before, **new, **dict.fromkeys(gone)}


def test_an_empty_change_changes_nothing(alice):
    with nothing_written():
        answer = patch(alice, {})
    assert (answer.status, answer.json) == (200, alice.get("account").json)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"telegram": "@alice_in_berlin"}, {"telegram": "alice_in_berlin"}),
        ({"messengers": ["signal", "max", "signal"]}, {"messengers": ["signal", "max"]}),
        ({"name": "  Alice  "}, {"name": "Alice"}),
    ],
)
def test_what_is_kept_of_it(alice, given, kept):
    assert patch(alice, given).json == {**alice.get("account").json, **kept}


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": None}, "/name", "null"),
    ({"name": "x" * 101}, "/name", "max_length"),
    ({"name": "nul\0"}, "/name", "invalid"),
    ({"language": "de"}, "/language", "invalid_choice"),
    ({"language": None}, "/language", "null"),
    ({"time_zone": "Mars/Olympus"}, "/time_zone", "invalid"),
    ({"time_zone": "europe/berlin"}, "/time_zone", "invalid"),
    ({"time_zone": "../etc/passwd"}, "/time_zone", "invalid"),
    ({"time_zone": "localtime"}, "/time_zone", "invalid"),
    ({"time_zone": "+02:00"}, "/time_zone", "invalid"),
    ({"time_zone": None}, "/time_zone", "null"),
    ({"telegram": ""}, "/telegram", "blank"),
    ({"telegram": "@abc"}, "/telegram", "invalid"),
    ({"telegram": "1alice"}, "/telegram", "invalid"),
    ({"telegram": "@@alice"}, "/telegram", "invalid"),
    ({"telegram": "a" * 33}, "/telegram", "invalid"),
    ({"messengers": ["icq"]}, "/messengers/0", "invalid_choice"),
    ({"messengers": None}, "/messengers", "null"),
    ({"messengers": ["signal"] * 7}, "/messengers", "max_length"),
    ({"messengers": "signal"}, "/messengers", "not_a_list"),
    ({"preferred_contact": "pigeon"}, "/preferred_contact", "invalid_choice"),
    ({"preferred_contact": ""}, "/preferred_contact", "invalid_choice"),
    ({"preferred_payment_method": "gold"}, "/preferred_payment_method", "invalid_choice"),
    ({"allergens": ["dust"]}, "/allergens/0", "invalid_choice"),
    ({"default_address_id": "home"}, "/default_address_id", "invalid"),
    ({"phone": "12", "password": "x"}, "/phone", "invalid"),
]


def test_what_is_not_of_its_form_is_pointed_at_and_changes_nothing(alice):
    with nothing_written():
        for body, pointer, code in FAULTS:
            assert_invalid(patch(alice, {"name": "Changed", **body}), (pointer, code))


def test_what_may_not_be_written_is_refused_beside_what_may(alice):
    present = alice.get("account").json
    with nothing_written():
        for name in ("login", "email", "id", "created_at", "is_active", "erased_at", "customer_id", "nmae", "a/b"):
            answer = patch(alice, {"language": "ru", name: present.get(name)})
            assert_invalid(answer, (f"/{name.replace('/', '~1')}", "unknown_field"))


def test_a_way_of_contact_that_the_account_lacks_cannot_be_preferred(alice):
    with nothing_written():
        assert_problem(patch(alice, {"preferred_contact": "telegram", "name": "New"}), 422, "contact_missing")
    nobody = signed_in(make_customer("mute", phone=None, email=None))
    for way in ("phone", "email", "telegram"):
        assert patch(nobody, {"preferred_contact": way}).code == "contact_missing"
    assert patch(nobody, {"preferred_contact": "push"}).status == 200


def test_the_preferred_way_of_contact_cannot_be_taken_away(alice):
    assert patch(alice, {"preferred_contact": "telegram", "telegram": "@alice_li"}).status == 200
    with nothing_written():
        assert_problem(patch(alice, {"telegram": None}), 422, "contact_missing")
    assert patch(alice, {"telegram": None, "preferred_contact": "email"}).json["telegram"] is None


def test_the_default_address_is_one_of_ones_own(alice, bob):
    home, hers = add_address(alice)["id"], add_address(bob)["id"]
    assert patch(alice, {"default_address_id": home}).json["default_address_id"] == home

    with nothing_written():
        documents = [
            assert_problem(patch(alice, {"default_address_id": key, "name": "New"}), 422, "address_unknown")
            for key in (hers, str(uuid4()))
        ]

    assert {**documents[0], "request_id": None} == {**documents[1], "request_id": None}
    assert [found["is_default"] for found in bob.get("account/addresses").json["data"]] == [False]


def test_reading_takes_no_parameters_and_no_stranger(alice, anybody):
    assert_invalid(alice.get("account?fields=name"), ("?fields", "unknown_parameter"))
    assert_problem(anybody.get("account"), 401, "token_missing")
    assert_problem(patch(anybody, {"nonsense": 1}), 401, "token_missing")


@pytest.mark.parametrize(
    ("path", "most"), [("account", 3), ("account/addresses", 1), ("account/addresses/{id}", 1), ("auth/sessions", 1)]
)
def test_how_many_statements_a_read_takes_however_much_there_is(alice, path, most):
    ids = [add_address(alice)["id"] for _ in range(20)]
    path = path.format(id=ids[7])
    assert alice.get(path).status == 200
    with statements_sent() as sent:
        assert alice.get(path).status == 200
    assert len(sent) == most, sent
