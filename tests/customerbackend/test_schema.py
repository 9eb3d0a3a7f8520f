"""The OpenAPI schema, and the page that shows it without asking anybody outside."""

import io
import re

import pytest
from django.core.management import call_command

from tests.problems import MEMBERS

pytestmark = pytest.mark.django_db


def test_it_is_valid_and_made_without_a_warning(capsys):
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())
    assert "Warning" not in capsys.readouterr().err


@pytest.fixture
def schema(anybody):
    answer = anybody.get("schema")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    return answer.json


def test_it_is_served_to_anybody_as_openapi_3_1(schema):
    assert schema["openapi"] == "3.1.0"
    assert {"/api/v1/auth/sign-in", "/api/v1/account", "/api/v1/menu", "/api/v1/orders"} <= schema["paths"].keys()
    assert all(path.startswith("/api/v1/") and not path.endswith("/") for path in schema["paths"])
    assert "/api/v1/schema" not in schema["paths"]


def test_every_operation_has_a_name_and_answers_a_problem_by_default(schema):
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert re.fullmatch(r"[a-z_]+", operation["operationId"])
        assert operation["responses"]["default"]["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    assert schema["components"]["schemas"]["Problem"]["required"] == MEMBERS


def test_what_needs_a_key_says_so(schema):
    for path in ("/api/v1/orders", "/api/v1/orders/{order_id}/cancellation"):
        [key] = [found for found in schema["paths"][path]["post"]["parameters"] if found["in"] == "header"]
        assert (key["name"], key["required"]) == ("Idempotency-Key", True)


def test_the_docs_load_only_our_own_assets(anybody):
    page = anybody.get("/docs")
    assert page.status == 200
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert len(loaded) >= 4
    for address in loaded:
        assert address.startswith(("/static/drf_spectacular_sidecar/", "/docs?script="))
        assert anybody.client.get(address).status_code == 200
    # The page's security policy lets no script run that stands in the page itself.
    assert all(not inside.strip() for inside in re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL))
    assert not re.findall(r"https?://(?!testserver)", page.text)
    assert "/api/v1/schema" in anybody.get("/docs?script=").text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
