"""`process_payments --every` as it is installed: a process of its own, through a lost connection, until SIGTERM."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from orders.models import Order
from tests.clients import Api, signed_in
from tests.development.programs import started, wait_until
from tests.embedded import ENVIRONMENT
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.steps import place, row
from tests.payments.sandbox.life import click, start
from tests.payments.sandbox.receiver import Receiver, receiving
from tests.servers import another_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def soup() -> Any:
    product = make_product("soup")
    put_in_stock(make_branch(), soup=100)
    return product


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def worker(tmp_path: Path, receiver: Receiver) -> Iterator["Popen[bytes]"]:
    """The command on the test's database; the sandbox's events come to the receiver."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "manage.py", "process_payments", "--every", "0.1"]
    variables = {**ENVIRONMENT, "PUBLIC_URL": receiver.url, "DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR)}
    with started(command, tmp_path / "log", **variables) as process:
        yield process


def not_paid_in_time(api: Api, soup: Any) -> dict[str, Any]:
    order = place(api, soup, total=1200, payment_method="card")
    Order.objects.filter(id=order["id"]).update(payment_due_at=timezone.now())
    return order


def is_cancelled(order: dict[str, Any]) -> bool:
    return row(order).status == "cancelled"


def cut_its_connection() -> int:
    """End every connection to the database but ours; how many there were."""
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid NOT IN (pg_backend_pid(), %s)",
            [connection.connection.info.backend_pid],
        )
        return int(cursor.fetchone()[0])


def test_it_does_what_becomes_due_through_a_lost_connection_until_it_is_asked_to_end(soup, worker, receiver):
    api = signed_in(make_customer("alice"))
    order = place(api, soup, total=1200, payment_method="qr")
    click(start(api, order).json["payment_url"], "pay-twice")
    wait_until(lambda: receiver.ids)
    assert receiver.documents[0]["type"] == "payment.succeeded"

    late = not_paid_in_time(signed_in(make_customer("bob")), soup)
    wait_until(lambda: is_cancelled(late))

    assert cut_its_connection() >= 1
    later = not_paid_in_time(signed_in(make_customer("carol")), soup)
    wait_until(lambda: is_cancelled(later))

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert len(receiver.ids) == 1
