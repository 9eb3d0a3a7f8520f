"""Erasing one's account: asked for with the password, refused while an order is running, at once and for good."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import Customer, Session
from customerbackend.throttling import count_try
from notifications.models import Delivery, Message
from orders.models import Order
from tests.accounts.codes import enter, mailed_code, sign_up
from tests.clients import Answer, Api, signed_in
from tests.factories import PASSWORD, order_body, sign_in
from tests.notifications.telling import deliver
from tests.orders.steps import NOON, WAYS, advance, nothing_written, place
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db


def erase(api: Api, password: str = PASSWORD) -> Answer:
    return api.call("DELETE", "account", {"password": password})


def test_nobody_is_left_and_the_former_address_is_told(alice):
    answer = erase(alice)
    assert (answer.status, answer.text) == (204, "")
    nobody = Customer.objects.get()
    assert (nobody.login, nobody.email, nobody.phone, nobody.password, nobody.name) == (None, None, None, None, "")
    assert not nobody.is_active
    assert nobody.erased_at is not None
    [message] = Message.objects.all()
    assert (message.kind, message.recipient_id, message.data) == ("account_erased", nobody.id, {})
    assert (message.address, mail.outbox) == ("alice@example.com", [])
    deliver()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["alice@example.com"], "Your account at Demo Kitchen has been erased")
    ]
    assert set(Message.objects.values_list("address")) | set(Delivery.objects.values_list("address")) == {("",)}


def test_every_token_of_every_session_is_refused_from_then_on(alice, bob):
    assert alice.customer is not None
    phone = sign_in(alice.customer, device_name="phone", keep_signed_in=True)
    erase(alice)
    assert not Session.objects.filter(customer=alice.customer).exists()
    for api in (alice, Api(phone["access_token"])):
        for method, path in [("GET", "account"), ("GET", "account/export"), ("GET", "account/addresses"),
                             ("GET", "orders"), ("GET", "auth/sessions"), ("DELETE", "account")]:  # fmt: skip
            assert_problem(api.call(method, path), 401, "token_invalid")
        assert_problem(erase(api), 401, "token_invalid")
    assert_problem(Api().post("auth/refresh", {"refresh_token": phone["refresh_token"]}), 401, "token_invalid")
    for login in ("alice", "alice@example.com"):
        answer = Api().post("auth/sign-in", {"login": login, "password": PASSWORD})
        assert_problem(answer, 401, "credentials_invalid")
    assert bob.get("account").status == 200


def test_a_link_that_was_mailed_before_is_void(alice, anybody):
    anybody.post("auth/password-reset", {"email": "alice@example.com"})
    token = str(mail.outbox[-1].body).partition("#")[2].split()[0]
    erase(alice)
    answer = anybody.post("auth/password-reset/confirmation", {"token": token, "new_password": "rather-Long-2"})
    assert_problem(answer, 422, "reset_token_invalid")
    assert Customer.objects.get().password is None


def test_login_and_email_are_free_at_once(alice, anybody):
    erase(alice)
    sign_up_id = sign_up(anybody, login="alice", email="alice@example.com").json["id"]
    answer = enter(anybody, sign_up_id, mailed_code())
    assert answer.status == 201
    assert answer.json["customer"]["id"] != str(alice.customer.id)
    assert Customer.objects.filter(login="alice", email="alice@example.com").count() == 1


def test_a_wrong_password_changes_nothing(alice):
    with nothing_written():
        document = assert_problem(erase(alice, "wrong-Password-1"), 422, "password_wrong")
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [("/password", "password_wrong")]
    assert alice.get("account").json["login"] == "alice"
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (None, [("/password", "required")]),
        ({}, [("/password", "required")]),
        ({"password": None}, [("/password", "null")]),
        ({"password": ""}, [("/password", "blank")]),
        ({"password": PASSWORD, "sure": True}, [("/sure", "unknown_field")]),
    ],
)
def test_a_request_that_is_not_right_changes_nothing(alice, body, errors):
    with nothing_written():
        assert_invalid(alice.call("DELETE", "account", body), *errors)


def test_without_a_token_nobody_is_erased(alice, anybody):
    with nothing_written():
        assert_problem(erase(anybody), 401, "token_missing")


def test_after_too_many_tries_the_right_password_is_not_looked_at(alice):
    for _ in range(5):
        count_try("password_by_customer", str(alice.customer.id))
    with nothing_written():
        assert_problem(erase(alice), 429, "throttled")


@pytest.mark.parametrize(
    "status", [status for status in WAYS if status not in ("delivered", "undelivered", "cancelled")]
)
def test_refused_while_an_order_is_running_and_says_which(alice, soup, status):
    done = place(alice, soup, total=1200)
    advance(done, "cancelled")
    order = place(alice, soup, total=1200, comment="Ring twice")
    advance(order, *WAYS[status])
    seen = "processing" if status in ("accepted", "restocking", "picking") else status
    with nothing_written():
        document = assert_problem(erase(alice), 409, "order_running")
    assert document["orders"] == [{"id": order["id"], "number": order["number"], "status": seen}]
    assert alice.get(f"orders/{order['id']}").json["comment"] == "Ring twice"
    assert mail.outbox == []


def test_every_running_order_is_named_the_one_for_later_too(alice, bob, soup, time_machine):
    time_machine.move_to(NOON, tick=False)
    alice, bob = signed_in(alice.customer), signed_in(bob.customer)
    now = place(alice, soup, total=1200)
    delivery = order_body(soup, total=1200)["delivery"] | {"requested_at": "2026-03-02T18:00:00Z"}
    later = place(alice, soup, total=1200, delivery=delivery)
    place(bob, soup, total=1200)
    running = {(order["number"], order["status"]) for order in erase(alice).json["orders"]}
    assert running == {(now["number"], "processing"), (later["number"], "scheduled")}


@pytest.mark.parametrize("status", ["delivered", "undelivered", "cancelled"])
def test_an_order_that_has_come_to_its_end_is_no_hindrance(alice, soup, status):
    advance(place(alice, soup, total=1200), *WAYS[status])
    assert erase(alice).status == 204
    assert Order.objects.get().status == status


def test_the_wrong_password_is_told_before_the_running_order(alice, soup):
    place(alice, soup, total=1200)
    assert_problem(erase(alice, "wrong-Password-1"), 422, "password_wrong")


def test_a_running_order_of_somebody_else_is_no_hindrance(alice, bob, soup):
    place(bob, soup, total=1200)
    assert erase(alice).status == 204
    assert bob.get("orders/current").json["data"][0]["delivery"]["place"]["line"] == "Ackerstr. 1"


def test_the_database_itself_refuses_an_erased_customer_with_a_name(alice):
    erase(alice)
    for change in ({"login": "alice"}, {"email": "a@b.de"}, {"name": "A"}, {"phone": "+493023125001"},
                   {"password": "x"}, {"telegram": "alice"}, {"is_active": True}):  # fmt: skip
        with pytest.raises(IntegrityError, match="erased_customer_is_nobody"), transaction.atomic():
            Customer.objects.update(**change)
