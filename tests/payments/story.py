"""A paid order that is cancelled and refunded, with every event of it coming again and again, at any time."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from orders.lifecycle import move_order
from orders.statuses import Status
from payments.models import Payment, Refund
from payments.reconciling import reconcile_payments
from payments.sending_refunds import give_back_for, process_refunds
from tests.orders.steps import CHEF
from tests.payments.shop import Shop
from tests.stripe.failing import RESET, RESET_AFTER, only

COPIES = 5
STARTS = ("answered", "answer lost")
REFUNDS = (
    "by our worker",
    "by our worker, answer lost",
    "in the dashboard",
    "in the dashboard, and ours was to be sent",
    "in the dashboard, and ours was on its way",
)


class Story:
    """One telling of it: `chance` decides what comes when."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop = shop
        self.chance = chance
        self.start = chance.choice(STARTS)
        self.refund = chance.choice(REFUNDS)
        self.sent: set[str] = set()
        self.bag: list[Any] = []

    def tell(self) -> UUID:
        """From placing to the last event; the order's id."""
        order = self.shop.order()
        payment = self.begin(order)
        self.shop.stripe.payer.pay(payment.reference or self.shop.stripe.objects("payment_intent")[-1]["id"])
        self.let_some_come()
        payment = self.have_it_known(order, payment)
        self.let_some_come()
        move_order(order_id=payment.order_id, to=Status.CANCELLED, actor=CHEF, reason="no gas")
        self.let_some_come()
        self.give_back(payment)
        self.let_some_come()
        self.let_all_come()
        return payment.order_id

    def begin(self, order: dict[str, Any]) -> Payment:
        """Start paying; where the answer is lost, the payment has no name here."""
        if self.start == "answer lost":
            self.shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=only("POST", "/payment_intents"))
        answer = self.shop.start(order)
        assert answer.status == (503 if self.start == "answer lost" else 201)
        self.let_some_come()
        return Payment.objects.get(order_id=order["id"])

    def have_it_known(self, order: dict[str, Any], payment: Payment) -> Payment:
        """Whatever has come of the payment's events, it is known now that it was paid."""
        if self.start == "answer lost":
            assert self.shop.start(order).status in (200, 201, 409)
        list(reconcile_payments(older_than=timedelta()))
        payment.refresh_from_db()
        assert payment.state == "succeeded"
        return payment

    def give_back(self, payment: Payment) -> None:
        """The money goes back, by whose hand ever."""
        asking = only("POST", "/refunds")
        if self.refund == "by our worker, answer lost":
            self.shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=asking)
        if self.refund == "in the dashboard, and ours was to be sent":
            give_back_for(order_id=payment.order_id)
        if self.refund == "in the dashboard, and ours was on its way":
            self.shop.stripe.failing.next(RESET, RESET, matching=asking)
            process_refunds()
        if self.refund.startswith("in the dashboard"):
            self.shop.refund_in_dashboard(payment)
            self.let_some_come()
        process_refunds()

    def let_some_come(self) -> None:
        """Some of what has happened by now."""
        self.bag += [
            event for event in self.shop.stripe.events() if event["id"] not in self.sent for _ in range(COPIES)
        ]
        self.sent |= {event["id"] for event in self.bag}
        self.chance.shuffle(self.bag)
        split = self.chance.randint(0, len(self.bag))
        coming, self.bag = self.bag[:split], self.bag[split:]
        self.shop.send(coming)

    def let_all_come(self) -> None:
        """The rest; and what our worker has put off is due."""
        for _ in range(3):
            Refund.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
            process_refunds()
            self.let_some_come()
        assert set(self.shop.send(self.bag)) <= {204}
