"""Alice while she is being erased: what else she may be doing at that moment, and how two of these are made to meet."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from accounts.models import Address, Code, Customer, Session
from customerbackend.models import IdempotentAnswer
from tests.clients import Answer, Api, signed_in
from tests.dump import found_in_database
from tests.factories import PASSWORD, make_customer, order_body, sign_in
from tests.notifications.telling import deliver
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

Call = Callable[[], Any]
WORDS = [
    "alice@example.com",
    "Libellenweg",
    "Alices Telefon",
    "Alice Anders",
    "alice.neu@",
    "Bitte klopfen",
    "eine-absicht",
]


class Busy:
    """Alice, who may do any of this."""

    def __init__(self, soup) -> None:
        self.api = signed_in(make_customer("alice"))
        self.session = sign_in(self.api.customer)
        body = order_body(soup, total=1200, comment="Bitte klopfen")
        body["delivery"]["place"]["line"] = "Libellenweg 3"
        self.body = body

    def erase(self) -> Answer:
        return self.api.call("DELETE", "account", {"password": PASSWORD})

    def order(self) -> Answer:
        return self.api.place(self.body, key="eine-absicht")

    def enter(self) -> Answer:
        body = {"login": "alice", "password": PASSWORD, "device_name": "Alices Telefon"}
        return Api().post("auth/sign-in", body)

    def move(self) -> Answer:
        return self.api.post("account/addresses", {"city": "Berlin", "line": "Libellenweg 3"})

    def rename(self) -> Answer:
        return self.api.call("PATCH", "account", {"name": "Alice Anders"})

    def change_email(self) -> Answer:
        return self.api.post("account/email", {"email": "alice.neu@example.com"})

    def change_password(self) -> Answer:
        body = {"current_password": PASSWORD, "new_password": "rather-Long-2"}
        return self.api.post("auth/password", body)

    def refresh(self) -> Answer:
        return Api().post("auth/refresh", {"refresh_token": self.session["refresh_token"]})


def one_in_the_midst(first: Call, second: Call, *, writing: str) -> list[Any]:
    """The first is stopped where it writes the table, until the second waits as well or is done; both answers."""
    done: list[Any] = []
    with another_connection() as other:
        other.cursor().execute(f"LOCK TABLE {writing} IN SHARE MODE")

        def come_second() -> Any:
            wait_until(waiting_for_a_lock)
            done.append(second())
            return done[0]

        def let_go() -> None:
            with suppress(AssertionError):
                wait_until(lambda: done or len(waiting_for_a_lock()) > 1)
            other.rollback()

        return run_together(first, come_second, let_go)[:2]


def outcome(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.code


def assert_erased() -> None:
    """Nothing of the customer is left, but for the row."""
    assert Customer.objects.get().erased_at is not None
    assert not Session.objects.exists()
    assert not Address.objects.exists()
    assert not Code.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    deliver()  # the last mail, to the address that they had
    assert found_in_database(WORDS) == {}
