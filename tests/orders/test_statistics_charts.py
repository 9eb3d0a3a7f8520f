"""Charts: where things lie, what stands beside them, and that a name stays a name."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.charts import BOTTOM, TOP, Point, draw_bars, draw_line, draw_share, find_scale


def points(*values):
    return [Point(value, f"label {number}", f"text {number}") for number, value in enumerate(values)]


def elements(chart, tag):
    """Those of a tag, as what they say of themselves; the chart must be well-formed."""
    return [found for found in ElementTree.fromstring(chart).iter() if found.tag == tag]


def texts(chart):
    return [found.text for found in elements(chart, "text")]


@pytest.mark.parametrize(
    ("greatest", "scale"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (21, [0, 10, 20, 30]),
        (100, [0, 50, 100]),
        (101, [0, 50, 100, 150]),
        (259_861, [0, 100_000, 200_000, 300_000]),
    ],
)
def test_a_scale_has_few_round_steps(greatest, scale):
    assert find_scale(greatest) == scale


@given(st.integers(0, 10**15))
def test_every_scale_reaches_the_greatest_value_in_at_most_four_steps(greatest):
    scale = find_scale(greatest)

    assert scale[0] == 0 and 2 <= len(scale) <= 5
    assert scale[-2] < max(greatest, 1) <= scale[-1]
    assert re.fullmatch("[125]0*", str(scale[1]))


def test_a_line_goes_through_its_values():
    chart = draw_line(points(0, 100, 50), name="Amount", write=str)

    [line] = elements(chart, "polyline")
    assert line.get("points") == f"166.7,{BOTTOM}.0 500.0,{TOP}.0 833.3,{(BOTTOM + TOP) / 2}"
    dots = [(dot.get("cx"), dot.get("cy")) for dot in elements(chart, "circle")]
    assert dots == [("16.67%", "212.0"), ("50.00%", "12.0"), ("83.33%", "112.0")]
    assert texts(chart) == ["0", "50", "100", "label 0", "label 1", "label 2"]
    assert [title.text for title in elements(chart, "title")] == ["text 0", "text 1", "text 2"]


def test_bars_are_as_high_as_their_values_and_nothing_is_no_bar():
    chart = draw_bars(points(0, 100, 50), name="Orders", write=str)

    bars = [found for found in elements(chart, "rect") if found.get("class") == "bar"]
    assert [(bar.get("y"), bar.get("height")) for bar in bars] == [("12.0", "200.0"), ("112.0", "100.0")]
    assert [bar.get("x") for bar in bars] == ["38.33%", "71.67%"]


def test_a_thousand_values_have_no_dots_and_few_labels():
    chart = draw_line(points(*range(1000)), name="Amount", write=str)

    assert elements(chart, "circle") == []
    assert [text for text in texts(chart) if text.startswith("label")] == [
        "label 0", "label 167", "label 334", "label 501", "label 668", "label 835",
    ]  # fmt: skip
    assert len(elements(chart, "title")) == 1000


def test_where_nothing_was_everything_lies_on_the_ground():
    [line] = elements(draw_line(points(0, 0), name="Amount", write=str), "polyline")
    assert line.get("points") == "250.0,212.0 750.0,212.0"


@pytest.mark.parametrize("share", [0, 0.25, 1])
def test_a_share_is_a_part_of_the_whole_width(share):
    whole, part = elements(draw_share(share), "rect")
    assert (whole.get("width"), part.get("width")) == ("100%", f"{100 * share:.2f}%")


def test_what_somebody_wrote_is_text():
    evil = '"><script>alert(1)</script>&'

    for chart in (
        draw_line([Point(1, evil, evil), Point(2, evil, evil)], name=evil, write=lambda value: evil),
        draw_bars([Point(1, evil, evil)], name=evil, write=lambda value: evil),
    ):
        assert elements(chart, "script") == []
        assert {text.text for text in elements(chart, "text") + elements(chart, "title")} == {evil}
        assert evil in {found.get("aria-label") for found in elements(chart, "svg")}
