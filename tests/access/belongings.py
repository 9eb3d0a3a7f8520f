"""Whose the objects are that ids name. A new kind of id is one line here: in OWNED if each has an owner."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from accounts.models import Session
from catalog.models import Product
from orders.models import Order
from payments.door import record_door_payment
from tests.clients import Api
from tests.factories import order_body, sign_in
from tests.orders.steps import WAYS, advance, place
from tests.payments.sandbox.life import link_card, start


def orders_of(api: Api) -> list[str]:
    """One that the kitchen has not begun, one that is long over, and one that waits for its payment."""
    running, over = (place(api, soup(), total=1200) for _ in range(2))
    advance(over, *WAYS["delivered"])
    return [running["id"], over["id"], unpaid(api)]


def unpaid(api: Api) -> str:
    """The one order of theirs that waits for its payment."""
    waiting = api.get("orders?status=waiting_for_payment").json["data"]
    return str(waiting[0]["id"] if waiting else place(api, soup(), total=1200, payment_method="qr")["id"])


def sessions_of(api: Api) -> list[str]:
    """The one that the client has, and one on another device."""
    sign_in(api.customer)
    return [str(session.id) for session in Session.objects.filter(customer=api.customer)]


def addresses_of(api: Api) -> list[str]:
    """The default one, and another."""
    place = {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115"}
    return [api.post("account/addresses", {**place, "is_default": each}).json["id"] for each in (True, False)]


def notifications_of(api: Api) -> list[str]:
    """The newest ones that they have been told."""
    return [item["id"] for item in api.get("notifications?limit=3").json["data"]]


def payments_of(api: Api) -> list[str]:
    """Of an order that was paid at the door, and one that can be paid by its code."""
    order = place(api, soup(), total=1200)
    advance(order, *WAYS["delivered"])
    paid = record_door_payment(order_id=UUID(order["id"]), method="cash", recorded_by="sam")
    return [str(paid.id), start(api, {"id": unpaid(api)}).json["id"]]


def cards_of(api: Api) -> list[str]:
    """One that is linked."""
    return [link_card(api)]


def devices_of(api: Api) -> list[str]:
    """One registered by the session that the client has, one by another."""
    other = Api(sign_in(api.customer)["access_token"])
    tokens = {api: "here", other: "elsewhere"}
    return [
        each.post("devices", {"kind": "fcm", "token": f"{token}-{api.customer.login}"}).json["id"]
        for each, token in tokens.items()
    ]


# Makes objects of a customer where there are a branch and its soup; gives their ids.
OWNED: dict[str, Callable[[Api], list[str]]] = {
    "address_id": addresses_of,
    "card_id": cards_of,
    "device_id": devices_of,
    "order_id": orders_of,
    "payment_id": payments_of,
    "session_id": sessions_of,
    "notification_id": notifications_of,  # after all that they are told of
}

NOBODYS = {
    "branch_id": "everybody orders from it",
    "category_id": "everybody reads the menu",
    "option_ids": "everybody reads the menu",
    "product_id": "everybody reads the menu",
    "sign_up_id": "whoever signs up is no customer yet; only they know the id, and the code that it takes",
}


def soup() -> Product:
    return Product.objects.get(key="soup")


def pay_with(card_id: str) -> dict[str, Any]:
    """Alice's order that waits for its payment, with the card."""
    [waiting] = Order.objects.filter(customer__login="alice", status="waiting_for_payment")
    return {"order_id": str(waiting.id), "body": {"card_id": card_id, "method": "card"}}


def order_to(address_id: str) -> dict[str, Any]:
    return order_body(soup(), total=1200, delivery={"method": "courier", "address_id": address_id})


def quote_of(body: dict[str, Any]) -> dict[str, Any]:
    """What of an order's body is quoted."""
    return {name: body[name] for name in ("items", "delivery")}


# Ids with an owner outside of paths, by operation and name: what kind of id it is, and a request that is good for whom
# it belongs to.
ELSEWHERE: dict[tuple[str, str], tuple[str, Callable[[str], dict[str, Any]]]] = {
    ("GET /api/v1/branches/serving", "address_id"): ("address_id", lambda id: {"query": f"address_id={id}"}),
    ("PATCH /api/v1/account", "default_address_id"): ("address_id", lambda id: {"body": {"default_address_id": id}}),
    ("POST /api/v1/notifications/read-all", "up_to_id"): ("notification_id", lambda id: {"body": {"up_to_id": id}}),
    ("POST /api/v1/orders", "address_id"): ("address_id", lambda id: {"body": order_to(id)}),
    ("POST /api/v1/orders/quote", "address_id"): ("address_id", lambda id: {"body": quote_of(order_to(id))}),
    ("POST /api/v1/orders/{order_id}/payments", "card_id"): ("card_id", pay_with),
}
