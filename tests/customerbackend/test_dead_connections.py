"""The database goes away and comes back: what was not begun is done on a new connection, the rest is refused."""

import threading
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections

from customerbackend import health
from customerbackend.models import IdempotentAnswer
from customerbackend.statements import Statement, in_transaction
from notifications.models import Message
from orders.models import Order
from tests.clients import signed_in
from tests.factories import PASSWORD, make_branch, make_customer, make_product, order_body, put_in_stock
from tests.logs import logged
from tests.problems import assert_problem
from tests.servers import another_connection, kill, own_pid, wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = Statement("number_in_test", "integer", "SELECT $1")


@pytest.fixture
def soup():
    product = make_product("soup")
    put_in_stock(make_branch(), soup=100)
    return product


@pytest.mark.parametrize("path", ["menu", "branches", "orders", "orders/current", "orders/{order}", "account"])
def test_a_read_finds_a_new_connection(soup, path):
    alice = signed_in(make_customer("alice"))
    path = path.format(order=alice.place(order_body(soup, total=1200)).json["id"])
    before = alice.get(path)
    pid = own_pid()
    kill(pid)
    after = alice.get(path)
    assert (after.status, after.text) == (200, before.text)
    assert own_pid() != pid


def test_an_order_of_which_nothing_was_sent_yet_is_placed(soup):
    alice = signed_in(make_customer("alice"))
    alice.place(order_body(soup, total=1200))
    kill(own_pid())
    answer = alice.place(order_body(soup, total=1200))
    assert answer.status == 201
    assert Order.objects.count() == 2
    assert alice.get("orders").json["data"][0]["id"] == answer.json["id"]


def test_a_cancellation_of_which_nothing_was_sent_yet_is_carried_out(soup):
    alice = signed_in(make_customer("alice"))
    order_id = alice.place(order_body(soup, total=1200)).json["id"]
    kill(own_pid())
    answer = alice.cancel(order_id)
    assert (answer.status, answer.json["status"]) == (200, "cancelled")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "account/addresses", {"city": "Berlin", "line": "Ackerstr. 1"}, 201),
        ("PATCH", "account", {"name": "Alice Liddell"}, 200),
        ("DELETE", "auth/sessions", None, 204),
        ("POST", "auth/sign-in", {"login": "alice", "password": PASSWORD}, 200),
        ("POST", "auth/password-reset", {"email": "alice@example.com"}, 202),
        ("DELETE", "account", {"password": PASSWORD}, 204),
    ],
)
def test_a_change_to_the_account_of_which_nothing_was_sent_yet_is_made(method, path, body, status):
    alice = signed_in(make_customer("alice"))
    assert alice.get("account").status == 200
    kill(own_pid())
    assert alice.call(method, path, body).status == status


@contextmanager
def placing_in_the_midst(alice, body, key):
    """Somebody places an order, and waits in the middle of it for stock that another one holds."""
    answers = []

    def place():
        answers.append(alice.place(body, key=key))
        connections.close_all()

    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT * FROM catalog_stock FOR UPDATE")
        thread = threading.Thread(target=place)
        thread.start()
        wait_until(waiting_for_a_lock)
        yield answers
        thread.join()


def test_what_was_lost_in_the_midst_is_refused_and_leaves_nothing(soup):
    alice = signed_in(make_customer("alice"))
    body = order_body(soup, total=1200)
    messages = Message.objects.count()
    with logged() as log, placing_in_the_midst(alice, body, "one intention") as answers:
        kill(*waiting_for_a_lock())
    [answer] = answers
    assert_problem(answer, 503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert [line["error"] for line in log.lines if "error" in line] == ["django.db.utils.OperationalError"]
    assert not Order.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert Message.objects.count() == messages

    again = alice.place(body, key="one intention")
    assert again.status == 201
    assert "Idempotent-Replayed" not in again.headers
    assert Order.objects.count() == 1


def test_what_was_answered_before_the_connection_died_is_not_done_twice():
    runs: list[Any] = []

    @in_transaction
    def lose_connection():
        runs.append(NUMBER.row(len(runs)))
        kill(own_pid())
        NUMBER.row(7)

    with pytest.raises(Exception, match="terminat"):
        lose_connection()
    assert runs == [(0,)]
    close_old_connections()
    assert NUMBER.row(8) == (8,)


@pytest.fixture
def _no_database(monkeypatch):
    """Nobody listens where the database should be."""
    with another_connection():
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", "1")
        connection.close()
        yield
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "menu", None),
        ("GET", "account", None),
        ("GET", "orders", None),
        ("POST", "auth/sign-in", {"login": "alice", "password": "x"}),
        ("POST", "orders", {"items": []}),
    ],
)
def test_without_a_database_everything_is_unavailable_for_now(request, method, path, body):
    alice = signed_in(make_customer("alice"))
    request.getfixturevalue("_no_database")
    with logged() as log:
        answer = alice.call(method, path, body, idempotency_key="k")
    assert_problem(answer, 503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert "127.0.0.1" not in answer.text + log.text
    assert [line["event"] for line in log.lines] == ["database unavailable", "request"]


@pytest.mark.parametrize("is_known_current", [True, False])
def test_without_a_database_the_process_lives_but_is_not_ready(request, anybody, monkeypatch, is_known_current):
    monkeypatch.setattr(health, "_schema_is_current", is_known_current)
    request.getfixturevalue("_no_database")
    assert anybody.get("/healthz").status == 200
    assert assert_problem(anybody.get("/readyz"), 503, "temporarily_unavailable")["lacking"] == "database"


def test_readiness_returns_with_the_database(anybody):
    assert anybody.get("/readyz").status == 200
    kill(own_pid())
    anybody.get("/readyz")
    close_old_connections()  # as the server does before each request
    assert anybody.get("/readyz").status == 200
