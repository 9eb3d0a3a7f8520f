"""Once a customer is erased, no word of theirs is found anywhere; what the company needs for its books is as it was."""

from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail

from accounts.erasure import erase_customer
from accounts.models import Code, Customer
from customerbackend.models import Throttle
from customerbackend.throttling import key_of
from notifications.models import Delivery, Device, Message, Preferences
from orders.models import Order, OrderAdjustment, StatusLogEntry
from payments.forgetting import process_forgettings
from payments.models import Forgetting, Payment, Refund
from tests.accounts.personal import HASHES, PERSONAL
from tests.accounts.planting import EMAIL, LOGIN, NEVER, PASSWORD, WORDS, Planted, plant
from tests.clients import Api, signed_in
from tests.dump import dump, found_in, found_in_database, texts_of
from tests.factories import make_customer, order_body
from tests.notifications.telling import deliver as deliver_messages
from tests.orders.steps import advance
from tests.payments.sandbox.life import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(settings: Any) -> Planted:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a life has many
    return plant()


def books() -> dict[str, list[dict[str, Any]]]:
    """All of orders, payments and refunds but what tells of a person, and the notes in the copies of their lines."""
    kept = {}
    for model in (*apps.get_app_config("orders").get_models(), Payment, Refund):
        rows = [dict(row) for row in model.objects.order_by("id").values()]
        named = {**PERSONAL, "payments.Payment": f"{HASHES['payments.Payment']} card_id"}.get(model._meta.label, "")
        gone = set(named.split()) - {"items"}
        kept[model.__name__] = [{name: row[name] for name in row if name not in {*gone, "version"}} for row in rows]
    for order in kept["Order"]:
        order["items"] = [{**line, "note": None} for line in order["items"]]
    return kept


def test_every_word_is_found_before_and_none_after(planted):
    found = {word for words in found_in_database(WORDS).values() for word in words}
    assert [word for word in WORDS if word not in found] == []
    assert len(planted.tokens) == 5
    assert found_in_database([*NEVER, *planted.tokens]) == {}
    hashes = [texts_of(model, column).split() for model, columns in HASHES.items() for column in columns.split()]
    assert all(len(hashed) >= 1 for hashed in hashes)

    assert planted.erase().status == 204

    deliver_messages()  # the last one, to the address that she had

    everything = [*WORDS, *NEVER, *planted.tokens, *chain(*hashes)]
    assert of_ours(found_in_database(everything)).keys() == {"public.payments_forgetting"}
    assert [row.kind for row in Forgetting.objects.all()] == ["customer"]
    assert process_forgettings() == 1
    assert deliver() == [204]  # the provider tells that the card is gone
    assert of_ours(found_in_database(everything)) == {}
    assert found_in_database(WORDS) == {}


def of_ours(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without what stands in the books of the sandbox, which are another party's."""
    return {table: words for table, words in found.items() if not table.startswith("public.payments_sandbox")}


def test_every_column_that_can_tell_told(planted):
    """The test above looks into each of them, and so into all."""
    columns = [(model, column) for model, names in PERSONAL.items() for column in names.split()]
    assert [column for column in columns if not found_in(texts_of(*column), WORDS)] == []


def test_sums_counts_and_moments_of_the_orders_stay(planted):
    before = books()
    assert planted.erase().status == 204
    assert books() == before
    assert {name: len(rows) for name, rows in before.items()} == {
        "Order": 6, "OrderLine": 12, "OrderCharge": 6, "OrderAdjustment": 4, "StatusLogEntry": 22, "Estimate": 15,
        "Payment": 2, "Refund": 1, "OrderEvent": 25, "Rating": 1,
    }  # fmt: skip


def test_of_place_and_reasons_only_stays_that_there_were_some(planted):
    planted.erase()
    nowhere = {"city": "–", "line": "–", "leave_at_door": False} | dict.fromkeys(
        ["postal_code", "apartment", "entrance", "floor", "door_code", "comment", "latitude", "longitude"]
    )
    orders = Order.objects.values_list("place", "contact", "comment")
    assert list(orders) == [(nowhere, None, "")] * 6
    assert {line["note"] for order in Order.objects.all() for line in order.items} == {None}
    log = StatusLogEntry.objects.exclude(reason="").values_list("reason", flat=True)
    assert sorted(log) == ["other", "refused"]
    assert sorted(OrderAdjustment.objects.values_list("reason", flat=True)) == ["", "", "", "other"]


def test_of_messages_only_kind_and_moment_stay(planted):
    messages = Message.objects.order_by("id")
    told = list(messages.values_list("id", "kind", "created_at"))
    planted.erase()
    *left, last = messages.values_list("id", "kind", "created_at")
    assert left == told
    assert last[1] == "account_erased"
    assert [data for data in messages.values_list("data", flat=True) if data] == []
    assert list(messages.exclude(address="").values_list("kind", "address")) == [("account_erased", EMAIL)]
    mail.outbox.clear()

    deliver_messages()

    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([EMAIL], "Your account at Demo Kitchen has been erased")
    ]
    assert set(messages.values_list("address", flat=True)) == {""}
    assert set(Delivery.objects.values_list("address", "state", "note")) == {
        ("", "dropped", "erased"), ("", "delivered", ""),
    }  # fmt: skip


