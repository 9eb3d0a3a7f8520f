"""What a test does with the sandbox again and again."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from payments.models import SandboxEvent
from payments.providers.base import Charge, RefundOrder, ToldCard
from payments.providers.sandbox import SandboxProvider
from tests.clients import Answer, Api
from tests.orders.steps import NOON

PAYMENT_ID = UUID("0197a000-0000-7000-8000-000000000001")
DUE = NOON + timedelta(minutes=15)


def charge(**changes: Any) -> Charge:
    """12.00 EUR by card for order 1001, due a quarter of an hour after NOON."""
    asked: dict[str, Any] = {
        "payment_id": PAYMENT_ID,
        "order_id": UUID("0197a000-0000-7000-8000-000000000002"),
        "order_number": "1001",
        "method": "card",
        "amount": 1200,
        "currency": "EUR",
        "key": str(uuid4()),
        "due_at": DUE,
    }
    return Charge(**{**asked, **changes})


def refund_of(reference: str, amount: int, **changes: Any) -> RefundOrder:
    asked: dict[str, Any] = {"refund_id": uuid4(), "key": str(uuid4())}
    return RefundOrder(reference=reference, amount=amount, **{**asked, **changes})


def started(provider: SandboxProvider, **changes: Any) -> str:
    """The reference of a payment that waits to be paid."""
    return provider.start(charge(**changes)).reference


def paid(provider: SandboxProvider, **changes: Any) -> str:
    """The reference of a payment for which `Pay` was pressed."""
    reference = started(provider, **changes)
    press(reference, "pay")
    return reference


def press(reference: str, button: str) -> Answer:
    """Press a button of the page of a payment or a setup; the answer itself, not that to which it leads."""
    folder = "cards" if reference.startswith("sbxset") else "payments"
    form = "application/x-www-form-urlencoded"
    return Api().call("POST", f"/sandbox/{folder}/{reference}", f"button={button}", content_type=form)


def page(reference: str, **headers: str) -> Answer:
    folder = "cards" if reference.startswith("sbxset") else "payments"
    return Api().get(f"/sandbox/{folder}/{reference}", **headers)


def linked_card(provider: SandboxProvider, customer: str) -> ToldCard:
    """A card that the customer has just linked."""
    setup = provider.cards.set_up(customer=customer, key=str(uuid4()))
    press(setup.reference, "link")
    card = provider.cards.fetch_linked(setup.reference)
    assert card is not None
    return card


def new_customer(provider: SandboxProvider) -> str:
    return provider.cards.new_customer(customer_id=uuid4(), key=str(uuid4()))


def documents() -> list[dict[str, Any]]:
    """Every event there is, as it is sent, the oldest first."""
    return [json.loads(event.body) for event in SandboxEvent.objects.order_by("id")]


def told_of(reference: str) -> list[str]:
    """What happened to something, by the types of its events."""
    return [event["type"] for event in documents() if event["data"]["reference"] == reference]


def path_of(url: str) -> str:
    """The path of an address of ours."""
    assert url.startswith(f"{settings.PUBLIC_URL}/")
    return url.removeprefix(settings.PUBLIC_URL)
