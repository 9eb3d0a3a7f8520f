"""The first order, over HTTP, with nothing but `make run`: as the README shows it, and as an app would do it."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from tests.development.programs import BASE_DIR, RUN, clean_environment, complete, free_port, started, wait_until

INTERNAL = ("restocking", "picking", "store_to_warehouse")
PIZZA, BURGER, DRINK = 0, 1, 2


class Running(NamedTuple):
    """A server that `make run` started."""

    port: int
    data: Path

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.loads(response.read())

    def advance(self, number: str, *arguments: str) -> None:
        command = [sys.executable, "manage.py", "advance_order", number, *arguments]
        result = complete(command, DATA_DIR=str(self.data))
        assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    server = Running(free_port(), folder / "data")
    log = folder / "log"
    with started(RUN, log, DATA_DIR=str(server.data), PORT=str(server.port)) as process:
        wait_until(lambda: b"is ready" in log.read_bytes() or process.poll() is not None, seconds=60)
        assert process.poll() is None, log.read_text()
        yield server


def test_the_commands_of_the_readme_work_when_pasted(running):
    section = (BASE_DIR / "README.md").read_text().partition("## The first order")[2].partition("\n## ")[0]
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL)).replace(".venv/bin/python", sys.executable)
    result = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands],
        cwd=BASE_DIR,
        env=clean_environment(PORT=str(running.port), DATA_DIR=str(running.data)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].endswith("is signed in")
    assert lines[1] == "two at 1050 and 190 for delivery make 2290 cents"
    assert re.fullmatch(r"order \d{9} is processing, by 20\S+Z", lines[2])
    assert lines[3:-1:2] == [
        f"Order {lines[2].split()[1]} is {s}." for s in ("cooking", "ready", "in_delivery", "delivered")
    ]
    assert lines[4:-1:2] == ["cooking", "ready", "in_delivery", "delivered"]
    assert re.fullmatch(r"20\S+Z", lines[-1])


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


def place(running: Running, token: dict[str, str]) -> Any:
    """An order of three products with options and notes, by courier."""
    menu = running.call("GET", "menu")
    chosen = [choose(menu, category) for category in (PIZZA, BURGER, DRINK)]
    fee = running.call("GET", "branches/serving?postal_code=10115")["data"][0]["fee"]["amount"]
    body = {
        "items": [item for item, _price in chosen],
        "delivery": {"method": "courier", "place": {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115"}},
        "payment_method": "terminal",
        "expected_total": {"amount": sum(price for _item, price in chosen) + fee, "currency": "EUR"},
    }
    return running.call("POST", "orders", body, **token, **{"Idempotency-Key": str(uuid4())})


def test_an_order_is_followed_to_the_door_and_a_second_one_cancelled(running):
    token = sign_up(running)
    order = place(running, token)
    assert [item["note"] for item in order["items"]] == ["no onions, allergic"] * 3
    assert all(item["options"] for item in order["items"])

    seen = [order["status"]]
    for status in ("restocking", "picking", "cooking", "ready", "in_delivery", "delivered"):
        running.advance(order["number"], status)
        answers = [
            running.call("GET", path, **token)
            for path in (f"orders/{order['id']}", f"orders/{order['id']}/status", "orders", "orders/current")
        ]
        assert not [word for word in INTERNAL if word in json.dumps(answers)]
        seen.append(answers[1]["status"])
    assert seen == ["processing", "processing", "processing", "cooking", "ready", "in_delivery", "delivered"]

    second = place(running, token)
    cancelled = running.call(
        "POST", f"orders/{second['id']}/cancellation", {"reason": "too_slow"}, **token, **{"Idempotency-Key": "cancel"}
    )
    assert cancelled["status"] == "cancelled"
    assert cancelled["totals"]["owed"]["amount"] == 0

    history = running.call("GET", "orders", **token)["data"]
    assert [(found["id"], found["status"]) for found in history] == [
        (second["id"], "cancelled"),
        (order["id"], "delivered"),
    ]
    times, estimates = history[1]["times"], history[1]["estimates"]
    passed = ["placed_at", "accepted_at", "cooking_started_at", "cooked_at", "delivery_started_at", "delivered_at"]
    assert [times[name] for name in passed] == sorted(times[name] for name in passed)
    assert times["placed_at"] < estimates["cooked_at"] < estimates["delivered_at"] < estimates["delivered_to"]
    assert [entry["status"] for entry in history[1]["status_log"]] == [
        "processing", "cooking", "ready", "in_delivery", "delivered",
    ]  # fmt: skip
    assert running.call("GET", "orders/current", **token) == {"data": []}
