"""What this Stripe knows: objects in the form in which they are answered, and the events that tell of them."""

import copy
import itertools
import json
import random
import string
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import stripe

from tests.stripe.refusals import missing

Object = dict[str, Any]  # as Stripe answers it; a key that begins with _ is ours and never leaves
NAMES = {"setup_intent": "setupintent", "payment_method": "PaymentMethod"}  # as its messages call them


class Books:
    """All objects by id, and all events in order. Whoever reads or writes holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.objects: dict[str, Object] = {}
        self.events: list[Object] = []
        self.activated = {"card", "paynow", "pix", "promptpay", "swish", "wechat_pay"}  # as chosen in the Dashboard
        self.low_balance = False  # refunds wait until there is money again
        self.told: Callable[[Object], None] = lambda event: None
        self.request: dict[str, str | None] = {"id": None, "idempotency_key": None}  # the one that is being acted on
        self.later: dict[str, Callable[[Object], None]] = {}  # by kind: what time alone does to an object
        self._serial = itertools.count(1)
        self._letters = random.Random(0)

    def new_id(self, prefix: str) -> str:
        """Never the same twice in a process, also after a reset; in the order of time."""
        tail = "".join(self._letters.choices(string.ascii_letters + string.digits, k=12))
        return f"{prefix}_{next(self._serial):06d}{tail}"

    def add(self, prefix: str, kind: str, **fields: Any) -> Object:
        thing = {"id": self.new_id(prefix), "object": kind, "created": now(), "livemode": False, **fields}
        self.objects[thing["id"]] = thing
        return thing

    def get(self, kind: str, id: str, *, param: str = "id", in_path: bool = False) -> Object:
        """The object itself. Raises Refused when there is none, or it was deleted and is not the address."""
        thing = self.objects.get(id)
        if not thing or thing["object"] != kind or (thing.get("deleted") and not in_path):
            raise missing(NAMES.get(kind, kind), id, param=param, in_path=in_path)
        if kind in self.later:
            self.later[kind](thing)
        return thing

    def all(self, kind: str) -> list[Object]:
        """In the order in which they were made."""
        found = [thing for thing in self.objects.values() if thing["object"] == kind and not thing.get("deleted")]
        for thing in found:
            if kind in self.later:
                self.later[kind](thing)
        return found

    def tell(self, type: str, thing: Object, before: Object | None = None) -> Object:
        """Write down what happened, as it is now. https://docs.stripe.com/api/events/object"""
        data: Object = {"object": shown(thing)}
        if before is not None:
            data["previous_attributes"] = before
        event = self.add(
            "evt",
            "event",
            api_version=stripe.api_version,
            data=data,
            pending_webhooks=1,
            request=dict(self.request),
            type=type,
        )
        self.events.append(event)
        self.told(event)
        return event

    def empty(self) -> None:
        with self.lock:
            self.objects.clear()
            self.events.clear()


def now() -> int:
    return int(time.time())


def shown(thing: Any) -> Any:
    """A copy that may leave: without what is ours."""
    if isinstance(thing, dict):
        return {key: shown(value) for key, value in thing.items() if not key.startswith("_")}
    if isinstance(thing, list):
        return [shown(item) for item in thing]
    return copy.copy(thing)


def take(params: Object, names: Iterable[str], **defaults: Any) -> Object:
    """The parameters of these names; what is absent or was emptied is None."""
    return {name: params.get(name) or defaults.get(name) for name in names}


def merge_metadata(thing: Object, params: Object) -> None:
    """https://docs.stripe.com/api/metadata: added to what is there; an empty value unsets."""
    if params.get("metadata") == "":
        thing["metadata"] = {}
    merged = {**(thing.get("metadata") or {}), **(params.get("metadata") or {})}
    thing["metadata"] = {key: value for key, value in merged.items() if value != ""}


def in_bytes(thing: Any) -> bytes:
    """As Stripe writes it."""
    return json.dumps(thing, indent=2).encode()
