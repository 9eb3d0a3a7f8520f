"""Messages that customers are mailed: in the words of their kind, with what belongs beside them."""

import re
from datetime import UTC, datetime

import pytest

from customerbackend.ids import new_id
from notifications.kinds import KINDS
from notifications.models import Delivery, Message
from tests.notifications.email.smtp import page_of, text_of
from tests.notifications.telling import deliver, tell

AT = datetime(2026, 3, 2, 11, tzinfo=UTC)


def tell_alice(alice, kind, **more):
    return tell(kind=kind, recipient_kind="customer", recipient_id=alice.customer.id, **more)


def test_a_mail_is_text_and_html_in_the_messages_language(mail_server, alice):
    tell_alice(alice, "password_changed", language="ru", data={"x": 1})
    deliver()
    [message] = mail_server.came
    assert mail_server.recipients == ["alice@example.com"]
    assert (message["To"], message["From"]) == ("alice@example.com", "no-reply@localhost")
    assert message["Subject"] == "Пароль изменён"
    assert text_of(message).startswith("Если это были не вы")
    assert '<html lang="ru">' in page_of(message)
    assert Delivery.objects.get().state == "delivered"


def test_without_a_language_it_is_in_the_customers(mail_server, alice):
    alice.call("PATCH", "account", {"language": "ru"})
    tell_alice(alice, "password_changed")
    deliver()
    assert mail_server.came[0]["Subject"] == "Пароль изменён"


def test_a_second_copy_is_known_as_the_same(mail_server, alice):
    told = tell_alice(alice, "password_changed")
    deliver()
    Delivery.objects.update(state="pending", finished_at=None, address="alice@example.com")
    deliver()
    first, second = [message["Message-ID"] for message in mail_server.came]
    assert first == second
    letters = told.replace("-", "").translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
    assert first == f"<{letters}@localhost>"
    tell_alice(alice, "password_changed")
    deliver()
    assert mail_server.came[2]["Message-ID"] != first


def test_nothing_in_it_looks_like_a_code(mail_server, alice):
    for _ in range(5):
        tell_alice(
            alice, "new_device", data={"device_name": "Phone", "network": "203.0.113.0/24", "at": AT.isoformat()}
        )
    deliver()
    assert len(mail_server.came) == 5
    for message in mail_server.came:
        sent = {name: value for name, value in message.items() if name not in ("Received", "X-Peer")}
        assert not re.findall(r"\d{6}", f"{text_of(message)}{page_of(message)}{sent}{message.get_boundary()}")


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("new_device", {"device_name": "Phone", "network": "203.0.113.0/24", "at": "2026-03-02T11:05:00.000000Z"},
         ["“Phone”", "2 March 2026, 11:05", "203.0.113.0/24"]),
        ("order_adjusted",
         {"number": "471100815", "kind": "item_removed", "amount": {"amount": -1000, "currency": "EUR"},
          "owed": {"amount": 250, "currency": "EUR"}}, ["10.00 EUR", "2.50 EUR", "Order 471100815"]),
        ("refund_succeeded", {"number": "471100815", "amount": {"amount": 1299, "currency": "EUR"}},
         ["12.99 EUR", "Order 471100815"]),
        ("email_changed", {"new": "l…@example.org"}, ["l…@example.org"]),
    ],
)  # fmt: skip
def test_what_the_words_leave_out_stands_beside_them(mail_server, alice, kind, data, said):
    tell_alice(alice, kind, data=data)
    deliver()
    [message] = mail_server.came
    for text in (text_of(message), page_of(message)):
        assert [words for words in said if words not in text] == []


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.email])
def test_what_has_been_emptied_can_be_mailed_too(mail_server, alice, kind):
    tell_alice(alice, kind)
    Message.objects.update(data={})
    deliver()
    assert len(mail_server.came) == 1


def test_what_somebody_called_a_device_is_text_and_no_html(mail_server, alice):
    tell_alice(alice, "new_device", data={"device_name": "<b>X</b>"})
    deliver()
    assert "&lt;b&gt;X&lt;/b&gt;" in page_of(mail_server.came[0])
    assert "“<b>X</b>”" in text_of(mail_server.came[0])


def test_it_goes_to_the_messages_own_address_also_of_somebody_who_is_no_customer_any_more(mail_server):
    tell(kind="account_erased", recipient_kind="customer", recipient_id=new_id(), address="was@example.com")
    deliver()
    assert mail_server.recipients == ["was@example.com"]
    assert '<html lang="en">' in page_of(mail_server.came[0])
    assert Delivery.objects.get().address == ""


def test_what_customers_do_not_want_by_mail_is_not_mailed(mail_server, alice):
    tell_alice(alice, "order_status", data={"status": "cooking"})
    alice.call("PATCH", "account", {"notifications": {"preferences": {"refund_succeeded": {"email": False}}}})
    tell_alice(alice, "refund_succeeded")
    deliver()
    assert mail_server.came == []
