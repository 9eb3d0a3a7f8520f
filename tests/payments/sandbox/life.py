"""Paying in the sandbox from end to end: what the API gives, the buttons of its pages, and the events that follow."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from payments.models import SandboxEvent
from payments.providers.sandbox.signing import HEADER, sign
from tests.clients import Answer, Api
from tests.payments.sandbox.steps import path_of

FORM = "application/x-www-form-urlencoded"


def start(api: Api, order: dict[str, Any], **body: Any) -> Answer:
    """Start paying an order, under a new Idempotency-Key."""
    return api.post(f"orders/{order['id']}/payments", body, idempotency_key=str(uuid4()))


def pay(api: Api, order: dict[str, Any], *buttons: str, **body: Any) -> dict[str, Any]:
    """Start paying an order and press buttons of the page, by default `Pay`; the payment as it is then."""
    started = start(api, order, **body)
    assert started.status in (200, 201), started.text
    for button in buttons or ("pay",):
        press(started.json["payment_url"], button)
    return dict(api.get(f"payments/{started.json['id']}").json)


def link_card(api: Api) -> str:
    """Link a card, and give its id."""
    known = {card["id"] for card in api.get("account/cards").json["data"]}
    setup = api.post("account/cards/setup", {})
    assert setup.status == 201, setup.text
    press(setup.json["setup_url"], "link")
    [card_id] = {card["id"] for card in api.get("account/cards").json["data"]} - known
    return str(card_id)


def press(url: str, button: str) -> None:
    """Press a button of a page, and have the events come that follow from it."""
    click(url, button)
    assert set(deliver()) == {204}


def click(url: str, button: str) -> None:
    """Press a button of a page."""
    assert Api().call("POST", path_of(url), f"button={button}", content_type=FORM).status == 303


def deliver() -> list[int]:
    """Have every event come that the sandbox has to tell by now, the oldest first; the answers' codes."""
    statuses = []
    for event in SandboxEvent.objects.filter(next_at__lte=timezone.now()).order_by("id"):
        signed = {HEADER: sign(event.body.encode())}
        statuses.append(Api().call("POST", "/webhooks/sandbox", event.body, **signed).status)
        SandboxEvent.objects.filter(id=event.id).update(next_at=None, delivered_at=timezone.now())
    return statuses
