"""Every message to a customer has its words, in each language, without a price or an address."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from customerbackend.languages import LANGUAGES
from notifications.kinds import KINDS
from notifications.wording import WORDS, Wording, word_message, word_news
from orders.models import DeliveryMethod, OrderAdjustment
from orders.statuses import VisibleStatus

APPS = ("accounts", "orders", "payments", "notifications")
PRIVATE = {"amount": {"amount": 98765, "currency": "EUR"}, "owed": {"amount": 87654, "currency": "EUR"},
           "new": "l…@example.org", "network": "203.0.113.0/24"}  # fmt: skip
VARIANTS = {
    "order_status": [
        {"status": status.value, "delivery_method": method.value}
        for status in VisibleStatus
        for method in DeliveryMethod
    ],
    "order_late": [
        {"delivered_to": "2026-03-02T17:40:00.000000Z", "time_zone": "Europe/Berlin", "delivery_method": method.value}
        for method in DeliveryMethod
    ],
    "order_adjusted": [{"kind": kind.value} for kind in OrderAdjustment.Kind],
    "new_device": [{"device_name": "Phone"}, {"device_name": ""}],
}
EVERY = [(kind, {**PRIVATE, **data}) for kind in KINDS for data in [{}, *VARIANTS.get(kind, [{}])]]


def test_every_kind_has_words_and_nothing_else_does():
    assert WORDS.keys() == KINDS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "data"), EVERY)
def test_they_are_short_in_the_language_and_hold_nothing_private(kind, data, language):
    wording = word_message(kind, data, language)
    assert wording != word_message("unheard_of", {}, language)
    assert 0 < len(wording.title) <= 50
    assert 0 < len(wording.text) <= 150
    for text in (wording.title, wording.text):
        assert bool(re.search("[а-яё]", text)) == (language == "ru")
        assert not re.search(r"@|[{}]|EUR|\d\d\d|203\.0", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*KINDS, "unheard_of"])
def test_of_what_has_been_emptied_there_are_words_too(kind, language):
    wording = word_message(kind, {}, language)
    assert wording.title and wording.text


def test_each_status_has_words_of_its_own():
    titles = {status: word_message("order_status", {"status": status}, "en").title for status in VisibleStatus.values}
    assert len(set(titles.values())) == len(titles)
    assert word_message("order_status", {"status": "teleported"}, "en").title == "News about your order"


def test_what_is_fetched_at_the_counter_waits_for_no_courier():
    ready = {"status": "ready", "delivery_method": "pickup"}
    assert word_message("order_status", ready, "en") == Wording(
        "Your order is ready", "Come and get it while it is fresh."
    )
    assert "courier" in word_message("order_status", {**ready, "delivery_method": "courier"}, "en").text


def test_a_time_is_by_the_clock_of_the_place():
    late = VARIANTS["order_late"][0]
    assert word_message("order_late", late, "en").text == "It should be with you by 18:40. Sorry for the wait."
    assert "18:40" in word_message("order_late", late, "ru").text


def test_it_leaves_the_requests_language_alone_and_takes_the_deployments_for_none():
    with translation.override("ru"):
        assert word_message("rate_order", {}, "").title == "How was your order?"
        assert translation.get_language() == "ru"


def test_an_unknown_kind_says_that_there_is_news():
    assert "unheard_of" not in WORDS
    title, _text = word_news({})
    assert word_message("unheard_of", {"number": "1"}, "en").title == str(title)


def test_every_kind_that_is_composed_for_a_customer_is_known():
    """By reading the code: kinds are written where messages are composed, or where one function does it for several."""
    composed = set()
    for path in (path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")):
        text = Path(path).read_text()
        for call in re.findall(r"compose_message\((.*?recipient_kind=\"customer\")", text, re.DOTALL):
            composed |= set(re.findall(r"kind=\"(\w+)\"", call.rpartition("compose_message(")[2])) - {"customer"}
        for name in ("write_security_message", "tell_customer", "compose_for_customer"):
            composed |= set(re.findall(name + r"\(\s*(?:\w+(?:\.\w+)?,\s*)?\"(\w+)\"", text))
    assert composed == KINDS.keys()
