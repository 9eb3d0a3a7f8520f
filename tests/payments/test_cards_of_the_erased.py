"""A customer is erased: Stripe forgets them with their cards, also those that are linked at that very moment."""

from functools import partial

import pytest
from django.utils import timezone

from accounts.erasure import erase_customer
from payments.forgetting import process_forgettings
from payments.models import Forgetting, LinkedCard, ProviderCustomer
from tests.accounts.erasing import one_in_the_midst
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product
from tests.payments.shop import Shop
from tests.servers import wait_until
from tests.stripe.failing import RESET, only
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(stripe):
    make_branch()
    return Shop(stripe, signed_in(make_customer("alice")), make_product("soup"))


def erase(shop):
    erase_customer(customer_id=shop.alice.customer.id)


def given_in_the_form(shop):
    """A card that has been given to Stripe, whose event has not come yet."""
    secret = shop.alice.post("account/cards/setup", {}).json["client_secret"]
    shop.stripe.payer.save_card(secret.partition("_secret_")[0])


def assert_forgotten(shop):
    """Once Stripe has been asked to forget, nobody there and nothing here is left."""
    while Forgetting.objects.exists():
        Forgetting.objects.update(next_at=timezone.now())
        assert process_forgettings()
    assert [one["id"] for one in shop.stripe.objects("payment_method") if one["customer"]] == []
    assert shop.stripe.objects("customer") == []
    assert not LinkedCard.objects.exists()
    assert not ProviderCustomer.objects.exists()


def test_the_customer_is_deleted_at_stripe_with_all_cards(shop):
    shop.link()
    shop.link("pm_card_mastercard")
    erase(shop)
    assert not LinkedCard.objects.exists()
    assert not ProviderCustomer.objects.exists()
    assert list(Forgetting.objects.values_list("kind", flat=True)) == ["customer"]
    assert len(shop.stripe.objects("customer")) == 1

    assert process_forgettings() == 1

    assert_forgotten(shop)
    assert set(shop.deliver()) == {204}
    assert_forgotten(shop)


def test_while_stripe_does_not_answer_it_is_asked_again_later(shop):
    shop.link()
    erase(shop)
    shop.stripe.failing.next(RESET, RESET)
    assert process_forgettings() == 0
    assert Forgetting.objects.get().next_at > timezone.now()
    assert_forgotten(shop)


def test_unlinked_just_before_it_is_forgotten_once(shop):
    card = shop.link()
    shop.alice.call("DELETE", f"account/cards/{card.id}")
    erase(shop)
    assert_forgotten(shop)


def test_given_before_and_told_after_it_does_not_stay(shop):
    given_in_the_form(shop)
    erase(shop)
    assert set(shop.deliver()) == {204}
    assert_forgotten(shop)


def test_told_at_the_moment_of_erasing_it_does_not_stay(shop):
    given_in_the_form(shop)
    link, wipe = partial(shop.deliver, "setup_intent.succeeded"), partial(erase, shop)
    assert one_in_the_midst(link, wipe, writing="payments_linkedcard") == [[204], None]
    assert_forgotten(shop)


def test_erased_at_the_moment_of_being_told_it_does_not_stay(shop):
    given_in_the_form(shop)
    link, wipe = partial(shop.deliver, "setup_intent.succeeded"), partial(erase, shop)
    assert one_in_the_midst(wipe, link, writing="payments_forgetting") == [None, [204]]
    assert_forgotten(shop)


def test_all_at_once_a_few_times(shop):
    for number in range(6):
        shop.alice = signed_in(make_customer(f"alice{number}"))
        given_in_the_form(shop)
        [codes, erased] = run_together(partial(shop.deliver, "setup_intent.succeeded"), partial(erase, shop))
        assert (codes, erased) == ([204], None)
    assert_forgotten(shop)


def test_who_is_erased_while_stripe_makes_them_a_customer_is_forgotten_there(shop):
    def wipe():
        wait_until(held.arrived.is_set)
        erase(shop)
        held.over.set()

    with shop.stripe.failing.held(only("POST", "/customers")) as held:
        answer, _ = run_together(lambda: shop.alice.post("account/cards/setup", {}), wipe)

    assert answer.code == "token_invalid"
    assert_forgotten(shop)


def test_two_at_once_who_begin_are_one_customer_at_stripe(shop):
    answers = run_together(*[lambda: shop.alice.post("account/cards/setup", {})] * 5)
    assert [answer.status for answer in answers] == [201] * 5
    assert ProviderCustomer.objects.count() == 1
    process_forgettings()
    [customer] = shop.stripe.objects("customer")
    assert {setup["customer"] for setup in shop.stripe.objects("setup_intent")} == {customer["id"]}
    assert ProviderCustomer.objects.get().reference == customer["id"]
