"""A server that `make run` started, and what a customer's app does there, over HTTP with nothing else."""

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from tests.development.programs import complete

PIZZA, BURGER, DRINK = 0, 1, 2


class Running(NamedTuple):
    """Where it listens, and where its data is."""

    port: int
    data: Path

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What the API answers, which must be no refusal."""
        return json.loads(self.read(method, path, body, **headers))

    def read(self, method: str, path: str, body: Any = None, **headers: str) -> bytes:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            return bytes(response.read())

    def manage(self, *arguments: str) -> str:
        """What a command of `manage.py` says."""
        result = complete([sys.executable, "manage.py", *arguments], DATA_DIR=str(self.data))
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def advance(self, number: str, *arguments: str) -> None:
        self.manage("advance_order", number, *arguments)


def sign_up(running: Running) -> dict[str, str]:
    """A new customer's Authorization header."""
    login = f"dora-{uuid4().hex[:8]}"
    email = f"{login}@example.com"
    asked = running.call("POST", "auth/sign-up", {"login": login, "email": email, "password": "rather-Long-1"})
    mail = next(text for file in (running.data / "mail").iterdir() if email in (text := file.read_text()))
    [code] = set(re.findall(r"\b\d{6}\b", mail))
    signed_up = running.call("POST", f"auth/sign-up/{asked['id']}/verification", {"code": code})
    assert signed_up["customer"]["login"] == login
    return {"Authorization": f"Bearer {signed_up['session']['access_token']}"}


def choose(menu: Any, category: int) -> tuple[dict[str, Any], int]:
    """The category's first product with the first options that it demands, and one more, and what that costs."""
    product = menu["categories"][category]["products"][0]
    options = [option for group in product["option_groups"] for option in group["options"][: max(1, group["min"])]]
    item = {
        "product_id": product["id"],
        "quantity": 1 + category,
        "option_ids": [option["id"] for option in options],
        "note": "no onions, allergic",
    }
    price = product["price"]["amount"] + sum(option["price"]["amount"] for option in options)
    return item, price * item["quantity"]


def place(running: Running, token: dict[str, str], payment_method: str = "terminal") -> Any:
    """An order of three products with options and notes, by courier."""
    menu = running.call("GET", "menu")
    chosen = [choose(menu, category) for category in (PIZZA, BURGER, DRINK)]
    fee = running.call("GET", "branches/serving?postal_code=10115")["data"][0]["fee"]["amount"]
    body = {
        "items": [item for item, _price in chosen],
        "delivery": {"method": "courier", "place": {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115"}},
        "payment_method": payment_method,
        "expected_total": {"amount": sum(price for _item, price in chosen) + fee, "currency": "EUR"},
    }
    return running.call("POST", "orders", body, **token, **{"Idempotency-Key": str(uuid4())})
