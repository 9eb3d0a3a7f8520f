"""What may stand in the body of a payment. Nothing that looks like a card's number ever comes further than the door."""

import pytest

from customerbackend.models import IdempotentAnswer
from payments.models import Payment
from tests.orders.steps import nothing_written
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

NUMBER = "4242424242424242"


@pytest.fixture
def order(shop):
    found = shop.order()
    yield found
    assert shop.stripe.requests == []
    assert not Payment.objects.exists()
    assert IdempotentAnswer.objects.count() == 1  # the order's


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", NUMBER),
        ("card_number", NUMBER),
        ("pan", NUMBER),
        ("cvc", "123"),
        ("cvv", 123),
        ("exp_month", 8),
        ("exp_year", 2034),
        ("expiry", "08/34"),
        ("card", {"number": NUMBER, "cvc": "123"}),
        ("payment_method_data", {"type": "card", "card": {"number": NUMBER}}),
        ("token", "tok_visa"),
        ("amount", {"amount": 1, "currency": "EUR"}),
        ("provider", "sandbox"),
        ("state", "succeeded"),
        ("customer", "cus_1"),
        ("Method", "card"),
    ],
)
def test_no_other_field_is_taken_and_its_value_is_not_said_again(shop, order, field, value):
    with nothing_written():
        answer = shop.start(order, **{field: value})
    assert_invalid(answer, (f"/{field}", "unknown_field"))
    assert NUMBER not in answer.text and "123" not in answer.text.replace(answer.json["request_id"], "")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"method": "cash"}, ("/method", "invalid_choice")),
        ({"method": "terminal"}, ("/method", "invalid_choice")),
        ({"method": NUMBER}, ("/method", "invalid_choice")),
        ({"method": ["card"]}, ("/method", "invalid_choice")),
        ({"method": ""}, ("/method", "invalid_choice")),
        ({"card_id": NUMBER}, ("/card_id", "invalid")),
        ({"save_card": "maybe"}, ("/save_card", "invalid")),
    ],
)
def test_no_other_value_is_taken(shop, order, body, error):
    assert_invalid(shop.start(order, **body), error)


def test_a_card_that_is_linked_is_not_linked_by_paying_with_it(shop, order):
    answer = shop.start(order, card_id=order["id"], save_card=True)
    assert_invalid(answer, ("/save_card", "either_or"))


@pytest.mark.parametrize("field", ["card_id", "save_card"])
def test_there_is_no_card_in_a_qr_code(shop, order, field):
    body = {"card_id": order["id"], "save_card": True}
    assert_invalid(shop.start(order, method="qr", **{field: body[field]}), (f"/{field}", "not_by_card"))


@pytest.mark.parametrize("text", ["[]", '"card"', "null", "{"])
def test_the_body_is_one_object(shop, order, text):
    answer = shop.alice.call("POST", f"orders/{order['id']}/payments", text, idempotency_key="k")
    assert answer.status == 400


def test_no_parameter_is_taken(shop, order):
    answer = shop.alice.post(f"orders/{order['id']}/payments?method=qr", {}, idempotency_key="k")
    assert_invalid(answer, ("?method", "unknown_parameter"))


def test_a_card_that_is_nobodys_or_bobs_is_unknown(shop, order, bob):
    for card_id in (order["id"], str(bob.customer.id)):
        assert_problem(shop.start(order, card_id=card_id), 422, "card_unknown")


def test_asked_for_by_card_an_order_by_qr_code_is_paid_by_card(shop):
    order = shop.order("qr")
    answer = shop.start(order, save_card=True)
    assert (answer.status, answer.json["method"]) == (201, "card")
    assert shop.look(order)["payment"]["method"] == "card"
    assert shop.stripe.objects("checkout.session") == []
