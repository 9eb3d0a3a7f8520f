"""The page: what people typed is text in it, and it needs nothing beside itself."""

import re

import pytest

from orders.reports.content import describe_report
from orders.reports.page import render_page
from tests.orders.reports.samples import everything_long, forty_lines, line, order_of, six_lines, subject_of
from tests.orders.reports.seen import Page, figures, missing


def page_of(order, **changes) -> Page:
    return Page(render_page(describe_report(subject_of(order, **changes))))


@pytest.fixture(scope="module")
def order():
    return forty_lines()


@pytest.fixture(scope="module")
def page(order):
    return page_of(order)


def test_a_product_called_script_stays_text(page):
    assert "script" not in page.names
    assert "<script>alert('41')</script> & \"Söhne\" <b>" in page.text
    assert "“</td><script>alert(42)</script>”" in page.text
    assert "Line two <i>&amp;</i>" in page.text
    assert page.names <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "p", "h1", "h2", "div", "section", "dl",
        "dt", "dd", "svg", "circle", "path", "b", "small", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul",
        "li", "s",
    }  # fmt: skip


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><script>", "{{ report }}", "&lt;b"]
)
def test_whatever_people_type_wherever_it_is_text(evil):
    order = order_of(line(evil, 100, options=[{"name": evil, "price": {"amount": 1, "currency": "EUR"}}], note=evil))
    order["comment"] = evil
    order["delivery"]["contact"] = {"name": evil, "phone": evil}
    order["delivery"]["place"] = {**order["delivery"]["place"], "line": evil, "comment": evil, "door_code": evil}
    order["totals"]["charges"][0]["name"] = evil
    order["adjustments"] = [{"kind": "goodwill", "amount": {"amount": -1, "currency": "EUR"}, "reason": evil,
                             "at": order["times"]["placed_at"]}]  # fmt: skip
    order["rating"] = {"food": 1, "delivery": None, "tags": [], "comment": evil}
    order["seller"] = dict.fromkeys(("name", "tax_id", "address"), evil)
    page = page_of(order, branch=evil, branch_address=evil)
    assert page.text.count(evil) == 17
    assert not page.names & {"script", "img"}


def test_in_russian_nothing_is_left_in_english():
    text = page_of(everything_long(), language="ru", branch="Центр", branch_address="Садовая, 1").text
    assert set(re.findall("[A-Za-z]+", text)) == {"Demo", "Kitchen", "Europe", "Berlin", "UTC"}


@pytest.mark.parametrize(("name", "shown"), [("Delivery", "Доставка"), ("Night rider", "Night rider")])
def test_a_charge_is_named_in_the_customers_language_unless_its_name_is_its_own(name, shown):
    order = order_of(line("Суп", 500), fee=290)
    order["totals"]["charges"][0]["name"] = name
    assert f"{shown} 2,90" in page_of(order, language="ru").text


def test_it_needs_nothing_beside_itself(page):
    assert not page.names & {"script", "link", "img", "iframe", "object", "form", "a"}
    for name, attributes in page.elements:
        assert not {key for key in attributes if key.startswith("on") or key in ("style", "src", "href")}, name
    html = render_page(describe_report(subject_of(six_lines())))
    assert not re.findall(r"https?://|url\(|@import", html)


def test_it_has_every_line_whole_signs_that_pdf_lacks_included(order, page):
    for item in order["items"]:
        assert " ".join(item["name"].split()) in page.text
        assert not item["note"] or f"“{item['note']}”" in page.text
        assert all(each["name"] in page.text for each in item["options"])


def test_it_has_every_amount_of_the_order(order, page):
    assert missing(figures(order), page.text) == []


def test_what_was_removed_is_struck():
    page = page_of(order_of(line("Gone", 650, 2, quantity_removed=2), line("Half", 830, 12, quantity_removed=11)))
    assert page.struck == ["2\u00a0×", "Gone", "€6.50", "€13.00", "12"]
    assert "2 removed" in page.text and "12 1 × Half 11 removed" in page.text


def test_lines_of_a_comment_are_kept(page):
    assert any("Line one\nLine two" in piece for piece in page.pieces)


def test_it_says_its_language():
    assert page_of(six_lines()).elements[0] == ("html", {"lang": "en"})
    page = page_of(six_lines(), language="ru")
    assert page.elements[0] == ("html", {"lang": "ru"})
    assert "Доставлен" in page.text and "100,70 €" in page.text and "2 марта 2026, 12:00" in page.text


def test_clocks_are_drawn_with_whole_degrees_in_any_language():
    html = render_page(describe_report(subject_of(six_lines(), language="ru")))
    assert len(re.findall(r'rotate\(\d+\)"', html)) == html.count("rotate(") == 12
