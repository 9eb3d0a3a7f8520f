"""Paying with a card that is linked: charged when the payment is started, asked by the bank where it must be."""

import pytest

from payments.models import LinkedCard, Payment
from payments.serializers import PaymentSerializer
from tests.limits import set_limits
from tests.orders.steps import euro
from tests.problems import assert_problem
from tests.shapes import assert_shape
from tests.stripe.failing import ERROR_AFTER, RESET, RESET_AFTER, TIMEOUT_AFTER, only

pytestmark = pytest.mark.django_db

CONFIRM = only("POST", "/confirm")


def pay_with(shop, order, card, key=None):
    return shop.start(order, key=key, card_id=str(card.id))


def cards_of(api):
    return api.get("account/cards").json["data"]


def test_it_is_charged_at_once_and_the_order_goes_on(shop):
    card, order = shop.link(), shop.order()
    answer = pay_with(shop, order, card)

    assert answer.status == 201
    assert_shape(PaymentSerializer, answer.json)
    assert (answer.json["state"], answer.json["captured"]) == ("succeeded", euro(1200))
    assert (answer.json["client_secret"], answer.json["publishable_key"]) == (None, None)
    shown = shop.look(order)
    assert (shown["status"], shown["payment"]["state"]) == ("processing", "paid")
    [charge] = shop.stripe.objects("charge")
    assert (charge["amount"], charge["payment_method"]) == (1200, card.reference)
    assert set(shop.deliver()) == {204}
    assert shop.look(order) == shown


def test_sent_again_with_its_key_it_is_replayed_and_with_another_it_is_paid(shop):
    card, order = shop.link(), shop.order()
    first = pay_with(shop, order, card, key="k")
    assert pay_with(shop, order, card, key="k").text == first.text
    assert_problem(pay_with(shop, order, card), 409, "already_paid")
    assert len(shop.stripe.objects("charge")) == 1


def test_where_the_bank_asks_it_waits_for_the_customer(shop):
    card, order = shop.link("pm_card_authenticationRequired"), shop.order()
    answer = pay_with(shop, order, card)

    assert (answer.status, answer.json["state"]) == (201, "waiting")
    [intent] = shop.stripe.objects("payment_intent")
    assert (intent["status"], answer.json["client_secret"]) == ("requires_action", intent["client_secret"])
    assert intent["next_action"]["type"] == "use_stripe_sdk"
    assert shop.look(order)["status"] == "waiting_for_payment"
    assert pay_with(shop, order, card).json == answer.json

    shop.stripe.payer.authenticate(intent["id"])
    assert set(shop.deliver()) == {204}
    assert shop.look(order)["payment"]["paid"] == euro(1200)
    assert len(shop.stripe.objects("charge")) == 1


def test_who_fails_to_answer_the_bank_may_start_again(shop):
    card, order = shop.link("pm_card_authenticationRequired"), shop.order()
    pay_with(shop, order, card)
    shop.stripe.payer.fail_authentication(shop.intents()[0][0])
    shop.deliver()
    assert Payment.objects.get().failure_code == "authentication_failed"

    answer = pay_with(shop, order, card)

    assert (answer.status, answer.json["state"]) == (201, "waiting")
    assert [status for _, status in shop.intents()] == ["canceled", "requires_action"]


def test_a_declined_one_is_said_at_once(shop):
    card, order = shop.link("pm_card_chargeCustomerFail"), shop.order()
    answer = pay_with(shop, order, card)
    assert (answer.status, answer.json["state"]) == (201, "failed")
    assert answer.json["failure"]["code"] == "card_declined"
    assert shop.look(order)["payment"]["state"] == "failed"
    assert cards_of(shop.alice)[0]["last4"] == "0341"


