"""Only its order's customer has the report: in their language, under a tag that holds as long as it is the same."""

import re

import pytest

from accounts.models import Customer
from catalog.models import Branch
from customerbackend.ids import new_id
from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.orders.reports.seen import Page, text_of
from tests.orders.steps import advance, place
from tests.problems import assert_problem
from tests.statements import statements_sent

FORMS = ["html", "pdf", "png"]
TYPES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "png": "image/png"}


def report(api, order, form, **headers):
    return api.get(f"orders/{order['id']}/report.{form}", **headers)


def tag_of(api, order, form="html"):
    answer = report(api, order, form)
    assert answer.status == 200
    return answer.headers["ETag"]


@pytest.mark.parametrize("form", FORMS)
def test_it_comes_as_what_it_is_called(alice, soup, form):
    order = place(alice, soup, total=1200)

    answer = report(alice, order, form)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == TYPES[form]
    assert answer.headers["Content-Disposition"] == f'inline; filename="order-{order["number"]}.{form}"'
    assert answer.headers["Content-Language"] == "en"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_can_do_nothing(alice, soup):
    policy = report(alice, place(alice, soup, total=1200), "html").headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "sandbox"
    )


def test_it_is_in_the_customers_language_and_time_zone_whatever_the_client_speaks(alice, soup):
    Customer.objects.update(language="ru", time_zone="Asia/Tokyo")
    order = place(alice, soup, total=1200)

    page = report(alice, order, "html", accept_language="en")
    document = report(alice, order, "pdf", accept_language="en")

    assert page.headers["Content-Language"] == document.headers["Content-Language"] == "ru"
    for text in (Page(page.text).text, text_of(document.content)):
        assert "Обрабатывается" in text and "12,00 €" in text and "Asia/Tokyo (UTC+09:00)" in text


@pytest.mark.parametrize("form", FORMS)
def test_bob_finds_nothing(alice, bob, anybody, soup, form):
    order = place(alice, soup, total=1200)

    assert_problem(report(bob, order, form), 404, "not_found")
    assert_problem(report(bob, order, form, if_none_match="*"), 404, "not_found")
    assert_problem(report(alice, {"id": new_id()}, form), 404, "not_found")
    assert_problem(report(anybody, order, form), 401, "token_missing")
    assert bob.get(f"orders/{order['id']}/report.{form}?x=1").status == 404
    assert_problem(alice.get(f"orders/{order['id']}/report.{form}?language=ru"), 400, "invalid_request")


@pytest.mark.parametrize("form", FORMS)
def test_what_the_client_has_is_not_made_again(alice, soup, form):
    order = place(alice, soup, total=1200)
    tag = tag_of(alice, order, form)

    answer = report(alice, order, form, if_none_match=f'"a", {tag}')

    assert (answer.status, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert "Content-Type" not in answer.headers
    assert re.fullmatch(r'"[0-9a-f]{8}-\d+-[0-9a-f]{8}"', tag)
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "change",
    [
        lambda order: advance(order, "cooking"),
        lambda order: Customer.objects.update(language="ru"),
        lambda order: Customer.objects.update(time_zone="Asia/Tokyo"),
        lambda order: Branch.objects.update(name="Nord"),
        lambda order: Branch.objects.update(line="Another Street 2"),
    ],
)
def test_the_tag_changes_with_all_that_the_report_shows(alice, soup, change):
    order = place(alice, soup, total=1200)
    tag = tag_of(alice, order)

    change(order)

    answer = report(alice, order, "html", if_none_match=tag)
    assert answer.status == 200
    assert answer.headers["ETag"] != tag


def test_the_tag_does_not_change_with_what_it_does_not_show(alice, soup):
    order, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    tag = tag_of(alice, order)

    advance(other, "cooking")
    Customer.objects.update(name="Another", email="another@example.com")

    assert report(alice, order, "html", if_none_match=tag).status == 304
    assert tag_of(alice, other) != tag


def test_it_says_where_an_order_is_fetched(alice, soup):
    order = place(alice, soup, total=1000, delivery={"method": "pickup"})

    text = Page(report(alice, order, "html").text).text

    assert "Method Pickup Branch Mitte, Invalidenstr. 1, 10115 Berlin" in text


def test_internal_statuses_are_nowhere_in_it(alice, soup):
    order = place(alice, soup, total=1200)
    seen = Page(report(alice, order, "html").text).text
    advance(order, "restocking", "picking")
    assert Order.objects.get().status == "picking"

    answer = report(alice, order, "html")

    assert Page(answer.text).text == seen
    assert not re.search("restock|pick(?!up)|warehouse", answer.text.partition("</style>")[2])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lines", [1, 20])
def test_it_is_one_statement_with_the_session_check_inside(form, lines):
    alice, branch = signed_in(make_customer("alice")), make_branch()
    products = [make_product(f"dish{number}") for number in range(lines)]
    put_in_stock(branch, **{f"dish{number}": 9 for number in range(lines)})
    order = alice.place(order_body(*products, total=1000 * lines + 200)).json
    tag = tag_of(alice, order, form)

    for headers, status in (({}, 200), ({"if_none_match": tag}, 304)):
        with statements_sent() as sent:
            assert report(alice, order, form, **headers).status == status
        assert len(sent) == 1, sent
