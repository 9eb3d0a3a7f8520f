"""The report is mailed as PDF to the address that the customer has shown to be theirs, and to no other."""

import pytest
from django.core import mail

from accounts.models import Customer
from tests.clients import signed_in
from tests.development.programs import free_port
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.limits import assert_throttled, set_limits
from tests.logs import logged
from tests.orders.reports.seen import text_of
from tests.orders.steps import NOON, nothing_written, place
from tests.problems import assert_problem
from tests.statements import statements_sent

pytestmark = pytest.mark.time_machine(NOON, tick=False)


def send(api, order, body=None):
    return api.post(f"orders/{order['id']}/report/email", body)


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


def test_it_goes_to_the_customers_address_with_the_pdf(alice, order, mailoutbox):
    with nothing_written():
        answer = send(alice, order)

    assert (answer.status, answer.json) == (202, {"sent_to": "a…@example.com"})
    [message] = mailoutbox
    assert (message.to, message.cc, message.bcc) == (["alice@example.com"], [], [])
    [(name, content, media_type)] = message.attachments
    assert (name, media_type) == (f"order-{order['number']}.pdf", "application/pdf")
    assert content == alice.get(f"orders/{order['id']}/report.pdf").content


def test_it_says_which_order_it_is_about(alice, order, mailoutbox):
    send(alice, order)

    [message] = mailoutbox
    assert message.subject == f"Your order {order['number']} at Demo Kitchen"
    assert message.body.splitlines() == [
        "The report of your order is attached, as a PDF.",
        "",
        "    Placed 2 March 2026, 11:00",
        "    Processing",
        "    Total: €12.00",
        "",
        "You asked for it in the app. You need not answer this mail.",
    ]
    [(html, _media_type)] = message.alternatives
    assert '<html lang="en">' in html
    assert f"Order {order['number']}" in html and "Total: <b>€12.00</b>" in html
    assert "src=" not in html and "href=" not in html


def test_it_is_in_the_customers_language(alice, order, mailoutbox):
    Customer.objects.update(language="ru")

    send(alice, order)

    [message] = mailoutbox
    [(html, _media_type)] = message.alternatives
    assert "12,00\u00a0€" in message.body and "Обрабатывается" in message.body
    assert '<html lang="ru">' in html
    assert "12,00 €" in text_of(message.attachments[0][1])


def test_who_has_no_address_is_told_so(alice, order, mailoutbox, settings):
    set_limits(settings, report_email_by_customer=(1, 60))
    Customer.objects.update(email=None)

    for _ in range(3):
        assert_problem(send(alice, order), 409, "email_missing")
    assert mailoutbox == []


def test_bob_sends_nothing(alice, bob, anybody, order, mailoutbox):
    assert_problem(send(bob, order), 404, "not_found")
    assert_problem(send(anybody, order), 401, "token_missing")
    assert mailoutbox == []


@pytest.mark.parametrize("body", [{"email": "bob@example.com"}, ["bob@example.com"], "{broken"])
def test_no_other_address_can_be_named(alice, bob, order, mailoutbox, body):
    assert send(alice, order, body).status == 400
    assert send(bob, order, body).status == 404
    assert alice.post(f"orders/{order['id']}/report/email?to=bob@example.com").status == 400
    assert mailoutbox == []


def test_so_many_are_sent_to_a_customer_and_no_more(alice, bob, soup, order, mailoutbox, settings):
    set_limits(settings, report_email_by_customer=(2, 60))
    other, his = place(alice, soup, total=1200), place(bob, soup, total=1200)

    assert [send(alice, order).status, send(alice, other).status] == [202, 202]
    assert_throttled(send(alice, order), 60)
    assert send(bob, his).status == 202
    assert [message.to for message in mailoutbox] == [["alice@example.com"]] * 2 + [["bob@example.com"]]


def test_a_mail_server_that_does_not_answer_is_named(alice, order, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    with logged() as log:
        answer = send(alice, order)

    assert_problem(answer, 503, "mail_not_sent")
    assert answer.headers["Retry-After"] == "60"
    assert "alice" not in log.text and order["number"] not in log.text
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_it_takes_two_statements_and_no_transaction():
    alice, branch = signed_in(make_customer("alice")), make_branch()
    soup = make_product("soup")
    put_in_stock(branch, soup=9)
    order = alice.place(order_body(soup, total=1200)).json
    assert send(alice, order).status == 202

    with statements_sent() as sent:
        assert send(alice, order).status == 202

    assert [text.split()[:2][-1] for text in sent] == ["read_subject_of_report", "count_tries"]
