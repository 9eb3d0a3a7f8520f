"""In which language somebody is answered."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from customerbackend.languages import LANGUAGES, first_of_ours, language_from_header


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("en", "en"),
        ("ru", "ru"),
        ("RU", "ru"),
        ("ru-RU", "ru"),
        ("ru-Latn-RU", "ru"),
        ("en-GB, ru;q=0.9", "en"),
        ("en-GB;q=0.8, ru;q=0.9", "ru"),
        ("de, ru;q=0.5, en;q=0.8", "en"),
        ("de, fr", "en"),
        ("de, *;q=0.1", "en"),
        ("*", "en"),
        ("ru, *", "ru"),
        ("ru ; q=0.5", "ru"),
        ("ru;q=0", "en"),
        ("fr, ru;q=0.000", "en"),
        ("ru;q=0, en", "en"),
        ("ru;q=2", "en"),
        ("ru;q=high", "en"),
        ("ru_RU", "en"),
        (";;,;=", "en"),
        ("\x00", "en"),
        ("ru" * 2000, "en"),
        ("de-DE, " * 200 + "ru", "en"),
        ("ru, " + "de-DE, " * 2000, "ru"),
    ],
)
def test_the_first_of_ours_that_is_asked_for_else_the_deployments(header, language):
    assert language_from_header(header) == language


def test_a_weight_that_the_limit_cuts_off_is_not_forgotten():
    header = "en;q=0.5, " + "de, " * 121 + "ru;q=0.1"
    assert header.index(";q=0.1") < 500 < len(header)
    assert language_from_header(header) == "en"


def test_the_deployments_own_language_is_what_nobody_asked_against(settings):
    settings.LANGUAGE_CODE = "ru"
    first_of_ours.cache_clear()
    try:
        assert language_from_header("de") == "ru"
        assert language_from_header("en") == "en"
    finally:
        first_of_ours.cache_clear()


@given(st.binary(max_size=600).map(lambda raw: raw.decode("latin-1")))
def test_no_header_is_a_fault(header):
    assert language_from_header(header) in LANGUAGES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "detail"),
    [("en", "This field is required."), ("ru-RU, en;q=0.5", "Обязательное поле."), ("de", "This field is required.")],
)
def test_a_problem_speaks_it(anybody, header, detail):
    answer = anybody.post("auth/refresh", {}, accept_language=header)
    assert [error["detail"] for error in answer.json["errors"]] == [detail]


@pytest.mark.django_db
def test_one_request_leaves_nothing_behind_for_the_next(anybody):
    anybody.post("auth/refresh", {}, accept_language="ru")
    assert translation.get_language() == "en"
    assert anybody.post("auth/refresh", {}).json["errors"][0]["detail"] == "This field is required."
