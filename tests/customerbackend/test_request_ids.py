"""Every answer carries the id under which its request can be found in the log."""

import pytest

from tests.logs import logged
from tests.problems import is_version_7

pytestmark = pytest.mark.django_db

PATHS = ["/healthz", "/api/v1/account", "/nowhere", "/docs", "/static/drf_spectacular_sidecar/swagger-ui-dist/nothing"]


@pytest.mark.parametrize("given", ["12345678", "a.b-c_D9", "x" * 128, "01a20560-c4ab-75a3-967c-fbc0a93410e5"])
def test_a_well_formed_one_is_taken_over(anybody, given):
    for path in PATHS:
        assert anybody.get(path, x_request_id=given).headers["X-Request-Id"] == given


@pytest.mark.parametrize(
    "given", ["", "1234567", "x" * 129, "with space", 'quote"quote', "новый-номер", "12345678\n", "a/b/c/d/e"]
)
def test_a_malformed_one_is_replaced(anybody, given):
    for path in PATHS:
        answer = anybody.get(path, x_request_id=given)
        assert is_version_7(answer.headers["X-Request-Id"])


def test_two_requests_have_two(anybody):
    one, two = anybody.get("/healthz"), anybody.get("/healthz")
    assert one.headers["X-Request-Id"] != two.headers["X-Request-Id"]


def test_a_problem_and_the_log_say_the_same_one(anybody):
    with logged() as log:
        answer = anybody.get("account", x_request_id="request-4711")
    assert answer.json["request_id"] == "request-4711"
    [line] = log.lines
    del line["timestamp"], line["duration_ms"]
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "customerbackend.requests",
        "request_id": "request-4711",
        "method": "GET",
        "route": "api/v1/account",
        "status": 401,
    }
