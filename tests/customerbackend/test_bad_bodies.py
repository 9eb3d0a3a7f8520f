"""Bodies that cannot be read, or hold what cannot be stored. None of them is a fault of ours."""

import pytest

from accounts.models import SignUp
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

LIMIT = 128 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'login': 1}",
        b"\xff\xfe",
        b'{"login": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"login": NaN}',
        b'{"login": -Infinity}',
        b'{"login": ' + b"1" * 5000 + b"}",
        b"{} {}",
        b'{"login": "\x00"}',
    ],
)
def test_what_is_not_json_is_refused(anybody, body):
    document = assert_problem(anybody.call("POST", "auth/sign-in", body), 400, "invalid_json")
    assert document["errors"] == []


def test_no_depth_of_nesting_is_a_fault(alice):
    for depth in (1, 300, *range(800, 1000, 3)):
        answer = alice.place('{"x":' + "[" * depth + "]" * depth + "}")
        assert answer.code in ("invalid_request", "invalid_json"), depth
        assert answer.status == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"null", "null"), (b"[]", "invalid"), (b"7", "invalid"), (b'"text"', "invalid"), (b"true", "invalid")],
)
def test_a_body_that_is_no_object_is_refused_as_a_whole(anybody, body, code):
    assert_invalid(anybody.call("POST", "auth/sign-in", body), ("", code))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"login": "%s"}', "/login"),
        ('{"login": {"deep": ["", "%s"]}}', "/login/deep/1"),
        ('{"a/b": {"c~d": "%s"}}', "/a~1b/c~0d"),
        ('{"%s": 1}', ""),
        ('{"login": {"%s": 1}}', "/login"),
        ('"%s"', ""),
    ],
)
def test_text_that_no_column_can_hold_is_pointed_at(anybody, body, pointer):
    for text in ("\\u0000", "a\\u0000b", "\\ud800", "\\udc00\\ud800", "x\\udfff"):
        assert_invalid(anybody.call("POST", "auth/sign-up", body % text), (pointer, "invalid"))
    assert not SignUp.objects.exists()


def test_a_whole_surrogate_pair_is_a_character_like_any_other(anybody):
    answer = anybody.call("POST", "auth/sign-in", b'{"login": "\\ud83c\\udf72", "password": "\\ud83c\\udf72"}')
    assert_problem(answer, 401, "credentials_invalid")


def test_a_body_of_more_than_128_kilobytes_is_too_large(anybody):
    document = assert_problem(
        anybody.call("POST", "auth/sign-in", b'"' + b"x" * LIMIT + b'"'), 413, "payload_too_large"
    )
    assert document["errors"] == []


def test_a_body_of_128_kilobytes_is_read(anybody):
    body = b'{"login": "' + b"x" * (LIMIT - 13) + b'"}'
    assert len(body) == LIMIT
    assert_invalid(anybody.call("POST", "auth/sign-in", body), ("/login", "max_length"), ("/password", "required"))
