"""A fault of ours: the client learns a request id and nothing else, the log learns where it was, once."""

import pytest

from tests.customerbackend.faulty_urls import SECRET
from tests.logs import logged
from tests.problems import assert_problem

pytestmark = [pytest.mark.urls("tests.customerbackend.faulty_urls"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "faulty", "builtins.RuntimeError"),
        ("POST", "faulty", "django.db.utils.DataError"),
        ("GET", "/faulty", "builtins.RuntimeError"),
    ],
)
def test_a_fault_is_answered_without_its_message_and_logged_once(anybody, method, path, error):
    with logged() as log:
        answer = anybody.call(method, path, x_request_id="request-4711")

    document = assert_problem(answer, 500, "internal_error")
    assert document["request_id"] == "request-4711"
    assert document["errors"] == []
    for told in ("alice", "4711 ", "RuntimeError", "DataError", "Traceback", "faulty_urls", "integer"):
        assert told not in answer.text
    faults = [line for line in log.lines if line["level"] == "error"]
    assert [fault["error"] for fault in faults] == [error]
    assert "faulty_urls.py" in "".join(faults[0]["error_at"])
    assert [line["event"] for line in log.lines if line["level"] != "error"] == ["request"]
    assert [line["request_id"] for line in log.lines if "request_id" in line].count("request-4711") >= 1
    assert SECRET not in log.text
    assert "alice" not in log.text


def test_the_logged_fault_of_a_view_carries_the_request_id(anybody):
    with logged() as log:
        anybody.get("faulty", x_request_id="request-4711")
    assert [line["request_id"] for line in log.lines] == ["request-4711", "request-4711"]


def test_what_the_database_found_is_logged_by_its_code(anybody):
    with logged() as log:
        anybody.post("faulty", {})
    assert [line["sqlstate"] for line in log.lines if "error" in line] == ["22P02"]


def test_what_django_forbids_is_a_problem_too(anybody):
    answer = anybody.get("/forbidden")
    assert_problem(answer, 403, "permission_denied")
    assert "alice" not in answer.text