def test_devices_and_preferences_go(planted):
    assert (Device.objects.count(), Preferences.objects.count()) == (1, 1)
    assert planted.erase().status == 204
    assert not Device.objects.exists()
    assert not Preferences.objects.exists()


def test_what_was_counted_against_them_is_forgotten(planted):
    customer_id = planted.customer.id
    sessions = [str(session_id) for session_id in planted.customer.sessions.values_list("id", flat=True)]
    email, login = EMAIL.lower(), LOGIN
    subjects = [str(customer_id), email, f"login:{login}", f"login:{email}", *sessions]
    keys = [key_of(name, subject) for name in settings.LIMITS for subject in subjects]
    counted = Throttle.objects.filter(key__in=keys)
    assert counted.count() >= 5

    planted.erase()

    assert not counted.exists()
    assert Throttle.objects.filter(key__in=[key_of("sign_in_by_address", "127.0.0.1/32")]).exists()


def test_bob_is_untouched_to_the_byte(planted):
    bob = signed_in(make_customer("bob", email="bob@company.test"))
    assert bob.post("account/addresses", {"city": "Berlin", "line": "Bobweg 1", "comment": "Bob"}).status == 201
    assert bob.post("account/email", {"email": "robert@company.test"}).status == 202
    Api().post("auth/password-reset", {"email": "bob@company.test"})
    Api().post("auth/sign-up", {"login": "bobby", "email": "b@company.test", "password": "rather-Long-1"})
    order = bob.place(order_body(planted.soup, total=1200, comment="For Bob"), key="bobs-key").json
    advance(order, "cooking", "cancelled", reason="Bob rang")
    hers = [str(planted.customer.id), *[order["id"] for order in planted.orders]]

    def of_others() -> dict[str, list[str]]:
        tables = {table: rows for table, rows in dump().items() if "throttle" not in table}
        return {table: [row for row in rows if not any(id in row for id in hers)] for table, rows in tables.items()}

    before = of_others()
    assert planted.erase().status == 204
    after = of_others()

    gone = {table: set(rows) - set(after[table]) for table, rows in before.items()}
    assert {table: len(rows) for table, rows in gone.items() if rows} == {
        "public.accounts_code": 1, "public.accounts_signup": 1,  # of the sign-up with her address
    }  # fmt: skip
    assert found_in(str(gone), ["bob", "robert", order["id"]]) == []
    assert found_in_database(["For Bob", "Bobweg", "bobby", "robert@", "Bob rang", "bobs-key"]).keys() >= {
        "public.accounts_address", "public.accounts_code", "public.accounts_signup", "public.orders_order",
        "public.orders_statuslogentry", "public.customerbackend_idempotentanswer", "public.notifications_message",
    }  # fmt: skip


def test_a_code_that_somebody_had_sent_to_their_address_goes_too(alice, bob):
    assert bob.post("account/email", {"email": "ALICE@example.com"}).status == 202
    assert Code.objects.get().subject_id == bob.customer.id

    erase_customer(customer_id=alice.customer.id)

    assert not Code.objects.exists()
    assert bob.post("account/email/verification", {"code": "000000"}).code == "not_found"
    assert Customer.objects.get(login="bob").email == "bob@example.com"


def test_a_sign_up_that_asked_for_her_login_with_another_email_goes_with_its_code(anybody, alice):
    alice_again = {"login": "wonder", "email": "alcie@example.com", "password": PASSWORD, "name": "Alice Wonder"}
    assert anybody.post("auth/sign-up", alice_again).status == 202
    Customer.objects.filter(id=alice.customer.id).update(login="wonder")
    assert found_in_database(["alcie@", "Alice Wonder"]).keys() == {"public.accounts_signup", "public.accounts_code"}

    erase_customer(customer_id=alice.customer.id)

    assert found_in_database(["alcie@", "Alice Wonder"]) == {}
