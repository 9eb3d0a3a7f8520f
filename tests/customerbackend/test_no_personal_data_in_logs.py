"""Whatever a test does, nothing personal is logged: `tests.conftest` watches every line. Shown here is that it sees."""

import logging
import threading

import pytest

from tests.factories import PASSWORD, make_customer, sign_in
from tests.logs import logged, personal_lines, watch

logger = logging.getLogger("customerbackend.anything")


@pytest.mark.parametrize(
    "told",
    [
        "alice@example.com", "Alice.Zweite@company.test", "alice%40example.com", "+493023125001", "%2B493023125001",
        "Bearer x", "Ackerstr. 1", "Müllerstraße 13b", PASSWORD, "203.0.113.7", "Frau Wunderlich", "argon2id$v=19$m=1",
        "4242424242424242", "378282246310005",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["code", "event"])
def test_a_line_that_tells_is_seen(key, told):
    before = watch.lines
    if key == "event":
        logger.info("it was %s", told)
    else:
        logger.info("done", extra={key: f"not {told}!"})
    assert watch.lines == before + 1
    [line] = watch.take()
    assert told in line


@pytest.mark.django_db
def test_tokens_are_seen():
    session = sign_in(make_customer("alice"))
    for token in ("access_token", "refresh_token"):
        logger.info("done", extra={"code": session[token]})
        assert len(watch.take()) == 1


def test_it_is_seen_in_other_threads_and_where_the_log_is_read():
    with logged() as log:
        thread = threading.Thread(target=lambda: logger.error("done", extra={"code": "bob@example.com"}))
        thread.start()
        thread.join()
        logger.info("nothing")
    assert len(log.lines) == 2
    assert [line + "\n" for line in watch.take()] == [log.text.partition("\n")[0] + "\n"]


@pytest.mark.django_db
def test_what_is_said_every_day_is_not_taken_for_personal(alice):
    with logged() as log:
        alice.get("account")
        alice.get("orders/01900000-0000-7000-8000-000000000000", x_request_id="01900000-aaaa-bbbb-cccc-000000000000")
        try:
            raise KeyError("alice@example.com")
        except KeyError as fault:
            logger.error("failed", exc_info=fault)
    assert len(log.lines) == 3
    assert personal_lines(log.text) == watch.take() == []
