"""The export: one document of everything that is held about the customer, of nobody else, and nothing secret."""

import json
from typing import Any

import pytest

from accounts.serializers import CustomerSerializer, ExportSerializer
from orders.serializers import OrderSerializer
from orders.statuses import Status, VisibleStatus
from tests.accounts.personal import HASHES
from tests.accounts.planting import EMAIL, NEXT_EMAIL, OTHER_SIGN_UP, PASSWORD, WORDS, Planted, plant
from tests.clients import signed_in
from tests.dump import found_in, texts_of
from tests.factories import make_customer, order_body
from tests.orders.steps import advance
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db

# Of a sign-up that nobody has shown to be theirs, only that a code went to the customer's address.
NOT_SHOWN_TO_BE_THEIRS = [OTHER_SIGN_UP["login"], OTHER_SIGN_UP["name"], OTHER_SIGN_UP["phone"]]


@pytest.fixture
def planted(settings: Any) -> Planted:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a life has many
    return plant()


def plain(document: Any) -> str:
    """The document as one reads it."""
    return json.dumps(document, ensure_ascii=False).replace('\\"', '"')


def leaves(value: Any) -> list[Any]:
    """Every value that holds no other."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if parts is None else [leaf for part in parts for leaf in leaves(part)]


def test_every_word_is_in_it_and_nothing_secret(planted):
    document = planted.alice.get("account/export").json
    text = plain(document)
    assert [word for word in WORDS if word not in text] == NOT_SHOWN_TO_BE_THEIRS
    assert [len(document[name]) for name in ("addresses", "sessions", "orders", "idempotency_keys")] == [2, 2, 6, 10]
    assert {(code["purpose"], code["address"]) for code in document["codes"]} == {
        ("email_change", NEXT_EMAIL), ("sign_up", EMAIL.lower()),
    }  # fmt: skip
    secrets = [PASSWORD, *planted.tokens]
    for model, columns in HASHES.items():
        secrets += [value for column in columns.split() for value in texts_of(model, column).split()]
    assert len(secrets) >= 20
    assert found_in(text, [*secrets, "argon2", "md5$", "hash", "eyJ", "fingerprint"]) == []


def test_its_shape_is_the_promised_one(planted):
    answer = planted.alice.get("account/export")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="account.json"'
    assert_shape(ExportSerializer, answer.json)
    assert_shape(CustomerSerializer, {name: v for name, v in answer.json["account"].items() if name != "is_active"})
    for order in answer.json["orders"]:
        assert_shape(OrderSerializer, order)
        assert order == planted.alice.get(f"orders/{order['id']}").json


def test_no_internal_status_is_in_it(alice, soup):
    advance(alice.place(order_body(soup, total=1200)).json, "restocking", "picking", "cooking", "cancelled", reason="R")
    advance(alice.place(order_body(soup, total=1200)).json, "restocking", "picking")
    document = alice.get("account/export").json
    assert [order["status"] for order in document["orders"]] == ["cancelled", "processing"]
    internal = set(Status.values) - set(VisibleStatus.values)
    assert internal == {"accepted", "restocking", "picking"}
    assert internal.isdisjoint(map(str, leaves(document)))
    assert "restock" not in json.dumps(document)


def test_nothing_of_bob_is_in_it(planted):
    bob = signed_in(make_customer("bob", name="Robert Bobson", phone="+493023125099"))
    bob.post("account/addresses", {"city": "Berlin", "line": "Bobweg 1"})
    order = bob.place(order_body(planted.soup, total=1200, comment="For Robert"), key="bobs-key").json
    advance(order, "cooking", "cancelled", reason="Robert rang")
    words = ["Bob", "Robert", "+493023125099", str(bob.customer.id), order["id"], order["number"]]
    assert found_in(planted.alice.get("account/export").text, words) == []

    his = bob.get("account/export").text
    assert found_in(his, words) == words
    assert found_in(his, WORDS) == ["telegram"]  # a key of the account


def test_what_it_says_of_a_new_customer(alice):
    document = alice.get("account/export").json
    [session] = document.pop("sessions")
    assert session["device_name"] == "test"
    assert session["network"] == "203.0.113.0/24"
    assert document.pop("exported_at").endswith("Z")
    assert document == {
        "account": {**alice.get("account").json, "is_active": True},
        "addresses": [], "codes": [], "orders": [], "order_notes": [], "payments": [], "cards": [], "messages": [],
        "devices": [],        "idempotency_keys": [],
    }  # fmt: skip


def test_what_staff_noted_about_an_order_is_in_it_but_not_who_they_are(alice, soup):
    order = alice.place(order_body(soup, total=1200)).json
    advance(order, "cooking", "ready", "in_delivery", "delivered")
    moved = advance(order, "in_delivery", reason="Her neighbour took it")
    document = alice.get("account/export").json
    [note] = document["order_notes"]
    assert (note["order_id"], note["by"], note["text"]) == (order["id"], "staff", "Her neighbour took it")
    assert note["at"] == document["orders"][0]["status_log"][-1]["at"]
    assert moved.log.latest("recorded_at").actor not in json.dumps(document["order_notes"])


def test_who_may_not_ask(anybody, alice):
    assert_problem(anybody.get("account/export"), 401, "token_missing")
    assert_invalid(alice.get("account/export?format=xml"), ("?format", "unknown_parameter"))


def test_it_can_be_had_ten_times_an_hour(alice, bob):
    assert {alice.get("account/export").status for _ in range(10)} == {200}
    assert_problem(alice.get("account/export"), 429, "throttled")
    assert bob.get("account/export").status == 200
