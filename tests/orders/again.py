"""Ordering again, as the app does."""

from typing import Any

from tests.clients import Answer, Api


def ask_again(api: Api, order: dict[str, Any], body: Any = None) -> Answer:
    return api.post(f"orders/{order['id']}/reorder", {} if body is None else body)


def again(api: Api, order: dict[str, Any]) -> dict[str, Any]:
    """The old order as it could be ordered now."""
    answer = ask_again(api, order)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def differences(api: Api, order: dict[str, Any]) -> list[dict[str, Any]]:
    """What differs, without what is null."""
    found = again(api, order)["differences"]
    return [{name: value for name, value in each.items() if value is not None} for each in found]


def wanted(reordered: dict[str, Any]) -> list[tuple[str, int]]:
    """Product and quantity of each item."""
    return [(item["product_id"], item["quantity"]) for item in reordered["items"]]
