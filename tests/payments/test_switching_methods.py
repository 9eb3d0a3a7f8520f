"""Another way of paying: the open payment is cancelled at the provider first, so that one alone can be paid."""

import pytest

from notifications.models import Message
from payments.models import Payment
from tests.orders.adjustments import goodwill
from tests.orders.steps import euro
from tests.problems import assert_problem
from tests.stripe.failing import RESET, RESET_AFTER, only

pytestmark = pytest.mark.django_db


def states(shop):
    """Method, state and amount of every payment here, the oldest first."""
    return list(Payment.objects.order_by("created_at").values_list("method", "state", "amount"))


def pages(shop):
    return [page["status"] for page in shop.stripe.objects("checkout.session")]


def posted(shop):
    return [request.path.rpartition("/")[2] for request in shop.stripe.requests if request.method == "POST"]


def test_from_card_to_qr_code_and_back(shop):
    order = shop.order("card")
    first = shop.start(order)
    second = shop.start(order, method="qr")

    assert (first.status, second.status) == (201, 201)
    assert second.json["id"] != first.json["id"]
    assert states(shop) == [("card", "cancelled", 1200), ("qr", "waiting", 1200)]
    assert [status for _, status in shop.intents()] == ["canceled"]
    assert pages(shop) == ["open"]
    assert posted(shop) == ["payment_intents", "cancel", "sessions"]
    assert shop.look(order)["payment"]["method"] == "qr"

    third = shop.start(order, method="card")

    assert third.status == 201
    assert states(shop) == [("card", "cancelled", 1200), ("qr", "cancelled", 1200), ("card", "waiting", 1200)]
    assert [status for _, status in shop.intents()] == ["canceled", "requires_payment_method"]
    assert pages(shop) == ["expired"]
    assert shop.look(order)["payment"] == {**order["payment"], "method": "card", "state": "waiting"}


def test_of_the_old_one_nothing_to_pay_with_is_left(shop):
    order = shop.order("card")
    first = shop.start(order).json
    shop.start(order, method="qr")

    old = shop.alice.get(f"payments/{first['id']}").json
    assert (old["state"], old["client_secret"], old["publishable_key"]) == ("cancelled", None, None)
    listed = shop.alice.get(f"orders/{order['id']}/payments").json["data"]
    assert [(one["method"], one["state"]) for one in listed] == [("qr", "waiting"), ("card", "cancelled")]


def test_the_order_changes_only_with_the_method(shop):
    order = shop.order("card")
    shop.start(order)
    assert shop.look(order)["version"] == order["version"]
    shop.start(order, method="qr")
    assert shop.look(order)["version"] == order["version"] + 1


def test_the_new_one_can_be_paid_and_the_order_goes_on(shop):
    order = shop.order("card")
    shop.start(order)
    shop.start(order, method="qr")
    shop.stripe.payer.pay_session(Payment.objects.get(state="waiting").reference)
    assert set(shop.deliver()) == {204}

    assert states(shop) == [("card", "cancelled", 1200), ("qr", "succeeded", 1200)]
    shown = shop.look(order)
    assert (shown["status"], shown["payment"]["method"], shown["payment"]["paid"]) == ("processing", "qr", euro(1200))


@pytest.mark.parametrize("delivered", [True, False])
def test_paid_at_the_last_moment_it_is_not_replaced(shop, delivered):
    order = shop.order("card")
    shop.start(order)
    shop.stripe.payer.pay(Payment.objects.get().reference)
    if delivered:
        shop.deliver()

    assert_problem(shop.start(order, method="qr"), 409, "already_paid")

    assert states(shop) == [("card", "succeeded", 1200)]
    assert pages(shop) == []
    assert len(shop.stripe.objects("charge")) == 1
    shown = shop.look(order)
    assert (shown["status"], shown["payment"]["method"], shown["payment"]["state"]) == ("processing", "card", "paid")


def test_a_code_paid_at_the_last_moment_is_not_replaced(shop):
    order = shop.order("qr")
    shop.start(order)
    shop.stripe.payer.pay_session(Payment.objects.get().reference)

    assert_problem(shop.start(order, method="card"), 409, "already_paid")

    assert states(shop) == [("qr", "succeeded", 1200)]
    assert len(shop.intents()) == 1


def test_while_the_old_one_cannot_be_cancelled_there_is_no_new_one(shop):
    order = shop.order("card")
    shop.start(order)
    shop.stripe.failing.next(*[RESET] * 4)

    assert_problem(shop.start(order, key="k", method="qr"), 503, "provider_unavailable")
    assert states(shop) == [("card", "waiting", 1200)]
    assert shop.look(order)["payment"]["method"] == "card"
    assert pages(shop) == []

    assert shop.start(order, key="k", method="qr").status == 201
    assert states(shop) == [("card", "cancelled", 1200), ("qr", "waiting", 1200)]


def test_cancelled_without_an_answer_it_is_found_cancelled(shop):
    order = shop.order("card")
    shop.start(order)
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=only("POST", "/cancel"))
    assert shop.start(order, method="qr").status == 201
    assert states(shop) == [("card", "cancelled", 1200), ("qr", "waiting", 1200)]
    assert [status for _, status in shop.intents()] == ["canceled"]


def test_wanting_the_card_kept_is_another_way_too(shop):
    order = shop.order("card")
    shop.start(order)
    answer = shop.start(order, save_card=True)
    assert answer.status == 201
    assert [status for _, status in shop.intents()] == ["canceled", "requires_payment_method"]
    assert shop.stripe.objects("payment_intent")[1]["setup_future_usage"] == "off_session"


def test_after_less_is_owed_the_payment_of_the_old_amount_is_replaced_when_it_is_asked_for_again(shop):
    order = shop.order("card")
    shop.start(order)
    goodwill(order, 200)

    answer = shop.start(order)

    assert (answer.status, answer.json["amount"]) == (201, euro(1000))
    assert states(shop) == [("card", "cancelled", 1200), ("card", "waiting", 1000)]
    assert [(one["amount"], one["status"]) for one in shop.stripe.objects("payment_intent")] == [
        (1200, "canceled"),
        (1000, "requires_payment_method"),
    ]
    shop.pay(order)
    assert shop.look(order)["payment"]["paid"] == euro(1000)


def test_where_the_old_amount_was_paid_meanwhile_the_rest_goes_back(shop):
    order = shop.order("card")
    shop.start(order)
    shop.stripe.payer.pay(Payment.objects.get().reference)
    goodwill(order, 200)

    assert_problem(shop.start(order), 409, "already_paid")

    payment = Payment.objects.get()
    assert (payment.state, payment.captured, payment.given_back) == ("succeeded", 1200, 200)
    assert payment.refunds.get().reason == "less_owed"
    assert shop.look(order)["status"] == "processing"


def test_nobody_is_told_of_a_change_of_mind(shop):
    order = shop.order("card")
    shop.start(order)
    before = Message.objects.count()
    shop.start(order, method="qr")
    shop.deliver()
    assert Message.objects.count() == before
