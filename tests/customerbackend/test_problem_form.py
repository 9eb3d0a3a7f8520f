"""Every answer above 399 is a whole problem document, whatever went wrong."""

import pytest
from django.test import Client

from tests.clients import Answer
from tests.problems import assert_problem, is_version_7

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/api/v1/nowhere", "/api/v2/menu", "/nowhere", "/", "/api/v1/menu/", "/api/v1/%ff%00"]
)
def test_what_is_nowhere_is_not_found(anybody, path):
    for method in ("GET", "POST", "DELETE"):
        assert_problem(anybody.call(method, path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "auth/sign-in"), ("DELETE", "auth/sign-up"), ("POST", "menu"), ("OPTIONS", "menu"), ("TRACE", "branches")],
)
def test_a_wrong_method_is_refused_and_the_right_ones_are_named(anybody, method, path):
    answer = anybody.call(method, path)
    assert_problem(answer, 405, "method_not_allowed")
    assert "OPTIONS" not in answer.headers["Allow"]
    assert answer.headers["Allow"] in ("POST", "GET, HEAD")


@pytest.mark.parametrize("path", ["/api/v1/schema", "/docs"])
def test_a_wrong_method_on_what_is_not_json_is_a_problem_all_the_same(anybody, path):
    assert_problem(anybody.post(path), 405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/problems"])
def test_a_page_that_only_reads_refuses_to_be_written_to(path):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert_problem(Answer(client.post(path)), 403, "permission_denied")


def test_staff_get_a_page_where_their_form_has_expired():
    answer = Answer(Client(enforce_csrf_checks=True).post("/admin/login/"))
    assert answer.status == 403
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"]
)
def test_another_media_type_is_refused(anybody, media_type):
    answer = anybody.call("POST", "auth/sign-in", b"login=alice", content_type=media_type)
    assert_problem(answer, 415, "unsupported_media_type")


def test_the_media_type_may_say_more(anybody):
    answer = anybody.call(
        "POST", "auth/refresh", b'{"refresh_token": "x"}', content_type="Application/JSON; charset=utf-8"
    )
    assert_problem(answer, 401, "token_invalid")


@pytest.mark.parametrize("accept", ["application/problem+json", "text/html", "image/png", "nonsense", "*/*;q=0"])
def test_what_is_accepted_is_not_asked(alice, anybody, accept):
    answer = alice.get("account", accept=accept)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert_problem(anybody.get("account", accept=accept), 401, "token_missing")


@pytest.mark.parametrize("path", ["/api/v1/menu", "/api/v1/account", "/nowhere", "/docs"])
def test_a_foreign_host_is_refused(alice, path):
    answer = alice.get(path, host="evil.example")
    document = assert_problem(answer, 400, "bad_request")
    assert "evil" not in answer.text
    assert is_version_7(document["request_id"])


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_may_come_by_any_name(anybody, path):
    assert anybody.get(path, host="10.0.0.7:8000").json == {"status": "ok"}


def test_a_thousand_parameters_are_too_many_to_read(alice, anybody):
    path = "account?" + "&".join(f"name{number}=1" for number in range(1001))
    assert_problem(alice.get(path), 400, "bad_request")
    assert_problem(anybody.get(path), 401, "token_missing")


def test_an_unauthorised_answer_names_the_scheme(anybody):
    assert anybody.get("account").headers["WWW-Authenticate"] == "Bearer"
