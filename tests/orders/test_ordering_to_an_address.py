"""An order to an address of one's own: it keeps a copy of the place, and is otherwise like any other."""

from uuid import UUID, uuid4

import pytest

from accounts.models import Address
from orders.models import Order
from orders.serializers import OrderSerializer, PlaceSerializer
from tests.accounts.steps import ADDRESS, add_address, patch
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db


def to(address_id, **changes):
    """A body's `delivery` to the address."""
    return {"method": "courier", "address_id": str(address_id), **changes}


PLACE = {name: value for name, value in ADDRESS.items() if name != "name"}
PLACES = [
    PLACE,
    {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115"},
    {**PLACE, "line": 'Zum "Ochsen" \\ 5, Ёлка', "latitude": 52.0, "longitude": 13.123456789012345},
]


@pytest.mark.parametrize("place", PLACES)
def test_the_order_keeps_the_place_as_if_it_had_been_sent(alice, soup, place):
    address = add_address(alice, **place, name="Home", is_default=True)

    sent = alice.place(order_body(soup, total=1200, delivery={"method": "courier", "place": place})).json
    chosen = alice.place(order_body(soup, total=1200, delivery=to(address["id"])))

    assert chosen.status == 201
    assert_shape(OrderSerializer, chosen.json)
    assert_shape(PlaceSerializer, chosen.json["delivery"]["place"])
    assert chosen.json["delivery"] == sent["delivery"]
    assert list(chosen.json["delivery"]["place"]) == list(sent["delivery"]["place"])
    kept = {key: (row.place, row.delivery_method) for key, row in Order.objects.in_bulk().items()}
    assert kept[UUID(chosen.json["id"])] == kept[UUID(sent["id"])]
    assert alice.get(f"orders/{chosen.json['id']}").json == chosen.json


def test_what_becomes_of_the_address_changes_no_order(alice, soup):
    address = add_address(alice, **PLACE)
    path = f"account/addresses/{address['id']}"
    first = alice.place(order_body(soup, total=1200, delivery=to(address["id"]))).json
    tag = alice.get(f"orders/{first['id']}").headers["ETag"]

    assert patch(alice, {"line": "Torstr. 2", "door_code": None, "postal_code": "10119"}, path).status == 200
    second = alice.place(order_body(soup, total=1200, delivery=to(address["id"]))).json
    assert alice.call("DELETE", path).status == 204

    assert first["delivery"]["place"] == PLACE
    assert second["delivery"]["place"] == {**PLACE, "line": "Torstr. 2", "door_code": None, "postal_code": "10119"}
    for order in (first, second):
        assert alice.get(f"orders/{order['id']}").json == order
    assert alice.get(f"orders/{first['id']}", if_none_match=tag).status == 304
    assert alice.place(order_body(soup, total=1200, delivery=to(address["id"]))).code == "address_unknown"


def test_somebody_elses_address_is_as_unknown_as_none(alice, bob, soup):
    hers = add_address(alice, postal_code="10115")["id"]
    with nothing_written():
        documents = [
            assert_problem(bob.place(order_body(soup, total=1200, delivery=to(key))), 422, "address_unknown")
            for key in (hers, uuid4())
        ]
    assert {**documents[0], "request_id": None} == {**documents[1], "request_id": None}


def test_a_key_that_was_refused_for_its_address_is_free_again(alice, soup):
    assert alice.place(order_body(soup, total=1200, delivery=to(uuid4())), key="k").code == "address_unknown"
    address = add_address(alice, postal_code="10115")
    assert alice.place(order_body(soup, total=1200, delivery=to(address["id"])), key="k").status == 201


@pytest.mark.parametrize(
    ("delivery", "pointer", "code"),
    [
        ({"method": "courier", "place": PLACE}, "/delivery/address_id", "either_or"),
        ({"method": "pickup"}, "/delivery/address_id", "not_for_pickup"),
        ({"method": "courier", "address_id": "home"}, "/delivery/address_id", "invalid"),
        ({"method": "courier", "address_id": None}, "/delivery/place", "required"),
    ],
)
def test_what_does_not_go_together_is_refused(alice, soup, delivery, pointer, code):
    address = add_address(alice, postal_code="10115")["id"]
    body = order_body(soup, total=1200, delivery={"address_id": address, **delivery})
    with nothing_written():
        assert_invalid(alice.place(body), (pointer, code))


def test_an_address_that_tells_too_little_or_lies_elsewhere_is_refused_like_a_place(alice, soup):
    nowhere, far = add_address(alice), add_address(alice, postal_code="20095")
    with nothing_written():
        answers = [alice.place(order_body(soup, total=1200, delivery=to(each["id"]))) for each in (nowhere, far)]
    assert [answer.code for answer in answers] == ["location_required", "outside_delivery_zone"]


def test_the_same_request_is_answered_the_same_when_the_address_is_gone(alice, soup):
    address = add_address(alice, postal_code="10115")
    body = order_body(soup, total=1200, delivery=to(address["id"]))
    first = alice.place(body, key="k")
    alice.call("DELETE", f"account/addresses/{address['id']}")

    with nothing_written():
        again = alice.place(body, key="k")

    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert Order.objects.count() == 1
    assert not Address.objects.exists()
    other = order_body(soup, total=1200, delivery=to(uuid4()))
    assert alice.place(other, key="k").code == "idempotency_key_reused"


@pytest.mark.django_db(transaction=True)
def test_it_takes_five_statements_like_any_other():
    alice = signed_in(make_customer("alice"))
    put_in_stock(make_branch(), soup=100)
    body = order_body(make_product("soup"), total=1200, delivery=to(add_address(alice, postal_code="10115")["id"]))
    assert alice.place(body).status == 201

    with statements_sent() as sent:
        assert alice.place(body).status == 201

    assert [text.split()[0] for text in sent] == ["BEGIN", "EXECUTE", "EXECUTE", "EXECUTE", "COMMIT"]
