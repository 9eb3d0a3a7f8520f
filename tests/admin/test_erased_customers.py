"""The admin's pages about a customer who has been erased: they open, and tell nothing."""

import pytest
from django import forms
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.erasure import erase_customer
from accounts.models import Customer
from catalog.models import Product
from notifications.models import Message
from orders.models import Order
from tests.admin.conftest import place
from tests.admin.pages import form_of, list_of, page_of, text_of
from tests.clients import Api
from tests.dump import found_in
from tests.notifications.telling import deliver
from tests.orders.steps import WAYS, advance

WORDS = ["alice", "Ackerstr", "+493023125001", "Ring twice", "Oma kocht"]


@pytest.fixture
def orders(alice: Api, soup: Product) -> list[Order]:
    """What is left of an erased customer: a delivered order and a cancelled one."""
    found = [place(alice, soup, comment="Ring twice") for _ in range(2)]
    advance({"id": str(found[0].id)}, *WAYS["delivered"])
    assert alice.cancel(str(found[1].id), reason="other", comment="Oma kocht").status == 200
    assert alice.customer is not None
    erase_customer(customer_id=alice.customer.id)
    deliver()  # the last mail, to the address that she had
    return list(Order.objects.order_by("id"))


def test_every_page_opens_and_names_nobody(sam: Client, orders: list[Order]) -> None:
    customer = Customer.objects.get()
    pages = [reverse("admin:index"), page_of(customer), f"{list_of('orders.order')}?q={orders[0].number}"]
    pages += [list_of(model) for model in ("accounts.customer", "accounts.session", "orders.order")]
    pages += [list_of("notifications.message"), *[page_of(row) for row in (*orders, *Message.objects.all())]]
    assert len(pages) > 10
    for url in pages:
        assert found_in(text_of(sam, url), WORDS) == [], url
    assert str(customer.id) in text_of(sam, page_of(customer))


def test_the_order_shows_its_sums_and_that_it_had_a_place(sam: Client, orders: list[Order]) -> None:
    page = text_of(sam, page_of(orders[0]))
    for text in (orders[0].number, "Soup", "10.00 EUR", "12.00 EUR"):
        assert text in page


def test_nobody_can_be_switched_on_again(sam: Client, orders: list[Order]) -> None:
    before = Customer.objects.values().get()
    page = page_of(Customer.objects.get())
    assert sam.post(page, {**form_of(sam, page), "is_active": "on"}).status_code in (200, 302)
    assert Customer.objects.values().get() == before


def test_what_staff_did_stays_under_the_id(sam: Client, alice: Api) -> None:
    assert alice.customer is not None
    page = page_of(alice.customer)
    assert sam.post(page, {}).status_code == 302
    history = reverse("admin:accounts_customer_history", args=[alice.customer.pk])
    assert "alice" in text_of(sam, history)

    erase_customer(customer_id=alice.customer.id)

    assert "alice" not in text_of(sam, history)
    assert "Changed" in text_of(sam, history)


def test_a_switch_that_comes_too_late_turns_nothing_on_and_names_nobody(alice: Api, rf: RequestFactory) -> None:
    as_loaded = Customer.objects.get()
    erase_customer(customer_id=as_loaded.id)

    as_loaded.is_active = True
    admin.site.get_model_admin(Customer).save_model(rf.post("/"), as_loaded, forms.Form(), change=True)

    assert str(as_loaded) == str(as_loaded.id)
    assert not Customer.objects.get().is_active
