"""What tests of quotes do again and again."""

from typing import Any

from tests.clients import Answer, Api
from tests.factories import order_body
from tests.orders.steps import PICKUP


def quote(api: Api, *items: Any, delivery: dict[str, Any] = PICKUP) -> dict[str, Any]:
    """The quote of a basket."""
    answer = ask(api, *items, delivery=delivery)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def ask(api: Api, *items: Any, delivery: dict[str, Any] = PICKUP) -> Answer:
    body = order_body(*items, total=0, delivery=delivery)
    return api.post("orders/quote", {name: body[name] for name in ("items", "delivery")})


def place_quoted(api: Api, text: str | None, *items: Any, delivery: dict[str, Any] = PICKUP, **changes: Any) -> Answer:
    """Place an order that relies on a quote and on no total."""
    body = {**order_body(*items, total=0, delivery=delivery, **changes), "quote": text}
    del body["expected_total"]
    return api.place(body)
