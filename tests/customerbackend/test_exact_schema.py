"""The OpenAPI schema says as exactly as it can what is taken and what may come back."""

import re

import pytest

from customerbackend.idempotency import PRINTABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(anybody):
    return anybody.get("schema").json


@pytest.fixture
def shapes(schema):
    return schema["components"]["schemas"]


def parameter(schema, path, method, name):
    [found] = [found for found in schema["paths"][path][method]["parameters"] if found["name"] == name]
    return found["schema"]


def test_a_body_takes_no_field_that_is_not_named(shapes):
    bodies = {name: shape for name, shape in shapes.items() if name.endswith("Request")}
    assert "OrderBodyRequest" in bodies
    assert [name for name, shape in bodies.items() if shape["additionalProperties"] is not False] == []


def test_no_body_is_described_by_the_words_for_all_of_them(shapes):
    assert [name for name, shape in shapes.items() if "serializer" in shape.get("description", "")] == []


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        ("Customer", "preferred_contact"),
        ("Cancellation", "until_status"),
        ("CancellationBodyRequest", "reason"),
    ],
)
def test_a_choice_that_may_be_null_says_so(shapes, shape, field):
    options = shapes[shape]["properties"][field]["oneOf"]
    resolved = [shapes[option["$ref"].rpartition("/")[2]] if "$ref" in option else option for option in options]
    assert {"type": "null"} in resolved


def test_an_order_has_something_in_it(shapes):
    assert shapes["OrderBodyRequest"]["properties"]["items"]["minItems"] == 1


def test_a_currency_has_three_letters(shapes):
    money = shapes["OrderBodyRequest"]["properties"]["expected_total"]["properties"]
    assert money["currency"]["pattern"] == "^[A-Z]{3}$"


@pytest.mark.parametrize("key", ["a", "a b", "~!", "", " ", " a", "a ", "a\n", "é", "a\tb"])
def test_an_idempotency_key_has_the_form_that_is_asked_for(schema, key):
    form = parameter(schema, "/api/v1/orders", "post", "Idempotency-Key")
    assert (form["minLength"], form["maxLength"]) == (1, 255)
    assert bool(re.fullmatch(form["pattern"], key)) is bool(PRINTABLE.fullmatch(key))


@pytest.mark.parametrize(
    ("text", "fits"), [("nuts", True), ("nuts,milk", True), ("", False), ("nuts,", False), ("nuts milk", False)]
)
def test_a_list_in_a_parameter_says_what_may_stand_in_it(schema, text, fits):
    form = parameter(schema, "/api/v1/products", "get", "without_allergens")
    assert bool(re.fullmatch(form["pattern"], text)) is fits
