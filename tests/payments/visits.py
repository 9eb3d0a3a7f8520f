"""Customers who order and pay while Stripe fails again and again, as an app that minds its manners has them do."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from orders.models import Order
from payments.closing import cancel_stray_payments, capture_due_payments, expire_unpaid_orders
from payments.models import Payment
from payments.reconciling import reconcile_payments
from payments.sending_refunds import process_refunds
from payments.webhooks import process_due_events
from tests.clients import Answer
from tests.payments.shop import Shop
from tests.stripe.refusals import Refused

TRIES = 12
PLANS = ("pays", "pays", "pays", "is declined first", "changes the way", "cancels", "goes away", "is too late")


class Visit:
    """One customer, with or without a linked card, and what they are up to."""

    def __init__(self, shop: Shop, chance: random.Random, *, has_card: bool) -> None:
        self.shop = shop
        self.chance = chance
        self.card_id = str(shop.link().id) if has_card else None
        self.plan = chance.choice(PLANS)

    def go(self) -> Answer | None:
        """Order and pay; the last answer about the payment."""
        since = len(self.shop.stripe.books.events)
        order = self.shop.order()
        if self.plan == "is too late":
            Order.objects.filter(id=order["id"]).update(payment_due_at=timezone.now())
        answer = self.start(order)
        if self.plan == "changes the way":
            answer = self.start(order, method="qr")
        if answer.status < 300:
            self.pay(answer.json)
        if self.plan == "cancels":
            self.shop.alice.cancel(order["id"])
        self.have_events_come(order, since)
        return answer

    def start(self, order: dict[str, Any], **body: Any) -> Answer:
        """Start paying; where nobody knows what came of it, ask again under the same key."""
        if self.card_id and "method" not in body:
            body["card_id"] = self.card_id
        key = str(uuid4())
        for _ in range(TRIES):
            answer = self.shop.start(order, key, **body)
            if answer.status not in (500, 503, 409) or answer.code in ("already_paid", "order_not_payable"):
                break
        assert answer.status != 500, answer.text
        return answer

    def pay(self, payment: dict[str, Any]) -> None:
        """In the provider's form or on its page, unless it has been paid by then or there is nothing to pay."""
        payer = self.shop.stripe.payer
        try:
            if payment["payment_url"]:
                payer.pay_session(payment["payment_url"].rpartition("/")[2])
            elif payment["client_secret"] and self.plan != "goes away":
                intent = payment["client_secret"].partition("_secret_")[0]
                if self.plan == "is declined first":
                    payer.decline(intent)
                payer.pay(intent)
        except Refused:
            pass  # somebody has cancelled it meanwhile: the form says so

    def have_events_come(self, order: dict[str, Any], since: int) -> None:
        """Half of the events of this order, in no order, and perhaps twice."""
        names = [
            name for name in Payment.objects.filter(order_id=order["id"]).values_list("reference", flat=True) if name
        ]
        with self.shop.stripe.books.lock:
            happened = self.shop.stripe.books.events[since:]
        mine = [event for event in happened if any(name in str(event["data"]) for name in names)]
        coming = [event for event in mine if self.chance.random() < 0.5] * self.chance.choice([1, 2])
        self.chance.shuffle(coming)
        self.shop.send(coming)


def work() -> None:
    """All that our workers do, with payments young and old."""
    process_due_events()
    capture_due_payments()
    list(expire_unpaid_orders())
    cancel_stray_payments()
    process_refunds()
    list(reconcile_payments(older_than=timedelta()))
