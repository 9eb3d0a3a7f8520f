"""The examples in docs: an order as people place them. REPORT_EXAMPLES=docs writes them anew."""

import os
from pathlib import Path

import pytest

from orders.reports.making import DOCUMENT, PICTURE, make_file
from tests.orders.reports.samples import six_lines, subject_of
from tests.orders.reports.seen import pages_of

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("form", [DOCUMENT, PICTURE])
def test_an_example_of_one_page_can_be_made(tmp_path, form):
    folder = Path(os.environ.get("REPORT_EXAMPLES", tmp_path))
    example = folder / f"report.{form.suffix}"

    example.write_bytes(make_file(form, subject_of(six_lines())).content)

    assert 20_000 < example.stat().st_size < 200_000
    assert (DOCS / example.name).is_file()
    assert len(pages_of((DOCS / "report.pdf").read_bytes())) == 1
