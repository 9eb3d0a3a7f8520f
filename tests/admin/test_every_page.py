"""Every page opens, asks no more for more rows, and loads nothing from elsewhere."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalog.models import Branch, BranchProduct, Product, StopListEntry
from notifications.addressing import address_messages
from notifications.endpoints import make_secret
from notifications.models import Endpoint, Mailbox
from orders.models import Rating
from payments.door import record_door_payment
from payments.sending_refunds import process_refunds
from tests.admin.conftest import place
from tests.admin.pages import list_of, page_of, queries_of, text_of
from tests.clients import Api, signed_in
from tests.factories import (
    make_branch,
    make_category,
    make_customer,
    make_options,
    make_product,
    make_tax_class,
    put_in_stock,
)
from tests.fulfilment.services import make_service
from tests.orders.steps import advance
from tests.payments.sandbox.life import pay

MODELS = sorted(model._meta.label for model in admin.site._registry)
ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


def make_one_of_everything(name: str) -> None:
    """A branch, a product and all that goes with them, an order, staff; an order at the counter that is paid, one that
    was paid by card and given back, and one at the counter that is not paid.
    """
    branch = make_branch(name, postal_prefixes=("101" if name == "Mitte" else "2",))
    group = make_options(f"{name}-extras", {f"{name}-cream": 50}, recipes={f"{name}-cream": {"cream": 1}})
    recipe = {f"{name}-part": 1, "cream": 1}
    product = make_product(
        f"{name}-stew", groups=(group,), category=make_category(name), tax_class=make_tax_class(name), recipe=recipe
    )
    put_in_stock(branch, **{f"{name}-part": 9, "cream": 9})
    BranchProduct.objects.create(branch=branch, product=product, price=900)
    StopListEntry.objects.create(branch=branch, option=group.options.get())
    pickup = {"method": "pickup", "branch_id": str(branch.id)}
    product.price = 900
    customer = signed_in(make_customer(name.lower()))
    customer.post("devices", {"kind": "fcm", "token": f"of-{name.lower()}"})
    order = place(customer, product, delivery=pickup)
    Rating.objects.create(
        order=order, branch=branch, product_ids=[product.id], food=2, delivery=3, tags=["cold", "late"], comment="Brr.",
        rated_at=order.placed_at, changed_at=order.placed_at,
    )  # fmt: skip
    advance({"id": str(order.id)}, "cooking", "ready")
    record_door_payment(order_id=order.id, method="terminal", recorded_by="sam")
    api = signed_in(make_customer(f"{name.lower()}-2"))
    online = {"id": str(place(api, product, delivery=pickup, payment_method="card").id)}
    pay(api, online)
    advance(online, "cancelled")
    assert len(process_refunds()) == 1
    waiting = place(signed_in(make_customer(f"{name.lower()}-3")), product, delivery=pickup)
    advance({"id": str(waiting.id)}, "cooking", "ready")
    make_service(f"{name}-kitchen", branches=(branch,))
    Endpoint.objects.create(name=name, recipient_kind="kitchen", url="https://k.example", secret=make_secret())
    Mailbox.objects.create(address=f"{name.lower()}@example.com")
    address_messages()
    Group.objects.create(name=name)
    User.objects.create_user(name)


def test_every_list_and_every_page_opens_and_no_list_asks_for_each_row(sam: Client) -> None:
    urls = {label: list_of(label.lower()) for label in MODELS}
    make_one_of_everything("Mitte")
    for url in urls.values():
        queries_of(sam, url)  # what is asked for once a process
    few = {label: queries_of(sam, url) for label, url in urls.items()}
    for name in ("Wedding", "Altona"):
        make_one_of_everything(name)
    assert {label: queries_of(sam, url) for label, url in urls.items()} == few
    assert {label: queries for label, queries in few.items() if queries > 10} == {}
    for label, url in urls.items():
        model: type[Model] = apps.get_model(label)
        row: Any = model._default_manager.first()
        for page in (url, page_of(row)):
            assert not ELSEWHERE.search(text_of(sam, page)), page


@pytest.mark.parametrize(
    "model", ["branch", "category", "ingredient", "option", "optiongroup", "product", "stoplistentry", "taxclass"]
)
def test_what_staff_maintain_can_be_added(sam: Client, model: str) -> None:
    assert 'name="_save"' in text_of(sam, reverse(f"admin:catalog_{model}_add"))


@pytest.mark.parametrize("model", ["endpoint", "mailbox"])
def test_who_is_told_can_be_added(sam: Client, model: str) -> None:
    make_one_of_everything("Mitte")
    page = text_of(sam, reverse(f"admin:notifications_{model}_add"))
    assert 'name="_save"' in page and "Mitte" in page and "order_cancelled" in page


def test_the_first_page_shows_what_is_open(sam: Client, alice: Api, branch: Branch, soup: Product) -> None:
    place(alice, soup)
    place(alice, soup)
    branch.state.is_paused = True
    branch.state.save()
    page = text_of(sam, reverse("admin:index"))
    assert "Mitte" in page and "paused" in page
    totals = {total["status"]: total["count"] for total in sam.get(reverse("admin:index")).context["totals"]}
    assert totals["accepted"] == 2
    assert sum(totals.values()) == 2
    assert queries_of(sam, reverse("admin:index")) <= 8


def test_the_pages_carry_a_policy_that_keeps_others_out(sam: Client) -> None:
    policy = sam.get(reverse("admin:index")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in policy
    assert "http" not in policy and "*" not in policy


def test_the_address_without_a_slash_leads_to_the_first_page(sam: Client) -> None:
    assert sam.get("/admin").headers["Location"] == "/admin/"


def test_pages_speak_russian_to_who_reads_it(sam: Client) -> None:
    page = sam.get(reverse("admin:index"), headers={"accept-language": "ru"}).content.decode()
    assert '<html lang="ru"' in page
