"""The statistics as a page: the same figures, in the customer's language, with nothing from elsewhere."""

import re

import pytest

from accounts.models import Customer
from tests.factories import make_product
from tests.orders.past import delivered, line, live_in, statistics, utc
from tests.orders.steps import NOON, PICKUP, place

APRIL = "period=day&from=2026-03-31T22:00:00Z&to=2026-04-03T22:00:00Z"


@pytest.fixture
def order(alice, soup):
    live_in(alice, "Europe/Berlin")
    return place(alice, soup, total=1200)


def page(api, query=""):
    answer = api.get(f"orders/statistics.html?{query}")
    assert answer.status == 200, answer.text
    return answer


def rows(answer):
    """The text of each cell of each row of every table."""
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<(?:th|td)[^>]*>(.*?)</(?:th|td)>", row)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", answer.text, re.DOTALL)
    ]


def cards(answer):
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", answer.text))


def test_it_shows_what_the_json_says(alice, order):
    delivered(order, utc("2026-04-01 10:00"), owed=123_456, total=123_456)
    delivered(order, utc("2026-04-03 10:59"), delivered_at=utc("2026-04-03 12:00"))
    delivered(order, utc("2026-04-03 17:30"), delivery_method="pickup", place=None)

    answer = page(alice, APRIL)

    assert cards(answer) == {
        "Orders": "3", "Amount": "1,258.56 EUR", "Average order": "419.52 EUR", "Items": "3", "On time": "66.7%",
    }  # fmt: skip
    assert "1 Apr – 3 Apr 2026" in answer.text and "Europe/Berlin" in answer.text
    assert rows(answer) == [
        ["Product", "Quantity", "Orders", "Amount"],
        ["Soup", "3", "3", "30.00 EUR"],
        ["Time", "Orders", "Items", "Amount"],
        ["Wed, 1 Apr 2026", "1", "1", "1,234.56 EUR"],
        ["Thu, 2 Apr 2026", "0", "0", "0.00 EUR"],
        ["Fri, 3 Apr 2026", "2", "2", "24.00 EUR"],
        ["Total", "3", "3", "1,258.56 EUR"],
    ]
    assert "<title>Wed, 1 Apr 2026: 1,234.56 EUR, orders: 1</title>" in answer.text
    assert "<title>12:00 – 13:00: 1,246.56 EUR, orders: 2</title>" in answer.text
    assert "<span>Berlin, Ackerstr. 1</span>" in answer.text
    assert "<span>Mitte <small>pickup</small></span>" in answer.text


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("week", ["30 Mar – 5 Apr 2026"]),
        ("month", ["March 2026", "April 2026"]),
        ("year", ["2026"]),
        ("all", ["31 Mar 2026, 12:00 – 4 Apr 2026, 00:00"]),
    ],
)
def test_each_bucket_has_its_name(alice, order, period, names):
    answer = page(alice, f"period={period}&from=2026-03-31T10:00:00Z&to=2026-04-03T22:00:00Z")

    assert [row[0] for row in rows(answer)][1:-1] == names


def test_a_week_of_two_years_says_both(alice, order):
    answer = page(alice, "period=week&from=2025-12-29T12:00:00Z&to=2025-12-30T12:00:00Z")
    assert rows(answer)[1][0] == "29 Dec 2025 – 4 Jan 2026"


def test_where_nothing_was_it_says_so_and_draws_nothing(alice):
    answer = page(alice, APRIL)

    assert "Nothing that was ordered in this time has been delivered." in answer.text
    assert "<svg" not in answer.text
    assert cards(answer)["Average order"] == cards(answer)["On time"] == "–"
    assert [row[1] for row in rows(answer)[1:]] == ["0"] * 5


@pytest.mark.parametrize("query", ["from=2026-04-01T00:00:00Z&to=2026-04-01T00:00:00Z", "from=9000-01-01T00:00:00Z"])
def test_no_time_at_all_is_no_table(alice, query):
    assert rows(page(alice, query)) == []


def test_one_bucket_alone_is_no_line(alice, order):
    delivered(order, utc("2026-04-01 10:00"))

    assert "<polyline" in page(alice, APRIL).text
    answer = page(alice, APRIL.replace("day", "all"))
    assert "<polyline" not in answer.text and 'class="bar"' in answer.text


def test_it_is_in_the_customers_language_whatever_the_request_prefers(alice, order):
    delivered(order, utc("2026-04-01 10:00"), owed=123_456, total=123_456)
    english = alice.get(f"orders/statistics.html?{APRIL}", accept_language="ru")
    Customer.objects.filter(id=alice.customer.id).update(language="ru")
    russian = alice.get(f"orders/statistics.html?{APRIL}", accept_language="en")

    assert english.headers["Content-Language"] == "en" and '<html lang="en">' in english.text
    assert russian.headers["Content-Language"] == "ru" and '<html lang="ru">' in russian.text
    assert "<p>1 апреля – 3 апреля 2026 <span>" in russian.text
    assert rows(russian)[3][0] == "Ср, 1 апреля 2026"
    assert cards(russian)["Вовремя"] == "100\xa0%"
    assert "1\xa0234,56 EUR" in russian.text
    assert not re.search(r'(?:x|y|width|height|cx|cy|points)="[^"]*\d,\d+%', russian.text), "a comma in a number of SVG"


def test_what_somebody_wrote_is_text(alice, order):
    evil = "<script>alert(1)</script>\"'&"
    there = {"place": {"city": "Berlin", "line": evil, "postal_code": None}}
    delivered(order, utc("2026-04-01 10:00"), items=[line(evil)], **there)
    delivered(order, utc("2026-04-02 10:00"))

    answer = page(alice, APRIL)

    assert "<script" not in answer.text
    shown = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;"
    assert answer.text.count(shown) == 2


def test_it_needs_nothing_beside_itself_and_may_run_nothing(alice, order):
    delivered(order, utc("2026-04-01 10:00"), utc("2026-04-02 10:00"))

    answer = page(alice, APRIL)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert re.findall(r'(?:src|href|action)="([^"]*)"|url\(([^)]*)\)', answer.text) == [("data:,", "")]
    assert not re.search(r"<script|\son\w+=|javascript:|@import", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.time_machine(NOON, tick=False)
def test_nothing_internal_is_told_while_an_order_is_on_its_way(alice, branch):
    order = place(alice, make_product("bread", recipe={}), total=1000, delivery=PICKUP)

    for path in ("orders/statistics", "orders/statistics.html"):
        text = alice.get(path).text
        assert not [word for word in ("restocking", "picking", "accepted", order["id"]) if word in text]
    assert statistics(alice)["totals"]["orders"] == 0
