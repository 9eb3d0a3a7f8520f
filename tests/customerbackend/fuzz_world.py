"""Whom the fuzz speaks for: a customer with a history, and real values for what a request may name."""

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core import mail
from django.db.models import Model
from django.utils import timezone

from accounts.models import Customer
from accounts.service_keys import make_service_key
from catalog.models import Product
from customerbackend.times import rfc3339
from orders.models import Order
from orders.statuses import CLOSED, Status
from payments.door import record_door_payment
from payments.models import OPEN, Payment
from payments.sending_refunds import process_refunds
from tests.clients import Api
from tests.factories import (
    PASSWORD,
    make_branch,
    make_customer,
    make_ingredient,
    make_options,
    make_product,
    put_in_stock,
    sign_in,
)
from tests.orders.steps import PICKUP, WAYS, advance, courier, euro, place
from tests.payments.sandbox.life import deliver, link_card, start
from tests.tables import OURS

ENOUGH = 10_000_000
NEWEST = 12  # how many real ids of a kind are known
CALLED = {"card_id": ["linked", "card"]}
MODELS = {str(model._meta.model_name): model for app in OURS for model in apps.get_app_config(app).get_models()}


class World:
    """A small company; the customer who calls, and Bob, whose things are not hers.

    `known` gives real values by the name under which a request may say them. Ids are looked up by such names too, among
    the models of all our apps: those of `Order` for `order_id`, of `Option` for `option_ids`.
    """

    def __init__(self) -> None:
        self.numbers = count(1)
        self.known: dict[str, list[Any]] = {}
        self.soup = make_company()
        _key, self.service_key = make_service_key(name="fuzz", scopes=["status", "delay", "stock"])
        place(Api(sign_in(make_customer("bob"))["access_token"]), self.soup, total=1200)
        self.begin_customer()

    def begin_customer(self) -> None:
        """A new customer with an order in every status or, every other time, with nothing that still runs."""
        number = next(self.numbers)
        self.is_busy = bool(number % 2)
        self.customer = make_customer(f"alice-{number}")
        sign_in(self.customer)  # on another device
        self.session = sign_in(self.customer)
        api = Api(self.session["access_token"])
        pay_online(api, self.soup)
        if self.is_busy:
            place(api, self.soup, total=1200, delivery=courier(requested_at=soon(hours=5)))
        for status in WAYS if self.is_busy else CLOSED:
            order = place(api, self.soup, total=1200)
            advance(order, *WAYS[status])
            if status == "delivered":
                record_door_payment(order_id=UUID(order["id"]), method="cash", recorded_by="sam")
        api.post("devices", {"kind": "fcm", "token": f"of-{number}", "name": "phone"})
        body = {"login": f"carol-{number}", "email": f"carol-{number}@example.com", "password": PASSWORD}
        Api().post("auth/sign-up", body)
        self.look()

    def token_for(self, operation: Any) -> str:
        """The customer's, or where the schema wants a service key, that."""
        is_for_services = any("serviceKey" in scheme for scheme in operation.definition.raw["security"])
        return self.service_key if is_for_services else str(self.session["access_token"])

    def is_signed_in(self) -> bool:
        return Api(self.session["access_token"]).get("account").status == 200

    def come_back(self) -> None:
        """The session has ended: sign in again or, where the customer is gone, begin with a new one."""
        customer = Customer.objects.filter(id=self.customer.id, is_active=True).first()
        if customer is None:
            self.begin_customer()
        else:
            self.customer = customer
            self.session = sign_in(customer)
            self.look()

    def unpaid(self) -> list[str]:
        """The order of hers that waits for its payment, with a code to be shown, while she is busy."""
        customer = Customer.objects.filter(id=self.customer.id, is_active=True).first()
        if customer is None or not self.is_busy:
            return []
        waiting = Order.objects.filter(customer=customer, status=Status.WAITING_FOR_PAYMENT)
        if not waiting.exists():
            api = Api(sign_in(customer)["access_token"])
            start(api, place(api, self.soup, total=1200, payment_method="qr"))
        return [str(order.id) for order in waiting]

    def look(self) -> None:
        """See what is real at this moment."""
        unpaid = self.unpaid()
        payments = [str(payment.id) for payment in Payment.objects.filter(order_id__in=unpaid, state__in=OPEN)]
        mails = [str(message.body) for message in getattr(mail, "outbox", [])[-4:]]
        email = f"dora-{next(self.numbers)}@example.com"
        self.known = {
            "change_from": [euro(50_000_000)],
            "code": [code for text in mails for code in re.findall(r"\b[0-9]{6}\b", text)],
            "currency": ["EUR"],
            "current_password": [PASSWORD],
            "delivery": [PICKUP, courier()],
            "email": [self.customer.email, email],
            "expected_total": [euro(1200)],
            "ingredient": ["wine", "salt", str(make_ingredient("salt").id)],  # that orders here can do without
            "login": [self.customer.login, self.customer.email],
            "new_password": [PASSWORD, PASSWORD[::-1]],
            "order_id": [*self.ids_of("order_id"), *unpaid * NEWEST],
            "password": [PASSWORD],
            "payment_id": [*self.ids_of("payment_id"), *payments * NEWEST],
            "payment_method": ["cash", "cash", "terminal", "qr", "card"],
            "phone": [str(self.customer.phone)],
            "postal_code": ["10115", "20095"],
            "refresh_token": [self.session["refresh_token"]],
            "requested_at": [soon(hours=1), soon(hours=30)],
            "time_zone": ["Europe/Berlin"],
            "token": [word for text in mails for word in re.findall(r"[A-Za-z0-9._~-]{20,}", text)],
        }

    def values_of(self, name: str, value: str) -> list[Any]:
        """Real values for what a request says under this name; none where it does not say anything like one."""
        if name not in self.known and is_id(value):
            self.known[name] = self.ids_of(name)
        return self.known.get(name, [])

    def ids_of(self, name: str) -> list[str]:
        """The newest ids of what the name ends with: hers, and one of somebody else; of what is nobody's, all."""
        words = name.removesuffix("s").removesuffix("_id").split("_")
        found = [MODELS[kind] for kind in endings(CALLED.get(name, words)) if kind in MODELS]
        if not found:
            return []
        rows = found[0]._default_manager.order_by("-pk").values_list("pk", flat=True)
        owner = way_to_customer(found[0])
        if owner is None:
            return [str(pk) for pk in rows[:NEWEST]]
        hers = {owner: self.customer.id}
        return [str(pk) for pk in (*rows.filter(**hers)[:NEWEST], *rows.exclude(**hers)[:1])]

    def made_real(self, value: Any, name: str, share: float, dice: Random) -> Any:
        """The value with real ones in a share of the places where there are some; in half of it for what has parts."""
        if isinstance(value, dict):
            whole = self.known.get(name, [])
            if whole and dice.random() < share / 2:
                return dice.choice(whole)
            return {key: self.made_real(part, str(key), share, dice) for key, part in value.items()}
        if isinstance(value, list):
            parts = [self.made_real(part, name, share, dice) for part in value]
            is_ids = name.endswith("_ids") and all(isinstance(part, str) for part in parts)
            return list(dict.fromkeys(parts)) if is_ids and share == 1 else parts
        if isinstance(value, str) and dice.random() < share:
            return dice.choice(self.values_of(name, value) or [value])
        return value


