"""The page on which a payment is paid."""

import re

import pytest
from django.contrib.staticfiles import finders

from tests.orders.steps import NOON
from tests.payments.sandbox.steps import charge, page, paid, path_of, press, refund_of, started

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

BUTTONS = ["pay", "decline", "pay-late", "pay-twice"]


def words(text: str) -> str:
    """What is read of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def buttons(text: str) -> list[str]:
    return re.findall(r'<form method="post"><button name="button" value="([a-z-]+)"', text)


def test_it_says_who_is_paid_for_what_and_that_no_real_money_moves(provider, anybody, settings):
    settings.COMPANY_NAME = "Soup & Sons"
    told = provider.start(charge())

    answer = anybody.get(path_of(told.payment_url))

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    read = words(answer.text)
    for said in ("Soup &amp; Sons", "Order 1001", "12.00 EUR", "No real money moves here.", "Waiting to be paid."):
        assert said in read
    assert buttons(answer.text) == BUTTONS
    assert re.findall(r"<button[^>]*>([^<]+)", answer.text) == ["Pay", "Decline", "Pay late", "Pay twice"]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(1200, "EUR", "12.00 EUR"), (5, "EUR", "0.05 EUR"), (1200, "JPY", "1200 JPY"), (1200, "KWD", "1.200 KWD")],
)
def test_the_amount_has_the_decimals_of_its_currency(provider, amount, currency, shown):
    reference = started(provider, amount=amount, currency=currency)

    assert f'<p class="amount">{shown}</p>' in page(reference).text


def test_what_is_paid_twice_in_a_currency_without_decimals_is_shown_so(provider):
    reference = started(provider, amount=1200, currency="JPY")
    press(reference, "pay-twice")

    assert "Paid. Taken: 2400 JPY." in words(page(reference).text)


@pytest.mark.parametrize(
    ("button", "said", "left"),
    [
        ("pay", "Paid.", []),
        ("decline", "The bank has declined it. You can try again.", BUTTONS),
        ("pay-late", "On its way: the bank takes its time.", []),
        ("pay-twice", "Paid. Taken: 24.00 EUR.", []),
    ],
)
def test_each_button_leads_back_to_the_page_which_says_what_it_did(provider, button, said, left):
    reference = started(provider)

    answer = press(reference, button)

    assert (answer.status, answer.headers["Location"], answer.text) == (303, f"/sandbox/payments/{reference}", "")
    read = page(reference).text
    assert said in words(read)
    assert "Waiting to be paid" not in read
    assert buttons(read) == left


def test_what_is_held_cancelled_or_given_back_is_said(provider):
    held, cancelled = paid(provider, captures_later=True), started(provider)
    assert "Paid: the bank holds the money until it is taken." in words(page(held).text)
    provider.capture(reference=held, amount=1000, key="k")
    assert "Paid. Taken: 10.00 EUR." in words(page(held).text)
    provider.refund(refund_of(held, 400))
    assert "Given back: 4.00 EUR." in words(page(held).text)

    provider.cancel(cancelled)
    assert "Cancelled: it can no longer be paid." in words(page(cancelled).text)
    for reference in (held, cancelled):
        assert buttons(page(reference).text) == []


def test_it_speaks_the_readers_language(provider):
    reference = started(provider)

    assert '<html lang="en">' in page(reference).text
    assert '<html lang="ru">' in page(reference, accept_language="ru-RU, en;q=0.5").text


def test_it_works_without_script_and_takes_nothing_from_elsewhere(provider):
    answer = page(started(provider))

    assert "<script" not in answer.text and " on" + "click" not in answer.text and "<style" not in answer.text
    assert not re.findall(r"https?://", answer.text)
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text) == ["/static/payments/sandbox.css"]
    assert finders.find("payments/sandbox.css")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_nothing_of_it_is_kept_or_told_to_others(provider):
    headers = page(started(provider)).headers

    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_an_order_number_is_text_and_nothing_else(provider):
    assert "<b>&" not in page(started(provider, order_number="<b>&")).text
