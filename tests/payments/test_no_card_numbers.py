"""No number of a card and no CVC comes into the product: not asked for, not taken, not stored, not logged."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from customerbackend.documentation import openapi_document
from payments.asking import fetch
from payments.models import LinkedCard, Payment, Refund
from tests.dump import dump, found_in_database
from tests.logs import is_card_number, logged
from tests.orders.adjustments import goodwill
from tests.payments.refunds import cancel_by_staff

pytestmark = pytest.mark.django_db

NUMBERS = ["4242424242424242", "5555555555554444", "378282246310005", "6011000990139424", "4000000000000002"]
CVC = "9713"
RUN = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])")
FORBIDDEN = re.compile(r"(?:^|_)(?:number|pan|cvc|cvv|cvv2|csc|security_code|exp|expiry|expires|card)(?:_|$)")
FIELDS = ["number", "card_number", "pan", "cvc", "cvv", "exp_month", "expiry"]
ASKED = {"card_id", "save_card"}  # a card's id with us, and whether to keep the one that is paid with


def card_numbers_in(text: str) -> list[str]:
    return [found for found in RUN.findall(text) if is_card_number(found)]


def tell_too_much(shop) -> None:
    """As if Stripe told all that it knows of a card, wherever it says something of one."""
    card = {"number": NUMBERS[0], "cvc": CVC, "account_number": NUMBERS[1]}
    with shop.stripe.books.lock:
        for thing in shop.stripe.books.objects.values():
            if thing["object"] == "payment_method":
                thing["card"] |= card
                thing["billing_details"] |= {"name": NUMBERS[2], "phone": NUMBERS[3]}
            if thing["object"] == "charge":
                thing["payment_method_details"]["card"] |= card
                thing["failure_message"] = f"The card {NUMBERS[4]} was declined, {CVC} is wrong."
            if thing["object"] == "payment_intent" and thing["last_payment_error"]:
                thing["last_payment_error"]["message"] = f"Your card {NUMBERS[4]} was declined."
                thing["last_payment_error"]["payment_method"] = {"card": card}
            if thing["object"] == "refund":
                thing["destination_details"]["card"] |= card
                thing["description"] = NUMBERS[0]


def go_through_everything(shop) -> None:
    """Link a card, pay by it, get part and then all of it back, be declined, pay by another card and keep that."""
    linked = shop.link()
    tell_too_much(shop)
    paid = Payment.objects.get(id=shop.start(shop.order(), card_id=str(linked.id)).json["id"])
    shop.deliver()
    goodwill(shop.look(paid), 500)
    call_command("process_payments", verbosity=0)
    tell_too_much(shop)
    cancel_by_staff(paid)
    call_command("process_payments", verbosity=0)
    declined = shop.started(save_card=True)
    shop.stripe.payer.decline(declined.reference)
    tell_too_much(shop)
    with shop.stripe.books.lock:
        for event in shop.stripe.books.events:
            event["data"]["object"]["note"] = f"{NUMBERS[0]} {CVC}"
    shop.deliver()
    fetch(Payment.objects.select_related("order").get(id=declined.id))
    shop.stripe.payer.pay(declined.reference, "pm_card_mastercard")
    tell_too_much(shop)
    shop.deliver()
    call_command("reconcile_payments", older_than=0, succeeded_within=1)
    shop.alice.get(f"payments/{declined.id}")
    shop.alice.get("account/cards")
    shop.alice.get("account/export")


def test_after_all_that_can_happen_to_a_payment_none_is_stored_or_logged(shop, capsys):
    with logged() as log:
        go_through_everything(shop)

    assert [card.last4 for card in LinkedCard.objects.order_by("created_at")] == ["4242", "4444"]
    assert sorted(Refund.objects.values_list("amount", "state")) == [(500, "succeeded"), (700, "succeeded")]
    assert found_in_database(NUMBERS) == {}
    tables = {table: card_numbers_in("\n".join(rows)) for table, rows in dump().items()}
    assert {table: found for table, found in tables.items() if found} == {}
    for text in (log.text, capsys.readouterr().out):
        assert text
        assert [number for number in NUMBERS if number in text] == card_numbers_in(text) == []


def test_the_search_would_find_them():
    text = f'a {NUMBERS[0]}, (5555 5555 5555 4444) "{NUMBERS[2]}" 4000-0000-0000-0002 4242424242424241 12345'
    assert card_numbers_in(text) == [NUMBERS[0], "5555 5555 5555 4444", NUMBERS[2], "4000-0000-0000-0002"]
    assert all(map(is_card_number, NUMBERS))


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every property of every request body of the API, with the operation that takes it."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for form in operation.get("requestBody", {}).get("content", {}).values():
                yield from ((f"{method} {path}", name) for name in properties(form["schema"], document))


def properties(schema: Any, document: dict[str, Any]) -> Iterator[str]:
    """The names in a schema, however deep."""
    if isinstance(schema, list):
        for part in schema:
            yield from properties(part, document)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield from properties(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from properties(part, document)


def test_no_request_asks_for_one(db):
    found = set(bodies(json.loads(openapi_document("en"))))
    assert len(found) > 40
    assert ("post /api/v1/orders/{order_id}/payments", "card_id") in found
    assert {name for _operation, name in found if FORBIDDEN.search(name)} == ASKED


@pytest.mark.parametrize(
    "endpoint", ["orders/{order}/payments", "account/cards/setup", "account/cards/{card}", "orders"]
)
def test_who_sends_one_is_refused_and_it_leaves_no_trace(shop, endpoint):
    order, card = shop.order(), shop.link()
    method = "DELETE" if "{card}" in endpoint else "POST"
    path = endpoint.format(order=order["id"], card=card.id)
    asked = len(shop.stripe.requests)
    sent: dict[str, Any] = dict.fromkeys(FIELDS, NUMBERS[0])
    sent |= {"card": {"number": NUMBERS[0], "cvc": CVC}, "source": [NUMBERS[0]]}

    for field, value in sent.items():
        with logged() as log:
            answer = shop.alice.call(method, path, {field: value}, idempotency_key=str(uuid4()))
        assert (answer.status, answer.code) == (400, "invalid_request"), field
        assert (f"/{field}", "unknown_field") in [(error["pointer"], error["code"]) for error in answer.json["errors"]]
        assert NUMBERS[0] not in answer.text + log.text

    assert found_in_database([NUMBERS[0]]) == {}
    assert len(shop.stripe.requests) == asked
    assert LinkedCard.objects.count() == 1
