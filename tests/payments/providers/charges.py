"""What nearly every test of a provider asks for first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from payments.providers.base import Charge, RefundOrder, Told, ToldCard
from payments.providers.stripe import StripeProvider
from tests.stripe.books import Object
from tests.stripe.server import LoopbackStripe

QR = {"promptpay": "THB", "paynow": "SGD", "pix": "BRL", "swish": "SEK", "wechat_pay": "EUR"}


def make_charge(**changes: Any) -> Charge:
    """12.90 EUR by card, due in a quarter of an hour."""
    charge = Charge(
        payment_id=uuid4(),
        order_id=uuid4(),
        order_number="1017",
        method="card",
        amount=1290,
        currency="EUR",
        key=f"{uuid4()}-0",
        due_at=datetime.now(UTC) + timedelta(minutes=15),
    )
    return replace(charge, **changes)


def make_order(told: Told, amount: int, **changes: Any) -> RefundOrder:
    """A refund of the payment."""
    refund_id = uuid4()
    order = RefundOrder(reference=told.reference, refund_id=refund_id, amount=amount, key=f"{refund_id}-0")
    return replace(order, **changes)


def start_paid(provider: StripeProvider, loopback: LoopbackStripe, **changes: Any) -> Told:
    """A payment by card that was paid (or, `captures_later`, authorised) in the app's form."""
    told = provider.start(make_charge(**changes))
    loopback.payer.pay(told.reference)
    return told


def link_card(provider: StripeProvider, loopback: LoopbackStripe, card: str = "pm_card_visa") -> ToldCard:
    """A card that a new customer keeps."""
    customer = provider.cards.new_customer(customer_id=uuid4(), key=f"customer-{uuid4()}")
    setup = provider.cards.set_up(customer=customer, key=f"setup-{uuid4()}")
    loopback.payer.save_card(setup.reference, card)
    linked = provider.cards.fetch_linked(setup.reference)
    assert linked is not None
    return linked


def intents(loopback: LoopbackStripe) -> list[Object]:
    return loopback.objects("payment_intent")


def asked(loopback: LoopbackStripe) -> list[str]:
    """What was asked since the test began: `POST /payment_intents`, ids as …"""
    return [f"{one.method} {shorten(one.path)}" for one in loopback.requests]


def acted(loopback: LoopbackStripe, path: str) -> int:
    """How often a POST to an address that ends so had an effect."""
    done = [one for one in loopback.requests if one.method == "POST" and one.path.endswith(path)]
    return len([one for one in done if one.acted and not one.replayed])


def shorten(path: str) -> str:
    parts = path.removeprefix("/v1").split("/")
    return "/".join("…" if "_" in part and any(letter.isdigit() for letter in part) else part for part in parts)
