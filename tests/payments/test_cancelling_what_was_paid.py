"""CANCELLATION_REFUNDS_ONLINE_PAYMENTS: where it is on, a customer may cancel what was paid, and gets it back.

It is read when the product starts, so that this is seen in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.orders.steps import euro
from tests.payments.books import find_faults, told
from tests.payments.refunds import made, money_of, noted, shows
from tests.processes import environment_here

pytestmark = pytest.mark.django_db(transaction=True)

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# A customer with a token and an order reads and cancels it; then the worker gives back.
PROGRAM = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from tests.clients import Api
alice, order_id = Api(sys.argv[1]), sys.argv[2]
order = alice.get(f"orders/{order_id}").json
cancellation = alice.get(f"orders/{order_id}/cancellation").json
answer = alice.cancel(order_id, reason="changed_mind")
call_command("process_refunds", stdout=sys.stderr)
print(json.dumps([order, cancellation, answer.status, answer.json, alice.get(f"orders/{order_id}").json]))
"""


def cancel_in_a_process(shop, payment, **variables):
    """What the customer sees: the order, the cancellation, its status and answer, and the order after refunding."""
    environment = environment_here(
        STRIPE_SECRET_KEY=shop.stripe.api_key,
        STRIPE_PUBLISHABLE_KEY="pk_test_loopback",
        STRIPE_WEBHOOK_SECRETS="whsec_loopback",
        STRIPE_API_URL=shop.stripe.url,
        LOG_LEVEL="ERROR",
        **variables,
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, shop.alice.token, str(payment.order_id)],
        cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_switched_on_the_customer_cancels_and_gets_it_back(shop):
    payment = shop.paid()

    order, cancellation, status, cancelled, refunded = cancel_in_a_process(
        shop, payment, CANCELLATION_REFUNDS_ONLINE_PAYMENTS="true"
    )

    assert (order["can_cancel"], order["cancel_refusal"]) == (True, None)
    assert cancellation == {
        "can_cancel": True,
        "cancel_refusal": None,
        "until_status": "cooking",
        "refund": euro(1200),
    }
    assert (status, cancelled["status"], cancelled["payment"]["state"]) == (200, "cancelled", "paid")
    assert (refunded["payment"]["state"], refunded["payment"]["refunded"]) == ("refunded", euro(1200))
    assert (noted(payment), made(shop)) == ([("succeeded", 1200, "order_cancelled")], [("succeeded", 1200)])
    assert money_of(payment) == shows("refunded", 1200, 1200)
    assert told(payment.order_id)[("order_cancelled", "kitchen")] == 1
    assert find_faults(shop.stripe) == []


def test_not_switched_on_nothing_is_cancelled(shop):
    payment = shop.paid()

    order, cancellation, status, problem, after = cancel_in_a_process(shop, payment)

    assert (order["can_cancel"], order["cancel_refusal"]) == (False, "paid_online")
    assert cancellation["can_cancel"] is False
    assert (status, problem["code"], problem["reason"]) == (409, "order_not_cancellable", "paid_online")
    assert after == order
    assert (noted(payment), made(shop)) == ([], [])
