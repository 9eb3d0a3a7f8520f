"""What a payment looks like in each of its states, one by one and in the list of its order."""

import pytest
from django.utils import translation

from orders.models import Order
from payments.closing import cancel_stray_payments
from payments.failures import DETAILS
from payments.models import Payment, Refund
from payments.sending_refunds import process_refunds
from payments.serializers import PaymentPageSerializer, PaymentSerializer
from tests.clients import Api
from tests.orders.steps import advance, euro
from tests.problems import assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db

WAYS_TO_PAY = ("client_secret", "publishable_key", "payment_url", "qr")


def read(shop, payment):
    """The payment as it is read alone, which is how it is listed."""
    answer = shop.alice.get(f"payments/{payment.id}")
    assert answer.status == 200, answer.text
    assert_shape(PaymentSerializer, answer.json)
    page = shop.alice.get(f"orders/{payment.order_id}/payments").json
    assert_shape(PaymentPageSerializer, page)
    assert answer.json in page["data"]
    return answer.json


def has_no_way_to_pay(document):
    return [document[name] for name in WAYS_TO_PAY] == [None] * 4


def test_waiting_by_card(shop):
    payment = shop.started()
    document = read(shop, payment)
    assert (document["state"], document["failure"], document["captured"]) == ("waiting", None, euro(0))
    assert document["client_secret"].startswith(f"{payment.reference}_secret_")
    assert document["publishable_key"] == "pk_test_loopback"
    assert (document["payment_url"], document["qr"]) == (None, None)


def test_waiting_by_a_page(shop):
    document = read(shop, shop.started("qr"))
    [page] = shop.stripe.objects("checkout.session")
    assert document["payment_url"] == page["url"]
    assert document["qr"]["payload"] == page["url"]
    assert document["qr"]["expires_at"].endswith("Z")
    assert (document["client_secret"], document["publishable_key"]) == (None, None)


def test_waiting_by_a_code_of_the_providers_own(shop, settings):
    settings.STRIPE_QR_METHOD = "wechat_pay"
    payment = shop.started("qr")
    document = read(shop, payment)
    assert document["qr"] == {"payload": f"weixin://wxpay/bizpayurl?pr={payment.reference}", "expires_at": None}
    assert (document["payment_url"], document["client_secret"]) == (None, None)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_failed_with_a_reason_in_the_customers_language(shop, language):
    payment = shop.started()
    shop.stripe.payer.decline(payment.reference, "pm_card_chargeDeclinedInsufficientFunds")
    shop.deliver()
    read(shop, payment)
    document = shop.alice.get(f"payments/{payment.id}", accept_language=language).json
    with translation.override(language):
        detail = str(DETAILS["insufficient_funds"])
    assert (document["state"], document["failure"]) == ("failed", {"code": "insufficient_funds", "detail": detail})
    assert document["client_secret"] is not None


def test_a_failure_that_has_no_words_of_its_own_is_said_in_general_ones(shop):
    payment = shop.started()
    Payment.objects.update(state="failed", failure_code="of_a_later_release")
    document = read(shop, payment)
    assert document["failure"] == {"code": "of_a_later_release", "detail": str(DETAILS["payment_failed"])}


@pytest.mark.parametrize("method", ["card", "qr"])
def test_succeeded(shop, method):
    payment = shop.started(method)
    if method == "card":
        shop.stripe.payer.decline(payment.reference)
        shop.stripe.payer.pay(payment.reference)
    else:
        shop.stripe.payer.pay_session(payment.reference)
    shop.deliver()
    document = read(shop, payment)
    assert (document["state"], document["captured"], document["failure"]) == ("succeeded", euro(1200), None)
    assert has_no_way_to_pay(document)


@pytest.mark.parametrize("method", ["card", "qr"])
def test_cancelled(shop, method):
    payment = shop.started(method)
    shop.alice.cancel(payment.order_id)
    assert cancel_stray_payments() == 1
    document = read(shop, payment)
    assert (document["state"], document["captured"], document["failure"]) == ("cancelled", euro(0), None)
    assert has_no_way_to_pay(document)


def test_refunded_in_part_and_in_whole(shop):
    payment = shop.paid()
    Order.objects.update(owed=700)
    [first] = process_refunds()
    advance({"id": payment.order_id}, "cancelled")
    [second] = process_refunds()

    document = read(shop, payment)

    assert document["state"] == "succeeded"
    assert [(one["id"], one["state"], one["amount"], one["reason"]) for one in document["refunds"]] == [
        (str(first.id), "succeeded", euro(500), "less_owed"),
        (str(second.id), "succeeded", euro(700), "order_cancelled"),
    ]


@pytest.mark.parametrize("state", Refund.State.values)
def test_a_refund_in_each_state(shop, state):
    payment = shop.paid()
    Order.objects.update(owed=700)
    process_refunds()
    Refund.objects.update(state=state)
    assert [one["state"] for one in read(shop, payment)["refunds"]] == [state]


def test_several_are_listed_newest_first_and_page_by_page(shop):
    order = shop.order()
    made = [shop.start(order, method=method).json["id"] for method in ("card", "qr", "card")]
    first = shop.alice.get(f"orders/{order['id']}/payments?limit=2").json
    second = shop.alice.get(f"orders/{order['id']}/payments?limit=2&cursor={first['next_cursor']}").json
    assert [one["id"] for one in first["data"] + second["data"]] == made[::-1]
    assert second["next_cursor"] is None


def test_bob_sees_nothing_of_it(shop, bob):
    payment = shop.started("qr")
    for path in (f"payments/{payment.id}", f"payments/{payment.id}/qr.svg", f"orders/{payment.order_id}/payments"):
        assert_problem(bob.get(path), 404, "not_found")
        assert_problem(Api().get(path), 401, "token_missing")
    order = shop.alice.get("orders/current").text
    for secret in (payment.reference, payment.client_secret or "cs_", payment.qr_payload):
        assert secret not in order
