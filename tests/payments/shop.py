"""What tests of paying do again and again: order, start a payment, pay it at Stripe, have Stripe's events come."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

from catalog.models import Product
from orders.models import Order
from payments.models import LinkedCard, Payment
from tests.clients import Answer, Api, Handlers, signed_in
from tests.factories import make_customer
from tests.orders.steps import place
from tests.stripe.cards import CARDS
from tests.stripe.refunds import create_refund
from tests.stripe.server import LoopbackStripe

TOTAL = 1200


@dataclass
class Shop:
    """`stripe.payer` is what Alice does in the provider's form or in her bank's app."""

    stripe: LoopbackStripe
    alice: Api
    soup: Product
    delivered: set[str] = field(default_factory=set)

    def visited_by(self, login: str) -> "Shop":
        """The same for a new customer of this login, whose name is Alice, too."""
        return Shop(self.stripe, signed_in(make_customer(login)), self.soup, self.delivered)

    def order(self, method: str = "card", **changes: Any) -> dict[str, Any]:
        """Place an order that is to be paid in the app."""
        return place(self.alice, self.soup, total=TOTAL, payment_method=method, **changes)

    def start(self, order: dict[str, Any], key: str | None = None, **body: Any) -> Answer:
        """Start paying, under a new Idempotency-Key unless one is given."""
        return self.alice.post(f"orders/{order['id']}/payments", body, idempotency_key=key or str(uuid4()))

    def started(self, method: str = "card", **body: Any) -> Payment:
        """The payment of a new order, started."""
        answer = self.start(self.order(method), **body)
        assert answer.status == 201, answer.text
        return Payment.objects.get(id=answer.json["id"])

    def paid(self, **body: Any) -> Payment:
        """A payment by card of a new order that is paid, and the order accepted."""
        payment = self.started(**body)
        self.stripe.payer.pay(payment.reference)
        self.deliver()
        payment.refresh_from_db()
        assert payment.state == "succeeded"
        return payment

    def pay(self, order: dict[str, Any], **body: Any) -> Payment:
        """The payment by card of an order that was placed; it is paid when this returns."""
        payment = Payment.objects.get(id=self.start(order, **body).json["id"])
        self.stripe.payer.pay(payment.reference)
        self.deliver()
        payment.refresh_from_db()
        return payment

    def link(self, card: str = "pm_card_visa") -> LinkedCard:
        """A test card that Alice has linked in her account."""
        answer = self.alice.post("account/cards/setup", {})
        assert answer.status == 201, answer.text
        setup = next(one for one in self.stripe.objects("setup_intent") if one["client_secret"] in answer.text)
        self.stripe.payer.save_card(setup["id"], card)
        self.deliver()
        return LinkedCard.objects.filter(customer=self.alice.customer, last4=CARDS[card].last4).get()

    def intents(self) -> list[tuple[str, str]]:
        """Name and status of every PaymentIntent at Stripe, the oldest first."""
        return [(intent["id"], intent["status"]) for intent in self.stripe.objects("payment_intent")]

    def refund_in_dashboard(self, payment: Payment, amount: int | None = None) -> dict[str, Any]:
        """Give back at Stripe, without our side: all that is left unless an amount is given."""
        with self.stripe.books.lock:
            thing = self.stripe.books.objects[payment.reference]
            asked = {"payment_intent": thing.get("payment_intent") or thing["id"]}
            return create_refund(self.stripe.books, asked | ({} if amount is None else {"amount": amount}))

    def look(self, order: dict[str, Any] | Payment) -> dict[str, Any]:
        """The order as Alice sees it now."""
        order_id = order.order_id if isinstance(order, Payment) else order["id"]
        return dict(self.alice.get(f"orders/{order_id}").json)

    def row(self, payment: Payment) -> Order:
        """The payment's order as it is in the database."""
        return Order.objects.get(id=payment.order_id)

    def deliver(self, *types: str) -> list[int]:
        """Have Stripe's events come that have not come yet, in the order in which they happened; the answers' codes."""
        events = [event for event in self.stripe.events(*types) if event["id"] not in self.delivered]
        self.delivered |= {event["id"] for event in events}
        return self.send(events)

    def send(self, events: Iterable[Any]) -> list[int]:
        """Have these events come, whether or not they have before; the answers' codes."""
        return [post_event(*self.stripe.webhooks.raw(event)) for event in events]


def post_event(body: bytes, signature: str) -> int:
    """Send one event as Stripe does; the answer's code."""
    client = Client(raise_request_exception=False)
    client.handler = Handlers.get()
    headers = {"Stripe-Signature": signature}
    return client.post("/webhooks/stripe", body, content_type="application/json", headers=headers).status_code
