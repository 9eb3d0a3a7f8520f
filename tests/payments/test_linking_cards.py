"""Cards that a customer links: given to the provider in its own form; here is kept what tells one from another."""

import pytest

from payments.cards import MOST
from payments.forgetting import process_forgettings
from payments.models import Forgetting, LinkedCard, ProviderCustomer
from payments.serializers import CardPageSerializer, CardSetupSerializer
from tests.limits import assert_throttled, set_limits
from tests.orders.steps import NOON
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape
from tests.stripe.failing import RESET

pytestmark = pytest.mark.django_db


def cards_of(api):
    return api.get("account/cards").json["data"]


def test_a_setup_is_what_the_providers_form_needs(shop):
    answer = shop.alice.post("account/cards/setup", {})

    assert answer.status == 201
    assert_shape(CardSetupSerializer, answer.json)
    [setup] = shop.stripe.objects("setup_intent")
    assert answer.json == {
        "provider": "stripe",
        "client_secret": setup["client_secret"],
        "publishable_key": "pk_test_loopback",
        "setup_url": None,
    }
    [customer] = shop.stripe.objects("customer")
    assert (setup["customer"], setup["usage"]) == (customer["id"], "off_session")
    assert customer["metadata"] == {"customer_id": str(shop.alice.customer.id)}
    assert (customer["name"], customer["email"], customer["phone"]) == (None, None, None)
    assert cards_of(shop.alice) == []


def test_given_in_the_form_it_is_in_the_list_when_the_providers_word_has_come(shop):
    secret = shop.alice.post("account/cards/setup", {}).json["client_secret"]
    shop.stripe.payer.save_card(secret.partition("_secret_")[0], "pm_card_mastercard")
    assert cards_of(shop.alice) == []
    assert set(shop.deliver()) == {204}

    page = shop.alice.get("account/cards").json
    assert_shape(CardPageSerializer, page)
    [card] = page["data"]
    assert card == {
        "id": card["id"],
        "brand": "mastercard",
        "last4": "4444",
        "expires_month": 8,
        "expires_year": 2034,
        "created_at": card["created_at"],
    }
    assert page["next_cursor"] is None


def test_what_is_kept_is_no_number(shop):
    shop.link()
    kept = LinkedCard.objects.values().get()
    assert kept.keys() == {
        *("id", "customer_id", "provider", "reference", "brand", "last4", "expires_month", "expires_year"),
        *("fingerprint", "created_at"),
    }
    assert "4242424242424242" not in str(kept)


def test_a_declined_card_is_not_linked(shop):
    secret = shop.alice.post("account/cards/setup", {}).json["client_secret"]
    shop.stripe.payer.save_card(secret.partition("_secret_")[0], "pm_card_chargeDeclined")
    assert set(shop.deliver()) == {204}
    assert cards_of(shop.alice) == []


def test_the_provider_knows_one_customer_however_often_it_is_asked(shop):
    shop.link()
    shop.link("pm_card_mastercard")
    shop.start(shop.order(), save_card=True)
    assert len(shop.stripe.objects("customer")) == 1
    assert ProviderCustomer.objects.count() == 1
    assert [card["last4"] for card in cards_of(shop.alice)] == ["4444", "4242"]


def test_saved_while_it_is_paid_with_it_is_linked_too(shop):
    payment = shop.started(save_card=True)
    assert cards_of(shop.alice) == []
    shop.stripe.payer.pay(payment.reference)
    shop.deliver()
    [card] = cards_of(shop.alice)
    assert (card["brand"], card["last4"]) == ("visa", "4242")


def test_the_same_card_linked_again_is_one_card_and_stripe_forgets_the_older(shop):
    first = shop.link()
    second = shop.link()

    assert (second.id, second.created_at) == (first.id, first.created_at)
    assert second.reference != first.reference
    assert len(cards_of(shop.alice)) == 1
    assert Forgetting.objects.values_list("kind", "reference").get() == ("card", first.reference)
    assert process_forgettings() == 1
    kept = [one["id"] for one in shop.stripe.objects("payment_method") if one["customer"]]
    assert kept == [second.reference]
    assert set(shop.deliver()) == {204}
    assert len(cards_of(shop.alice)) == 1
    assert shop.start(shop.order(), card_id=str(first.id)).json["state"] == "succeeded"


def test_told_twice_it_is_the_same_card(shop):
    shop.link()
    assert set(shop.send(shop.stripe.events())) == {204}
    shop.stripe.books.tell("setup_intent.succeeded", shop.stripe.books.all("setup_intent")[0])
    assert shop.deliver() == [204]
    assert len(cards_of(shop.alice)) == 1
    assert not Forgetting.objects.exists()


def test_bob_has_the_same_card_for_himself(shop, bob):
    shop.link()
    mine, shop.alice = shop.alice, bob
    shop.link()
    assert len(cards_of(mine)) == len(cards_of(bob)) == 1
    assert cards_of(mine)[0]["id"] != cards_of(bob)[0]["id"]


def test_at_most_twenty_are_linked(shop):
    card = shop.link()
    for number in range(MOST - 1):
        card.pk, card.reference, card.fingerprint = None, f"pm_{number}", f"fp{number}"
        card.id = LinkedCard._meta.get_field("id").get_default()
        card.save(force_insert=True)
    shop.stripe.requests.clear()

    document = assert_problem(shop.alice.post("account/cards/setup", {}), 409, "too_many_cards")
    assert document["most"] == MOST == 20
    order = shop.order()
    assert_problem(shop.start(order, save_card=True), 409, "too_many_cards")
    assert shop.stripe.requests == []
    assert shop.alice.call("DELETE", f"account/cards/{cards_of(shop.alice)[0]['id']}").status == 204
    assert shop.alice.post("account/cards/setup", {}).status == 201
    assert shop.start(order, save_card=True).status == 201


def test_they_come_page_by_page(shop):
    for card in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex"):
        shop.link(card)
    first = shop.alice.get("account/cards?limit=2").json
    second = shop.alice.get(f"account/cards?limit=2&cursor={first['next_cursor']}").json
    assert [card["last4"] for card in first["data"] + second["data"]] == ["0005", "4444", "4242"]
    assert second["next_cursor"] is None


def test_no_field_and_no_parameter_is_taken(shop):
    answer = shop.alice.post("account/cards/setup", {"number": "4242424242424242", "cvc": "123"})
    assert_invalid(answer, ("/number", "unknown_field"), ("/cvc", "unknown_field"))
    assert_invalid(shop.alice.get("account/cards?number=1"), ("?number", "unknown_parameter"))
    assert shop.stripe.requests == []


@pytest.mark.time_machine(NOON, tick=False)
def test_who_begins_too_often_is_asked_to_wait(shop, settings):
    set_limits(settings, card_setup_by_customer=(2, 3600))
    assert [shop.alice.post("account/cards/setup", {}).status for _ in range(2)] == [201, 201]
    assert_throttled(shop.alice.post("account/cards/setup", {}), 3600)


def test_where_stripe_does_not_answer_it_is_said(shop):
    shop.stripe.failing.next(RESET, RESET)
    assert_problem(shop.alice.post("account/cards/setup", {}), 503, "provider_unavailable")
    assert shop.alice.post("account/cards/setup", {}).status == 201


def test_where_no_card_is_taken_none_is_linked(shop, settings):
    settings.PAYMENT_METHODS = ["cash", "qr"]
    document = assert_problem(shop.alice.post("account/cards/setup", {}), 422, "payment_not_possible")
    assert document["payment_methods"] == ["cash", "qr"]
