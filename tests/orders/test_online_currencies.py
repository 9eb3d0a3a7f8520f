"""What costs a part of a unit that the provider cannot take is paid at the door."""

import pytest

from tests.factories import order_body
from tests.orders.steps import PICKUP, place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("currency", "total"), [("ISK", 1050), ("UGX", 1001), ("KWD", 1005)])
def test_it_cannot_be_paid_in_the_app(alice, soup, settings, currency, total):
    settings.CURRENCY = currency
    type(soup).objects.update(price=total)
    answer = alice.place(
        order_body(soup, total=0, delivery=PICKUP, payment_method="card")
        | {"expected_total": {"amount": total, "currency": currency}}
    )

    assert (answer.status, answer.code) == (422, "payment_not_possible")
    assert answer.json["payment_methods"] == ["cash", "terminal"]


def test_a_whole_amount_can(alice, soup):
    assert place(alice, soup, total=1000, delivery=PICKUP, payment_method="card")["status"] == "waiting_for_payment"
