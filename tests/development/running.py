"""A server that `make run` started, and what a customer's app does there, over HTTP with nothing else."""

import json
import os
import re
import signal
import sys
import urllib.request
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.development.programs import RUN, complete, free_port, started, wait_until

PIZZA, BURGER, DRINK = 0, 1, 2
READY = b"customerbackend is ready"


class Running:
    """Where it listens, and where its data is. It may end and be started again, with the same data."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.data = folder / "data"
        self.log = folder / "log"
        self._life = ExitStack()
        self._process: Any = None

    def start(self) -> None:
        """Return when it serves. One process of the server is enough for all that the tests do at a time."""
        if self._process and self._process.poll() is None:
            return
        program = started(RUN, self.log, DATA_DIR=str(self.data), PORT=str(self.port), WORKERS="1")
        self._process = self._life.enter_context(program)
        wait_until(lambda: READY in self.log.read_bytes() or self._process.poll() is not None, seconds=60)
        assert self._process.poll() is None, self.log.read_text()

    def ended(self) -> int:
        """Its exit code, when it has ended by itself."""
        code: int = self._process.wait(30)
        self._life.close()
        return code

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it by a signal, if it still runs; its exit code."""
        self._process.send_signal(number)
        return self.ended()

    def kill_postgres(self) -> None:
        os.kill(int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)

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

    @cached_property
    def kitchen(self) -> dict[str, str]:
        """The Authorization header of the kitchen's system."""
        return {"Authorization": f"Bearer {self.manage('make_service_key', 'kitchen', '--scope', 'status')}"}

    def report(self, order: Any, status: str) -> None:
        """The kitchen's system says how far the order is."""
        key = {"Idempotency-Key": str(uuid4())}
        self.call("POST", f"fulfilment/orders/{order['id']}/status", {"status": status}, **self.kitchen, **key)


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
