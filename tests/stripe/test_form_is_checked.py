"""Every request is held against the SDK's own types, and what is wrong with it is remembered."""

import pytest
import stripe

from tests.stripe.asking import CARD, card_intent, session
from tests.stripe.form import decode
from tests.stripe.refusals import Refused


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({**CARD, "colour": "red"}, "colour", "parameter_unknown"),
        (
            {**CARD, "payment_method_types": ["card"]},
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        ),
        ({"currency": "eur"}, "amount", "parameter_missing"),
        ({**CARD, "amount": "ten"}, "amount", "parameter_invalid_integer"),
        ({**CARD, "amount": 10.5}, "amount", "parameter_invalid_integer"),
        ({**CARD, "confirm": "yes"}, "confirm", "parameter_invalid_boolean"),
        ({**CARD, "capture_method": "someday"}, "capture_method", None),
        ({**CARD, "allowed_payment_method_types": ["gold"]}, "allowed_payment_method_types[0]", None),
        ({**CARD, "description": ""}, "description", "parameter_invalid_empty"),
        ({**CARD, "metadata": "order"}, "metadata", None),
        ({**CARD, "metadata": {"order": "x" * 501}}, "metadata[order]", None),
        (
            {**CARD, "payment_method_data": {"type": "pix", "nose": 1}},
            "payment_method_data[nose]",
            "parameter_unknown",
        ),
        ({**CARD, "customer": {"id": "cus_1"}}, "customer", "parameter_invalid_string"),
        ({**CARD, "expand": ["nothing_like_it"]}, "expand", None),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(loopback, client, params, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(params)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert [request.error["param"] for request in loopback.malformed] == [param]


def test_what_is_right_is_not_held_against_anybody(loopback, client):
    metadata = {"order": "17", "0": "a key of digits"}
    intent = card_intent(client, metadata=metadata, expand=["payment_method", "latest_charge"])
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.retrieve("pi_nothing")
    assert intent.metadata.to_dict() == metadata
    assert loopback.malformed == []
    assert loopback.requests[0].params["expand"] == ["payment_method", "latest_charge"]
    assert loopback.requests[0].params["amount"] == 1000


def test_nested_lists_are_understood(client):
    assert session(client).amount_total == 1000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        session(client, line_items=[{"quantity": 1, "price_data": {"currency": "eur", "unit": 5}}])
    assert refused.value.param == "line_items[0][price_data][unit]"


def test_a_card_number_is_never_taken_from_a_server(loopback, client):
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_methods.create({"type": "card", "card": {"number": "4242424242424242"}})
    assert "unsafe" in str(refused.value)
    assert len(loopback.malformed) == 1
    assert loopback.objects("payment_method") == []


def test_options_of_a_call_are_not_parameters(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.raw_request("post", "/v1/customers?", **{"name": "Alice", "max_network_retries[x]": "1"})
    assert refused.value.param


@pytest.mark.parametrize("text", ["a=1&a=2", "a[b]=1&a=2", "a[=1", "[a]=1", "a[b][]=1&a[b][c]=2"])
def test_text_that_says_two_things_is_refused(text):
    with pytest.raises(Refused):
        decode(text)


def test_a_wrong_key_and_version_are_refused(loopback):
    with pytest.raises(stripe.AuthenticationError):
        loopback.client(api_key="sk_test_somebody").v1.payment_intents.list()
    with pytest.raises(stripe.InvalidRequestError, match="API version"):
        loopback.client(stripe_version="2020-08-27").v1.payment_intents.list()
    assert [request.status for request in loopback.malformed] == [401, 400]


def test_what_is_posted_needs_an_idempotency_key(loopback, client):
    with pytest.raises(stripe.InvalidRequestError, match="Idempotency-Key"):
        client.v1.customers.create({}, {"headers": {"Idempotency-Key": ""}})
    assert len(loopback.malformed) == 1


def test_an_address_that_stripe_does_not_have_is_refused(loopback, client):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.raw_request("get", "/v1/payment_intentions")
    assert loopback.malformed[0].status == 404