def make_company() -> Product:
    """Two branches, of which one restocks, and a menu that has some of everything."""
    extras = make_options("extras", {"cheese": 100, "nuts": 50}, max=2, recipes={"cheese": {"cheese": 1}})
    make_ingredient("mystery", contains=None)
    soup = make_product("soup", groups=(extras,))
    make_product("pizza", price=850, recipe={"dough": 1, "mystery": 1}, groups=(extras,))
    make_product("wine", price=600, min_age=18, groups=(extras,))
    make_ingredient("salt")
    for branch in (make_branch(), make_branch("Far", postal_prefixes=("20",), restock_minutes=30)):
        put_in_stock(branch, soup=ENOUGH, wine=500, dough=ENOUGH, mystery=ENOUGH, cheese=ENOUGH)
    return soup


def pay_online(api: Api, soup: Product) -> None:
    """A linked card, and two orders paid with it, of which one was delivered, the other cancelled and given back."""
    card_id = link_card(api)
    for status in ("delivered", "cancelled"):
        order = place(api, soup, total=1200, payment_method="card")
        start(api, order, card_id=card_id)
        advance(order, *WAYS[status])
    process_refunds()
    deliver()


def soon(**later: float) -> str:
    return rfc3339(timezone.now() + timedelta(**later))


def is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def endings(words: list[str]) -> Iterable[str]:
    """`[default, address]` as names of models: `defaultaddress`, `address`."""
    return ("".join(words[start:]) for start in range(len(words)))


def way_to_customer(model: type[Model]) -> str | None:
    """By what the rows of a model belong to a customer: by themselves, or by their order; None where they do not."""
    names = {field.name for field in model._meta.get_fields()}
    ways = {"recipient_id": "recipient_id", "customer": "customer", "order": "order__customer"}
    return next((way for name, way in ways.items() if name in names), None)
