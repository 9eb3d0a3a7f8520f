"""Reading payments: one statement, the session check inside it."""

import json
from uuid import UUID

from django.conf import settings
from django.utils.encoding import force_str

from customerbackend.callers import Caller
from customerbackend.owned import one_statement, page_statement, read_one, read_page
from customerbackend.sqljson import json_array, json_money, json_object, json_text, json_time, json_value, json_word
from customerbackend.statements import Statement
from orders.history import order_exists
from payments.failures import DETAILS, FAILED
from payments.models import Payment, Provider

OF_THEIR_ORDERS = "mine.order_id IN (SELECT id FROM orders_order AS o WHERE o.customer_id = {customer})"

REFUND = json_object(
    id=json_word("refund.id"),
    state=json_word("refund.state"),
    amount=json_money("refund.amount"),
    reason=json_word("refund.reason"),
    at=json_time("refund.created_at"),
)
REFUNDS = f"""CASE WHEN mine.captured = 0 THEN '[]' ELSE (
    SELECT {json_array(REFUND, order_by="refund.created_at, refund.id")}
    FROM payments_refund AS refund WHERE refund.payment_id = mine.id) END"""


def json_payment(words: str) -> str:
    """JSON of a payment from its row under the alias `mine`. `words` is SQL of what `read_words` gives."""
    failure = json_object(
        code=json_word("mine.failure_code"),
        detail=json_text(
            f"COALESCE({words} -> 'failures' ->> mine.failure_code, {words} -> 'failures' ->> '{FAILED}')"
        ),
    )
    qr = json_object(payload=json_text("mine.qr_payload"), expires_at=json_time("mine.qr_expires_at"))
    return json_object(
        id=json_word("mine.id"),
        order_id=json_word("mine.order_id"),
        method=json_word("mine.method"),
        provider=json_word("mine.provider"),
        state=json_word("mine.state"),
        amount=json_money("mine.amount"),
        captured=json_money("mine.captured"),
        refunds=json_value(REFUNDS),
        failure=f"CASE WHEN mine.state = '{Payment.State.FAILED}' THEN {failure} ELSE 'null' END",
        client_secret=json_text("NULLIF(mine.client_secret, '')"),
        publishable_key=json_text(f"CASE WHEN mine.client_secret <> '' THEN {words} -> 'keys' ->> mine.provider END"),
        payment_url=json_text("NULLIF(mine.payment_url, '')"),
        qr=f"CASE WHEN mine.qr_payload = '' THEN 'null' ELSE {qr} END",
        created_at=json_time("mine.created_at"),
    )


READ_PAYMENTS = page_statement(
    "read_payments",
    table="payments_payment",
    item=json_payment("$7"),
    condition="mine.order_id = $6",
    owner=OF_THEIR_ORDERS,
    types="uuid, json",
)
READ_PAYMENT = one_statement(
    "read_payment", table="payments_payment", item=json_payment("$4"), owner=OF_THEIR_ORDERS, types="json"
)
DESCRIBE_PAYMENT = Statement(
    "describe_payment", "uuid, json", f"SELECT {json_payment('$2')} FROM payments_payment AS mine WHERE mine.id = $1"
)
READ_CODE = one_statement(
    "read_code", table="payments_payment", item="NULLIF(mine.qr_payload, '')", owner=OF_THEIR_ORDERS
)


def read_words() -> str:
    """What a payment's row does not hold itself: failures in the language of the answer, the providers' public keys."""
    return json.dumps(
        {
            "failures": {code: force_str(detail) for code, detail in DETAILS.items()},
            "keys": {Provider.STRIPE: settings.STRIPE_PUBLISHABLE_KEY, Provider.SANDBOX: "sandbox"},
        }
    )


def read_payments(*, caller: Caller, order_id: UUID, limit: int, cursor: str | None) -> str:
    """A page of the payments of the caller's order as JSON, newest first. Raises TokenInvalid, NotFound."""
    order_exists(caller=caller, order_id=order_id)
    return read_page(READ_PAYMENTS, order_id, read_words(), caller=caller, limit=limit, cursor=cursor)


def read_payment(*, caller: Caller, payment_id: UUID) -> str:
    """One payment of an order of the caller's as JSON. Raises TokenInvalid, NotFound."""
    return read_one(READ_PAYMENT, read_words(), caller=caller, row_id=payment_id)


def describe_payment(payment_id: UUID) -> str:
    """A payment as JSON, whosever it is."""
    row = DESCRIBE_PAYMENT.row(payment_id, read_words())
    assert row is not None
    return str(row[0])


def read_code(*, caller: Caller, payment_id: UUID) -> str:
    """What the payment's QR code says. Raises TokenInvalid; NotFound also where none is to be shown (any more)."""
    return read_one(READ_CODE, caller=caller, row_id=payment_id)
