"""Staff look at payments: a list, a page with what went back, and the way there from the order."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from orders.models import Order
from payments.door import record_door_payment
from payments.models import Payment
from payments.sending_refunds import process_refunds
from tests.admin.conftest import SignIn, place
from tests.admin.pages import list_of, page_of, queries_of, text_of
from tests.clients import Api
from tests.orders.steps import NOON, WAYS, advance
from tests.payments.sandbox.life import pay, start

pytestmark = pytest.mark.time_machine(NOON, tick=False)

PAYMENTS, REFUNDS = list_of("payments.payment"), list_of("payments.refund")


def words(page: str) -> str:
    """What one reads on a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def rows_of(client: Client, url: str) -> list[Any]:
    return list(client.get(url).context["cl"].result_list)


def paid_online(api: Api, soup: Product, *buttons: str, **body: Any) -> Order:
    """An order by card for which these buttons were pressed."""
    order = place(api, soup, payment_method="card")
    pay(api, {"id": str(order.id)}, *buttons, **body)
    return Order.objects.get(id=order.id)


def test_the_list_says_how_much_of_what_was_taken_and_went_back(sam: Client, alice: Api, soup: Product) -> None:
    order = paid_online(alice, soup, "pay-twice")
    process_refunds()
    page = words(text_of(sam, PAYMENTS))
    assert f"{order.number} card in the app sandbox, no real money succeeded 12.00 EUR 24.00 EUR 12.00 EUR" in page
    assert "2 Mar, 12:00" in page  # as the branch's clock shows it


def test_the_page_shows_what_went_back_and_why(sam: Client, alice: Api, soup: Product) -> None:
    order = paid_online(alice, soup)
    payment = Payment.objects.get()
    assert "Refunds" in text_of(sam, page_of(payment))
    advance({"id": str(order.id)}, "cancelled")
    process_refunds()
    page = words(text_of(sam, page_of(payment)))
    assert "Card in the app, 12.00 EUR" in page
    assert payment.reference in page
    assert "12.00 EUR succeeded order cancelled - - 2 Mar, 12:00 2 Mar, 12:00" in page
    assert "Captures later" not in page and "Failure" not in page.partition("Refunds Amount")[0]


def test_the_page_says_why_it_failed_and_has_no_refunds_then(sam: Client, alice: Api, soup: Product) -> None:
    paid_online(alice, soup, "decline")
    page = words(text_of(sam, page_of(Payment.objects.get())))
    assert "State failed Failure The bank has declined the card." in page
    assert "Closed" not in page


def test_what_is_held_at_the_bank_is_shown(sam: Client, alice: Api, soup: Product, settings: Any) -> None:
    settings.PAYMENTS_CAPTURE = "at_cooking"
    paid_online(alice, soup)
    page = words(text_of(sam, page_of(Payment.objects.get())))
    assert "State authorised" in page and "Authorised 12.00 EUR Taken 0.00 EUR" in page


def test_of_money_at_the_door_it_says_who_recorded_it(sam: Client, alice: Api, soup: Product) -> None:
    order = place(alice, soup)
    advance({"id": str(order.id)}, *WAYS["delivered"])
    payment = record_door_payment(order_id=order.id, method="cash", recorded_by="carla")
    page = words(text_of(sam, page_of(payment)))
    assert "Recorded by carla" in page
    assert "Reference" not in page and "Provider" not in page


def test_what_a_payment_can_be_paid_with_is_not_shown(sam: Client, alice: Api, soup: Product) -> None:
    order = place(alice, soup, payment_method="qr")
    started = start(alice, {"id": str(order.id)}).json
    page = text_of(sam, page_of(Payment.objects.get()))
    assert order.number in page
    assert started["client_secret"] not in page and started["payment_url"] not in page


@pytest.mark.parametrize("term", ["number", "reference"])
def test_a_payment_is_found_by_its_order_and_by_its_name_at_the_provider(
    sam: Client, alice: Api, bob: Api, soup: Product, term: str
) -> None:
    order = paid_online(alice, soup)
    paid_online(bob, soup)
    payment = Payment.objects.get(order=order)
    sought = order.number if term == "number" else payment.reference
    assert rows_of(sam, f"{PAYMENTS}?q={sought}") == [payment]


def test_the_orders_page_leads_to_its_payments_and_refunds(sam: Client, alice: Api, bob: Api, soup: Product) -> None:
    orders = [paid_online(api, soup) for api in (alice, bob)]
    for order in orders:
        advance({"id": str(order.id)}, "cancelled")
    process_refunds()
    page = text_of(sam, page_of(orders[0]))
    to_payments, to_refunds = f"{PAYMENTS}?order__id={orders[0].id}", f"{REFUNDS}?payment__order__id={orders[0].id}"
    assert to_payments in page and to_refunds in page
    assert [payment.order for payment in rows_of(sam, to_payments)] == [orders[0]]
    assert [refund.payment.order for refund in rows_of(sam, to_refunds)] == [orders[0]]


def test_who_may_not_see_money_is_not_led_there(staff_who_may: SignIn, order: Order) -> None:
    viewer = staff_who_may("view_order", "view_refund")
    page = text_of(viewer, page_of(order))
    assert PAYMENTS not in page and REFUNDS in page
    assert viewer.get(PAYMENTS).status_code == 403


def test_nobody_adds_changes_or_deletes_a_payment_or_a_refund(sam: Client, alice: Api, soup: Product) -> None:
    order = paid_online(alice, soup)
    advance({"id": str(order.id)}, "cancelled")
    [refund] = process_refunds()
    for row in (Payment.objects.get(), refund):
        for way, sent in (("change", {"amount": 1, "state": "failed"}), ("delete", {"post": "yes"})):
            url = reverse(f"admin:payments_{row._meta.model_name}_{way}", args=[row.pk])
            assert sam.post(url, sent).status_code == 403
        assert sam.get(reverse(f"admin:payments_{row._meta.model_name}_add")).status_code == 403
    assert (Payment.objects.get().amount, Payment.objects.get().refunds.get().state) == (1200, "succeeded")


def test_more_refunds_take_no_more_statements(sam: Client, alice: Api, bob: Api, soup: Product) -> None:
    few = paid_online(alice, soup)
    many = paid_online(bob, soup, "pay-twice")
    for order in (few, many):
        process_refunds()
        advance({"id": str(order.id)}, "cancelled")
    process_refunds()
    pages = [page_of(Payment.objects.get(order=order)) for order in (few, many)]
    queries_of(sam, pages[0])
    assert Payment.objects.get(order=many).refunds.count() == 2
    assert queries_of(sam, pages[0]) == queries_of(sam, pages[1]) <= 8
