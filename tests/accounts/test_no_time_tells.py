"""Who has an account here, a stranger cannot tell by how long an answer takes."""

import http.client
import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from statistics import median

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Customer
from tests.development.programs import free_port, started, wait_until
from tests.factories import PASSWORD
from tests.hashes import full_cost
from tests.processes import environment_here

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

ACCOUNTS = 500
MILLISECONDS = 10
RAISED = {
    f"LIMIT_{name}": "1000000/60"
    for name in (
        "REQUESTS_BY_ADDRESS", "SIGN_IN_BY_ADDRESS", "SIGN_IN_BY_ACCOUNT", "PASSWORD_RESET_BY_ADDRESS",
        "PASSWORD_RESET_BY_EMAIL",
    )
}  # fmt: skip


@pytest.fixture
def server(tmp_path) -> Iterator[http.client.HTTPConnection]:
    """The product as it is served, with as many customers as are asked about."""
    with full_cost():
        password = make_password(PASSWORD)
    Customer.objects.bulk_create(
        Customer(
            login=f"known-{number}",
            email=f"known-{number}@example.com",
            password=password,
            created_at=timezone.now(),
        )
        for number in range(ACCOUNTS)
    )
    port, log = free_port(), tmp_path / "log"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "2"]
    variables = environment_here(EMAIL_URL="dummymail://", LOG_LEVEL="WARNING", **RAISED)
    with (
        started([*command, "--no-ws", "customerbackend.wsgi:application"], log, **variables),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection,
    ):

        def is_ready() -> bool:
            try:
                connection.request("GET", "/readyz")
                response = connection.getresponse()
                response.read()
                return response.status == 200
            except OSError:
                connection.close()
                return False

        wait_until(is_ready, seconds=60)
        yield connection


def medians(connection, path: str, status: int, known: list[dict], unknown: list[dict]) -> tuple[float, float]:
    """How many milliseconds an answer takes, to both kinds in one random order."""
    asked = [("known", body) for body in known] + [("unknown", body) for body in unknown]
    random.shuffle(asked)
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for kind, body in asked:
        text = json.dumps(body)
        before = time.perf_counter()
        connection.request("POST", f"/api/v1/auth/{path}", text, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        took[kind].append((time.perf_counter() - before) * 1000)
        assert response.status == status
    found = median(took["known"]), median(took["unknown"])
    print(f"\n{path}: median of {len(known)} known {found[0]:.2f} ms, of {len(unknown)} unknown {found[1]:.2f} ms")
    return found


def test_a_sign_in_takes_as_long_for_an_unknown_login_as_for_a_wrong_password(server):
    known, unknown = (
        [{"login": f"{kind}-{number}", "password": "wrong-Password-1"} for number in range(ACCOUNTS)]
        for kind in ("known", "unknown")
    )
    of_known, of_unknown = medians(server, "sign-in", 401, known, unknown)
    assert abs(of_known - of_unknown) < MILLISECONDS


def test_a_password_reset_takes_as_long_for_an_unknown_address_as_for_a_customers(server):
    known, unknown = (
        [{"email": f"{kind}-{number}@example.com"} for number in range(ACCOUNTS)] for kind in ("known", "unknown")
    )
    of_known, of_unknown = medians(server, "password-reset", 202, known, unknown)
    assert abs(of_known - of_unknown) < MILLISECONDS
