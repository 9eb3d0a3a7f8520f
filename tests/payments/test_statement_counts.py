"""How many statements paying takes: a number that does not grow with the order. Counted by PostgreSQL."""

import pytest

from payments.models import Payment
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.orders.steps import place
from tests.payments.shop import Shop
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def products():
    branch = make_branch()
    made = [make_product(f"dish{number}", recipe={f"part{number}": 1, "salt": 1}) for number in range(20)]
    put_in_stock(branch, salt=1000, **{f"part{number}": 100 for number in range(20)})
    return made


@pytest.fixture
def shop(stripe, alice, products):
    return Shop(stripe, alice, products[0])


def body_of(products, lines, method="card"):
    return order_body(*products[:lines], total=1000 * lines + 200, payment_method=method)


@pytest.mark.parametrize("method", ["card", "qr"])
@pytest.mark.parametrize("lines", [1, 20])
def test_placing_takes_as_many_statements_as_at_the_door(alice, products, lines, method):
    body = body_of(products, lines, method)
    alice.cancel(alice.place(body).json["id"])

    with statements_sent() as sent:
        assert alice.place(body).json["status"] == "waiting_for_payment"

    assert [text.split()[0] for text in sent] == ["BEGIN", "EXECUTE", "EXECUTE", "EXECUTE", "COMMIT"]


def order_of(shop, products, lines):
    """An order that waits to be paid."""
    return place(shop.alice, *products[:lines], total=1000 * lines + 200, payment_method="card")


def count_of_paying(shop, products, lines):
    order = order_of(shop, products, lines)
    payment = Payment.objects.get(id=shop.start(order).json["id"])
    shop.deliver()
    shop.stripe.payer.pay(payment.reference)
    with statements_sent() as sent:
        assert shop.deliver("payment_intent.succeeded") == [204]
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert shop.look(order)["status"] == "processing"
    return len(sent)


def test_an_event_that_pays_takes_as_many_for_one_line_as_for_twenty(shop, products):
    count_of_paying(shop, products, 1)
    assert count_of_paying(shop, products, 1) == count_of_paying(shop, products, 20) <= 30


def count_of_order_of(shop, products, lines):
    order = order_of(shop, products, lines)
    with statements_sent() as sent:
        assert shop.start(order).status == 201
    shop.alice.cancel(order["id"])
    return len(sent)


def test_starting_takes_as_many_for_one_line_as_for_twenty(shop, products):
    count_of_order_of(shop, products, 1)
    assert count_of_order_of(shop, products, 1) == count_of_order_of(shop, products, 20) <= 25


@pytest.mark.parametrize("payments", [1, 5])
def test_a_read_is_one_statement_with_the_session_check_inside_and_a_page_two(shop, products, payments):
    order = order_of(shop, products, 1)
    for number in range(payments):
        answer = shop.start(order, method=["card", "qr"][number % 2])
    path = f"payments/{answer.json['id']}"
    assert shop.alice.get(path).status == 200

    with statements_sent() as sent:
        assert shop.alice.get(path).status == 200
    assert len(sent) == 1

    pages = f"orders/{order['id']}/payments"
    assert len(shop.alice.get(pages).json["data"]) == payments
    with statements_sent() as sent:
        assert shop.alice.get(pages).status == 200
    assert len(sent) == 2


@pytest.mark.parametrize("cards", [1, 4])
def test_the_list_of_cards_is_one_statement(shop, cards):
    for card in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_visa_debit")[:cards]:
        shop.link(card)
    assert len(shop.alice.get("account/cards").json["data"]) == cards
    with statements_sent() as sent:
        assert shop.alice.get("account/cards").status == 200
    assert len(sent) == 1
