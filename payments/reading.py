"""Reading payments: one statement, the session check inside it."""

from uuid import UUID

from accounts.owned import one_statement, page_statement, read_one, read_page
from customerbackend.callers import Caller
from customerbackend.sqljson import json_money, json_object, json_time, json_word
from orders.history import order_exists

OF_THEIR_ORDERS = "mine.order_id IN (SELECT id FROM orders_order AS o WHERE o.customer_id = {customer})"
PAYMENT = json_object(
    id=json_word("mine.id"),
    order_id=json_word("mine.order_id"),
    method=json_word("mine.method"),
    provider=json_word("mine.provider"),
    state=json_word("mine.state"),
    amount=json_money("mine.amount"),
    captured=json_money("mine.captured"),
    # What only providers have; money that is handed over at the door has none of it.
    refunds="'[]'",
    failure="'null'",
    client_secret="'null'",
    publishable_key="'null'",
    payment_url="'null'",
    qr="'null'",
    created_at=json_time("mine.created_at"),
)
READ_PAYMENTS = page_statement(
    "read_payments",
    table="payments_payment",
    item=PAYMENT,
    condition="mine.order_id = $6",
    owner=OF_THEIR_ORDERS,
    types="uuid",
)
READ_PAYMENT = one_statement("read_payment", table="payments_payment", item=PAYMENT, owner=OF_THEIR_ORDERS)


def read_payments(*, caller: Caller, order_id: UUID, limit: int, cursor: str | None) -> str:
    """A page of the payments of the caller's order as JSON, newest first. Raises TokenInvalid, NotFound."""
    order_exists(caller=caller, order_id=order_id)
    return read_page(READ_PAYMENTS, order_id, caller=caller, limit=limit, cursor=cursor)


def read_payment(*, caller: Caller, payment_id: UUID) -> str:
    """One payment of an order of the caller's as JSON. Raises TokenInvalid, NotFound."""
    return read_one(READ_PAYMENT, caller=caller, row_id=payment_id)
