"""Unlinking a card: it is gone at once, and the provider forgets it as soon as it can be asked."""

import pytest
from django.utils import timezone

from payments.forgetting import process_forgettings
from payments.models import Forgetting, LinkedCard, Payment
from tests.clients import Api
from tests.problems import assert_problem
from tests.stripe.failing import ERROR, LIMITED, RESET, RESET_AFTER, only

pytestmark = pytest.mark.django_db

DETACH = only("POST", "/detach")


def unlink(api, card):
    return api.call("DELETE", f"account/cards/{card.id}")


def attached(shop):
    return [one["id"] for one in shop.stripe.objects("payment_method") if one["customer"]]


def due_at_once():
    Forgetting.objects.update(next_at=timezone.now())


def test_it_is_gone_at_once_and_stripe_forgets_it_when_it_is_asked_to(shop):
    card, other = shop.link(), shop.link("pm_card_mastercard")
    shop.stripe.requests.clear()

    answer = unlink(shop.alice, card)

    assert (answer.status, answer.text) == (204, "")
    assert [one["last4"] for one in shop.alice.get("account/cards").json["data"]] == ["4444"]
    assert shop.stripe.requests == []
    assert process_forgettings() == 1
    assert attached(shop) == [other.reference]
    assert not Forgetting.objects.exists()
    assert set(shop.deliver()) == {204}
    assert LinkedCard.objects.get() == other


def test_unlinked_once_it_is_not_there_to_be_unlinked_again(shop):
    card = shop.link()
    assert [unlink(shop.alice, card).status for _ in range(2)] == [204, 404]
    assert Forgetting.objects.count() == 1


@pytest.mark.parametrize("failures", [(RESET, RESET), (ERROR, ERROR), (LIMITED,)], ids=lambda them: them[0].kind)
def test_while_stripe_does_not_answer_it_is_asked_again_later(shop, failures):
    unlink(shop.alice, shop.link())
    shop.stripe.failing.next(*failures, matching=DETACH)
    if failures[0].kind != "429":  # where it is unclear, Stripe is asked whose the card is
        shop.stripe.failing.next(*failures, matching=lambda method, path: method == "GET")

    assert process_forgettings() == 0
    row = Forgetting.objects.get()
    assert row.tries == 1
    assert row.next_at > timezone.now()
    assert process_forgettings() == 0  # not before its time
    assert len(attached(shop)) == 1

    due_at_once()
    assert process_forgettings() == 1
    assert attached(shop) == []


def test_forgotten_without_an_answer_it_is_forgotten(shop):
    unlink(shop.alice, shop.link())
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=DETACH)
    process_forgettings()
    due_at_once()
    process_forgettings()
    assert not Forgetting.objects.exists()
    assert attached(shop) == []


def test_one_that_fails_does_not_keep_the_others_waiting(shop):
    for card in (shop.link(), shop.link("pm_card_mastercard")):
        unlink(shop.alice, card)
    shop.stripe.failing.next(RESET, RESET, RESET, RESET)
    assert process_forgettings() == 1
    assert len(attached(shop)) == 1


def test_what_was_unlinked_at_stripe_is_unlinked_here(shop):
    card = shop.link()
    shop.stripe.client().v1.payment_methods.detach(card.reference, {}, {"idempotency_key": "dashboard"})
    assert set(shop.deliver("payment_method.detached")) == {204}
    assert shop.alice.get("account/cards").json["data"] == []
    assert not Forgetting.objects.exists()


def test_unlinked_it_is_not_linked_again_by_news_of_an_older_payment(shop):
    shop.paid(save_card=True)
    card = LinkedCard.objects.get()
    unlink(shop.alice, card)
    assert set(shop.send(shop.stripe.events("payment_intent.succeeded"))) == {204}
    shop.stripe.books.tell("payment_intent.succeeded", shop.stripe.books.all("payment_intent")[0])
    assert shop.deliver() == [204]
    assert shop.alice.get("account/cards").json["data"] == []
    assert process_forgettings() == 1
    assert attached(shop) == []


def test_linked_anew_it_is_a_new_card(shop):
    first = shop.link()
    unlink(shop.alice, first)
    second = shop.link()
    assert second.id != first.id
    assert process_forgettings() == 1
    shop.deliver()
    assert attached(shop) == [second.reference]
    assert LinkedCard.objects.get() == second


def test_what_was_paid_with_it_stays_paid(shop):
    card = shop.link()
    order = shop.order()
    shop.start(order, card_id=str(card.id))
    unlink(shop.alice, card)
    process_forgettings()
    shop.deliver()
    payment = Payment.objects.get()
    assert (payment.state, payment.card) == ("succeeded", None)
    assert shop.look(order)["payment"]["state"] == "paid"


def test_bobs_card_is_as_if_it_did_not_exist(shop, bob):
    card = shop.link()
    assert_problem(unlink(bob, card), 404, "not_found")
    assert_problem(unlink(Api(), card), 401, "token_missing")
    assert_problem(bob.call("DELETE", f"account/cards/{bob.customer.id}"), 404, "not_found")
    assert bob.get("account/cards").json["data"] == []
    assert LinkedCard.objects.get() == card
    assert not Forgetting.objects.exists()
