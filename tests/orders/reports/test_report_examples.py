"""The examples in docs: an order as people place them, and one of forty lines and strange names. REPORT_EXAMPLES=docs
writes them anew.
"""

import os
from pathlib import Path

import pytest

from orders.reports.making import DOCUMENT, PICTURE, make_file
from tests.orders.reports.samples import forty_lines, six_lines, subject_of
from tests.orders.reports.seen import pages_of

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("form", [DOCUMENT, PICTURE])
@pytest.mark.parametrize(("name", "make", "pages"), [("report", six_lines, 1), ("report-of-40-lines", forty_lines, 3)])
def test_an_example_can_be_made_and_is_there(tmp_path, form, name, make, pages):
    folder = Path(os.environ.get("REPORT_EXAMPLES", tmp_path))
    example = folder / f"{name}.{form.suffix}"

    example.write_bytes(make_file(form, subject_of(make())).content)

    assert 20_000 < example.stat().st_size < 200_000 * pages
    assert (DOCS / example.name).is_file()
    assert len(pages_of((DOCS / f"{name}.pdf").read_bytes())) == pages
