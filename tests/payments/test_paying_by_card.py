"""Paying by card in the app: the order waits, and goes on when the provider's word comes."""

import pytest

from orders.models import Estimate
from payments.models import Payment
from tests.orders.steps import euro
from tests.payments.shop import TOTAL

pytestmark = pytest.mark.django_db


def test_the_order_is_accepted_when_it_is_paid(shop):
    payment = shop.started()
    assert shop.look(payment)["status"] == "waiting_for_payment"

    shop.stripe.payer.pay(payment.reference)
    assert set(shop.deliver()) == {204}

    order = shop.look(payment)
    assert (order["status"], order["payment"]["state"], order["payment"]["paid"]) == ("processing", "paid", euro(TOTAL))
    assert [entry["status"] for entry in order["status_log"]] == ["waiting_for_payment", "processing"]
    assert list(Estimate.objects.order_by("made_at").values_list("why", flat=True)) == ["placed", "paid"]
    assert Payment.objects.get().captured == TOTAL
