"""The log: JSON lines of known keys, and nothing that says who somebody is or lets one in as them."""

import logging
import re

import pytest
from django.core import mail

from customerbackend.logs import ALLOWED_KEYS
from tests.clients import Api
from tests.factories import make_branch, make_product, order_body, put_in_stock
from tests.logs import logged

LOGIN, EMAIL, PASSWORD = "vanessa-von-wolke", "vanessa.wolke@example.com", "Regen-und-Sonne-9"
PHONE, NAME = "+4930123456789"[:13], "Vanessa Wolkenstein"


def live_a_little() -> list[str]:
    """Sign up, in and out, order, and go wrong here and there. Everything personal that came up."""
    anybody = Api()
    body = {"login": LOGIN, "email": EMAIL, "password": PASSWORD, "phone": PHONE, "name": NAME}
    sign_up = anybody.post("auth/sign-up", body).json
    found = re.search(r"\d{6}", mail.outbox[-1].body)
    assert found
    code = found[0]
    anybody.post(f"auth/sign-up/{sign_up['id']}/verification", {"code": "000000" if code != "000000" else "111111"})
    verified = anybody.post(f"auth/sign-up/{sign_up['id']}/verification", {"code": code})
    assert verified.status == 201
    anybody.post("auth/sign-up", body)
    anybody.post("auth/sign-in", {"login": EMAIL, "password": f"{PASSWORD}0"})
    session = anybody.post("auth/sign-in", {"login": EMAIL, "password": PASSWORD}).json
    fresh = anybody.post("auth/refresh", {"refresh_token": session["refresh_token"]}).json
    vanessa = Api(fresh["access_token"])
    soup = make_product("soup")
    put_in_stock(make_branch(), soup=10)
    order = order_body(soup, total=1200, comment="Bitte leise klopfen")
    order["delivery"]["place"] |= {"line": "Wolkenweg 77", "door_code": "B4242", "postal_code": "10117"}
    order["delivery"]["contact"] = {"name": "Onkel Willi", "phone": "+493098765432"}
    placed = vanessa.place(order, key="key-of-vanessa")
    assert placed.status == 201, placed.text
    vanessa.place({**order, "comment": "anders"}, key="key-of-vanessa")
    vanessa.get(f"orders?cursor={EMAIL}")
    vanessa.get(f"/nowhere/{EMAIL}?phone={PHONE}")
    vanessa.get("account", host=f"{LOGIN}.example")
    vanessa.post("auth/sign-out")
    return [
        LOGIN, EMAIL, "wolke@", PASSWORD, PHONE, PHONE[1:], NAME, "Wolkenstein", "Wolkenweg", "B4242", "10117",
        "leise klopfen", "Onkel Willi", "98765432", "key-of-vanessa", code, session["access_token"],
        session["refresh_token"], fresh["access_token"], fresh["refresh_token"], "argon2", "Bearer", "example",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_life_leaves_nothing_personal_in_the_log():
    with logged() as log:
        personal = live_a_little()

    assert [told for told in personal if told in log.text] == []
    lines = log.lines
    assert [line["status"] for line in lines if line["event"] == "request"] == [
        202, 422, 201, 422, 401, 200, 200, 201, 422, 400, 404, 400, 204,
    ]  # fmt: skip
    assert {key for line in lines for key in line} <= ALLOWED_KEYS
    assert {line["level"] for line in lines} == {"info"}


def test_a_key_that_is_not_known_is_dropped():
    with logged() as log:
        logging.getLogger("customerbackend.anything").info("done", extra={"count": 3, "email": EMAIL, "request": EMAIL})
    [line] = log.lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "done", "level": "info", "logger": "customerbackend.anything", "count": 3}


def test_what_django_puts_into_its_messages_is_left_out():
    with logged() as log:
        logging.getLogger("django.server").warning("%s: %s of %d", EMAIL, PHONE, 7)
    assert [line["event"] for line in log.lines] == ["…: … of …"]


def test_an_exception_is_its_type_and_its_places():
    with logged() as log:
        try:
            raise KeyError(EMAIL)
        except KeyError as fault:
            logging.getLogger("customerbackend").error("failed", exc_info=fault)
    [line] = log.lines
    assert line["error"] == "builtins.KeyError"
    assert line["error_at"][-1].endswith("test_an_exception_is_its_type_and_its_places")
    assert EMAIL not in log.text


def test_letters_beyond_ascii_stay_readable():
    with logged() as log:
        logging.getLogger("customerbackend").info("Готово")
    assert '"event": "Готово"' in log.text


@pytest.mark.django_db
def test_probes_are_not_logged(anybody):
    with logged() as log:
        anybody.get("/healthz")
        anybody.get("/readyz")
    assert log.text == ""
