"""The picture shows the pages of the PDF below each other, and has its limits."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from orders.reports.content import describe_report
from orders.reports.document import write_pdf
from orders.reports.picture import GAP, MOST_PIXELS, draw_png
from tests.orders.reports.samples import forty_lines, line, option, order_of, six_lines, subject_of
from tests.orders.reports.seen import pages_of

PAGE = (1240, 1754)


def picture_of(order) -> tuple[Image.Image, int]:
    """The picture, and how many pages the PDF has."""
    pdf = write_pdf(describe_report(subject_of(order)))
    png = draw_png(pdf)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert draw_png(pdf) == png
    return Image.open(BytesIO(png)), len(pages_of(pdf))


@pytest.mark.parametrize("make", [six_lines, forty_lines])
def test_it_is_all_pages_in_full_width(make):
    picture, pages = picture_of(make())
    assert picture.size == (PAGE[0], pages * (PAGE[1] + GAP) - GAP)


def test_every_page_has_something_on_it_and_a_white_margin():
    picture, pages = picture_of(forty_lines())
    for number in range(pages):
        top = number * (PAGE[1] + GAP)
        page = picture.convert("RGB").crop((0, top, PAGE[0], top + PAGE[1]))
        ink = ImageChops.invert(page).getbbox()
        assert ink is not None
        assert 80 < ink[0] < 100 and 1140 < ink[2] < 1160
        assert page.getpixel((1, 1)) == page.getpixel((1238, 1752)) == (255, 255, 255)


def test_its_colours_are_those_of_the_pdf():
    picture, _pages = picture_of(six_lines())
    shown = {colour for _count, colour in picture.convert("RGB").getcolors(256)}
    assert {(0x29, 0x25, 0x24), (0x04, 0x78, 0x57), (0xB9, 0x1C, 0x1C), (0xC2, 0x41, 0x0C), (0xF7, 0xF4, 0xEF)} <= shown


def test_a_very_long_one_is_drawn_smaller_and_loses_no_page():
    options = [option(f"{number:03} " + "x" * 96, 1) for number in range(50)]
    picture, pages = picture_of(order_of(*[line("Endless", 100, options=options)] * 8))
    assert pages > 8
    assert 600 < picture.width < PAGE[0]
    assert picture.width * picture.height < MOST_PIXELS * 1.02
    assert abs((picture.height + GAP) / pages - GAP - picture.width * PAGE[1] / PAGE[0]) < 2
