"""The first order, over HTTP, with nothing but `make run`: as the README shows it, and as an app would do it."""

import json
import re
import subprocess
import sys

from tests.development.programs import BASE_DIR, clean_environment
from tests.development.running import place, sign_up

SECTIONS = ("The first order", "Taking money")
INTERNAL = ("restocking", "picking", "store_to_warehouse")


def test_the_commands_of_the_readme_work_when_pasted(running):
    readme = (BASE_DIR / "README.md").read_text()
    sections = [readme.partition(f"\n## {title}\n")[2].partition("\n## ")[0] for title in SECTIONS]
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", "".join(sections), re.DOTALL))
    commands = commands.replace(".venv/bin/python", sys.executable)
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
    assert lines[3:11:2] == [
        f"Order {lines[2].split()[1]} is {s}." for s in ("cooking", "ready", "in_delivery", "delivered")
    ]
    assert lines[4:11:2] == ["cooking", "ready", "in_delivery", "delivered"]
    assert re.fullmatch(r"20\S+Z", lines[11])
    number = lines[12].split()[1]
    assert lines[12] == f"order {number} is waiting_for_payment"
    assert re.fullmatch(rf"to be paid at http://127\.0\.0\.1:{running.port}/sandbox/payments/sbx_\w+", lines[13])
    assert lines[14:] == [
        "payment.state is paid", "processing", f"Order {number} owes 19.40 EUR.", "payment.state is partly_refunded",
        "350",
    ]  # fmt: skip


def test_an_order_is_followed_to_the_door_and_a_second_one_cancelled(running):
    token = sign_up(running)
    order = place(running, token)
    assert [item["note"] for item in order["items"]] == ["no onions, allergic"] * 3
    assert all(item["options"] for item in order["items"])

    seen = [order["status"]]
    for status in ("restocking", "picking", "cooking", "ready", "in_delivery", "delivered"):
        running.report(order, status)
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
