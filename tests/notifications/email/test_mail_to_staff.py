"""What mailboxes of staff are mailed: what happened to which order, readably, with the way to its page."""

import pytest

from customerbackend.ids import new_id
from notifications.models import Mailbox
from tests.notifications.email.smtp import page_of, text_of
from tests.notifications.telling import deliver, tell
from tests.orders.steps import WAYS, advance, place


@pytest.fixture
def mailbox(db, settings):
    settings.PUBLIC_URL = "https://kitchen.example"
    return Mailbox.objects.create(address="chef@company.test", language="en")


def test_a_low_rating_is_mailed_with_the_way_to_the_order(mail_server, mailbox, alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS["delivered"])
    body = {"food": 1, "delivery": 4, "tags": ["cold"], "comment": "Cold <soup>"}
    assert alice.call("PUT", f"orders/{order['id']}/rating", body).status == 200
    deliver()

    [message] = mail_server.came
    assert (message["To"], message["Subject"]) == ("chef@company.test", f"A low rating ({order['number']})")
    assert text_of(message).splitlines() == [
        f"Order: {order['number']}",
        "Stars for the food: 1",
        "Stars for the delivery: 4",
        "What it was about: cold",
        "Comment: Cold <soup>",
        "",
        f"https://kitchen.example/admin/orders/order/{order['id']}/change/",
    ]
    assert "Cold &lt;soup&gt;" in page_of(message)
    assert f'href="https://kitchen.example/admin/orders/order/{order["id"]}/change/"' in page_of(message)


def test_what_is_lacking_and_what_did_not_go_back_are_listed_readably(mail_server, mailbox):
    ingredients = [{"ingredient_id": str(new_id()), "name": "Salt", "unit": "gram", "thousandths": 12500}]
    tell(kind="stock_short", recipient_kind="staff", data={"number": "4711", "ingredients": ingredients})
    tell(kind="refund_failed", recipient_kind="staff", data={"amount": {"amount": 1299, "currency": "EUR"}})
    tell(kind="order_cancelled", recipient_kind="staff", data={"number": "4711", "reason": "fire alarm"})
    tell(kind="oven_broken", recipient_kind="staff", data={"oven": {"number_of_it": 3, "since": None}})
    deliver()
    mails = {message["Subject"]: text_of(message).strip() for message in mail_server.came}
    assert mails == {
        "Not enough in stock (4711)": "Order: 4711\nIngredients: Salt: 12.5 gram",
        "A refund has failed": "Amount: 12.99 EUR",
        "An order has been cancelled (4711)": "Order: 4711\nReason: fire alarm",
        "Oven broken": "Oven: Number of it: 3",
    }


def test_each_mailbox_is_written_to_in_its_language(mail_server, mailbox):
    Mailbox.objects.create(address="povar@company.test", language="ru")
    tell(kind="refund_failed", recipient_kind="staff", data={"amount": {"amount": 1299, "currency": "EUR"}})
    deliver()
    subjects = {message["To"]: message["Subject"] for message in mail_server.came}
    assert subjects == {"chef@company.test": "A refund has failed", "povar@company.test": "Возврат не удался"}


def test_a_mailbox_gets_what_it_asks_for(mail_server):
    mine = new_id()
    Mailbox.objects.create(address="a@company.test", kinds=["low_rating"], branch_ids=[mine])
    Mailbox.objects.create(address="b@company.test", is_on=False)
    tell(kind="low_rating", recipient_kind="staff", recipient_id=mine)
    tell(kind="low_rating", recipient_kind="staff", recipient_id=new_id())
    tell(kind="order_cancelled", recipient_kind="staff", recipient_id=mine)
    tell(kind="low_rating", recipient_kind="kitchen", recipient_id=mine)
    deliver()
    assert mail_server.recipients == ["a@company.test"]