@pytest.mark.parametrize("failure", [RESET_AFTER, ERROR_AFTER, TIMEOUT_AFTER], ids=lambda one: one.kind)
def test_charged_without_an_answer_it_is_found_charged(shop, failure, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 0.5
    card, order = shop.link(), shop.order()
    shop.stripe.failing.next(failure, failure, matching=CONFIRM)
    assert pay_with(shop, order, card).json["state"] == "succeeded"
    assert len(shop.stripe.objects("charge")) == 1


def test_charged_while_nothing_is_answered_it_is_found_when_it_is_asked_for_again(shop):
    def afterwards(method, path):
        return method == "GET" and any(CONFIRM(one.method, one.path) for one in shop.stripe.requests)

    card, order = shop.link(), shop.order()
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=CONFIRM)
    shop.stripe.failing.next(RESET, RESET, matching=afterwards)
    first = pay_with(shop, order, card)
    assert (first.status, first.json["state"]) == (201, "waiting")

    again = pay_with(shop, order, card)

    assert (again.status, again.json["state"]) == (200, "succeeded")
    assert len(shop.stripe.objects("charge")) == len(shop.intents()) == 1
    assert shop.look(order)["status"] == "processing"


def test_not_charged_and_not_answered_it_is_charged_when_it_is_asked_for_again(shop):
    card, order = shop.link(), shop.order()
    shop.stripe.failing.next(RESET, RESET, matching=CONFIRM)
    assert pay_with(shop, order, card).json["state"] == "waiting"
    assert shop.stripe.objects("charge") == []
    assert pay_with(shop, order, card).json["state"] == "succeeded"
    assert len(shop.stripe.objects("charge")) == len(shop.intents()) == 1


def test_whatever_fails_on_the_way_it_is_charged_once(shop, settings):
    """Half of all requests fail, in every way that there is, until Alice is told that she has paid."""
    set_limits(settings, payment_by_customer=(10_000, 600))
    card = shop.link()
    for seed in range(8):
        order = shop.order()
        shop.stripe.failing.share(0.5, seed=seed)
        tries = 0
        while pay_with(shop, order, card, key=f"{seed}-{tries // 2}").code != "already_paid":
            tries += 1
            assert tries < 100
        shop.stripe.failing.stop()
        assert set(shop.deliver()) == {204}
        payment = Payment.objects.get(order_id=order["id"], state="succeeded")
        assert (payment.captured, payment.given_back) == (1200, 0)
        assert len(shop.stripe.objects("charge")) == seed + 1


def test_only_alices_own_cards_pay(shop, bob):
    card, order = shop.link(), shop.order()
    LinkedCard.objects.update(customer=bob.customer)
    assert_problem(pay_with(shop, order, card), 422, "card_unknown")
    assert shop.stripe.objects("charge") == []
    assert not Payment.objects.exists()


def test_a_card_that_was_unlinked_pays_no_more(shop):
    card, order = shop.link(), shop.order()
    assert shop.alice.call("DELETE", f"account/cards/{card.id}").status == 204
    assert_problem(pay_with(shop, order, card), 422, "card_unknown")


def test_a_card_that_stripe_has_lost_is_a_failed_payment(shop):
    card, order = shop.link(), shop.order()
    with shop.stripe.books.lock:
        method = shop.stripe.books.objects[card.reference]
        method["customer"], method["_used"] = None, True
    answer = pay_with(shop, order, card)
    assert (answer.status, answer.json["state"], answer.json["failure"]["code"]) == (201, "failed", "payment_failed")
    assert shop.start(order).status == 201


def test_saved_when_it_was_paid_with_it_can_be_paid_with_the_next_time(shop):
    shop.paid(save_card=True)
    [shown] = cards_of(shop.alice)
    assert (shown["brand"], shown["last4"]) == ("visa", "4242")

    answer = shop.start(shop.order(), card_id=shown["id"])

    assert (answer.status, answer.json["state"]) == (201, "succeeded")
    assert len(shop.stripe.objects("charge")) == 2


def test_not_asked_for_it_is_not_saved(shop):
    shop.paid()
    assert cards_of(shop.alice) == []
    assert shop.stripe.objects("customer") == []
