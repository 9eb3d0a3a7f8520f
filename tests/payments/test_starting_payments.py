"""Starting the payment of an order, and going on with the one that is open."""

import pytest

from customerbackend.models import IdempotentAnswer
from payments.models import Payment
from payments.serializers import PaymentSerializer
from tests.orders.steps import euro
from tests.payments.shop import TOTAL
from tests.problems import assert_problem, is_version_7
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


def asked(stripe):
    """What Stripe was asked for, as method and last part of the address."""
    return [f"{request.method} {request.path.rpartition('/')[2]}" for request in stripe.requests]


def test_by_card_the_app_gets_what_the_providers_form_needs(shop):
    order = shop.order()
    answer = shop.start(order)

    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/payments/{answer.json['id']}"
    assert_shape(PaymentSerializer, answer.json)
    [intent] = shop.stripe.objects("payment_intent")
    assert answer.json == {
        "id": answer.json["id"],
        "order_id": order["id"],
        "method": "card",
        "provider": "stripe",
        "state": "waiting",
        "amount": euro(TOTAL),
        "captured": euro(0),
        "refunds": [],
        "failure": None,
        "client_secret": intent["client_secret"],
        "publishable_key": "pk_test_loopback",
        "payment_url": None,
        "qr": None,
        "created_at": answer.json["created_at"],
    }
    assert is_version_7(answer.json["id"])
    assert shop.alice.get(answer.headers["Location"]).json == answer.json
    assert (intent["amount"], intent["currency"], intent["status"]) == (TOTAL, "eur", "requires_payment_method")
    assert asked(shop.stripe) == ["POST payment_intents"]
    assert shop.look(order)["status"] == "waiting_for_payment"


def test_by_qr_code_the_app_gets_the_code(shop):
    answer = shop.start(shop.order("qr"))

    assert answer.status == 201
    assert_shape(PaymentSerializer, answer.json)
    [page] = shop.stripe.objects("checkout.session")
    assert (answer.json["method"], answer.json["state"]) == ("qr", "waiting")
    assert answer.json["payment_url"] == answer.json["qr"]["payload"] == page["url"]
    assert (answer.json["client_secret"], answer.json["publishable_key"]) == (None, None)
    assert shop.stripe.objects("payment_intent") == []


def test_without_a_method_it_is_paid_as_it_was_ordered(shop):
    assert shop.start(shop.order("qr")).json["method"] == "qr"


@pytest.mark.parametrize("body", [{}, {"method": None, "card_id": None, "save_card": None}, {"save_card": False}])
def test_what_is_left_out_and_what_is_null_are_the_same(shop, body):
    order = shop.order()
    first, second = shop.start(order), shop.start(order, **body)
    assert (second.status, second.json) == (200, first.json)


@pytest.mark.parametrize("method", ["card", "qr"])
def test_started_again_it_is_the_same_payment(shop, method):
    order = shop.order(method)
    first = shop.start(order)
    shop.stripe.requests.clear()

    again, named = shop.start(order), shop.start(order, method=method)

    assert (first.status, again.status, named.status) == (201, 200, 200)
    assert again.text == named.text == first.text
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in again.headers
    assert asked(shop.stripe) == []
    assert Payment.objects.count() == 1


def test_the_same_key_replays_byte_for_byte_and_stripe_is_not_asked(shop):
    order = shop.order()
    first = shop.start(order, key="k")
    shop.stripe.requests.clear()
    shop.stripe.payer.pay(Payment.objects.get().reference)
    shop.deliver()
    shop.stripe.requests.clear()

    again = shop.start(order, key="k")

    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert asked(shop.stripe) == []
    assert Payment.objects.get().state == "succeeded"


def test_a_resumed_one_is_replayed_as_resumed(shop):
    order = shop.order()
    shop.start(order)
    first, again = shop.start(order, key="k"), shop.start(order, key="k")
    assert (first.status, again.status, again.text) == (200, 200, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_or_for_another_order_is_used_up(shop):
    order = shop.order()
    shop.start(order, key="k")
    assert_problem(shop.start(order, key="k", method="qr"), 422, "idempotency_key_reused")
    shop.alice.cancel(order["id"])
    assert_problem(shop.start(shop.order(), key="k"), 422, "idempotency_key_reused")
    assert Payment.objects.get().method == "card"


@pytest.mark.parametrize("key", [None, "", " ", "x" * 256, "ключ"])
def test_without_a_well_formed_key_nothing_is_done(shop, key):
    order = shop.order()
    headers = {} if key is None else {"idempotency_key": key}
    answer = shop.alice.post(f"orders/{order['id']}/payments", {}, **headers)
    assert_problem(answer, 400, "idempotency_key_required")
    assert not Payment.objects.exists()
    assert IdempotentAnswer.objects.count() == 1  # the order's
    assert shop.stripe.requests == []


def test_stripe_learns_what_is_paid_and_nothing_of_the_customer(shop):
    order = shop.order()
    shop.start(order, save_card=False)
    [request] = shop.stripe.requests
    assert request.params == {
        "amount": TOTAL,
        "currency": "eur",
        "allowed_payment_method_types": ["card"],
        "metadata": {
            "payment_id": str(Payment.objects.get().id),
            "order_id": order["id"],
            "order_number": order["number"],
        },
        "description": order["number"],
    }
    assert shop.stripe.objects("customer") == []
