"""The page that the `type` of every problem leads to."""

import re

import pytest

from customerbackend.errors import Refusal
from customerbackend.problems import TITLES, refusals


def described(text: str) -> dict[str, str]:
    """The rows of the page: what stands in each, by code."""
    return dict(re.findall(r'<tr id="([a-z_]+)">(.*?)</tr>', text))


@pytest.mark.django_db
def test_it_has_a_row_for_every_code_with_what_it_means(anybody):
    page = anybody.get("/problems")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    rows = described(page.text)
    assert set(rows) == {kind.default_code for kind in refusals()} | set(TITLES)
    assert rows["login_taken"] == (
        "<td>422</td><td><code>login_taken</code></td>"
        "<td>The login is taken<br><small>Somebody else has this login. Choose another one.</small></td>"
    )
    assert not [code for code, row in rows.items() if "<td><br>" in row]


@pytest.mark.django_db
def test_it_needs_nothing_from_outside(anybody):
    page = anybody.get("/problems")
    assert not re.findall(r"https?://|src=|@import", page.text)


def test_every_refusal_has_a_code_a_title_and_a_status():
    kinds = list(refusals())
    assert len(kinds) > 20
    for kind in kinds:
        assert issubclass(kind, Refusal)
        assert re.fullmatch(r"[a-z_]+", kind.default_code)
        assert kind.title and kind.default_detail
        assert 400 <= kind.status_code < 600


def test_one_code_has_one_status_and_one_title():
    seen: dict[str, tuple[int, str]] = {}
    for kind in refusals():
        told = (kind.status_code, str(kind.title))
        assert seen.setdefault(kind.default_code, told) == told
