"""The report as PNG: the pages of its PDF below each other in one picture."""

from io import BytesIO
from math import sqrt

import pypdfium2
from PIL import Image
from PIL.ImageColor import getrgb

from orders.reports.paper import ACCENT, BAD, GOOD, INK, MUTED, RULE, WASH, WHITE

WIDTH = 1240  # A4 at 150 dots per inch
GAP = 12
# Eight pages at full width. Of more pages each is drawn smaller: nothing is left out, and the picture stays this large.
MOST_PIXELS = 8 * 1240 * 1754
SHADES = 16


def make_palette() -> list[int]:
    """What pages are drawn with, as red, green, blue: the grounds, and every colour of letters in shades from white."""
    colours: list[tuple[int, ...]] = [getrgb(colour) for colour in (WHITE, WASH, RULE)]
    for colour in (INK, MUTED, ACCENT, GOOD, BAD):
        full = getrgb(colour)
        colours += [tuple(255 - (255 - part) * shade // SHADES for part in full) for shade in range(1, SHADES + 1)]
    return [part for colour in colours for part in colour]


def blank(width: int, height: int, ground: int = 0) -> Image.Image:
    """A picture in the palette, all of it of one of its colours."""
    picture = Image.new("P", (width, height), ground)
    picture.putpalette(PALETTE)
    return picture


PALETTE = make_palette()
GROUND = 2  # of the gaps: RULE


def draw_png(pdf: bytes) -> bytes:
    """The picture. Not to be run by two threads at once: PDFium cannot."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sizes = [document.get_page_size(index) for index in range(len(document))]
        scale = WIDTH / max(width for width, _height in sizes)
        scale *= min(1, sqrt(MOST_PIXELS / sum(width * height * scale**2 for width, height in sizes)))
        pages = [draw_page(document[index], scale) for index in range(len(document))]
    finally:
        document.close()
    return save(pages)


def draw_page(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    """One page, so many pixels a point."""
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        return bitmap.to_pil().quantize(palette=blank(1, 1), dither=Image.Dither.NONE)
    finally:
        bitmap.close()
        page.close()


def save(pages: list[Image.Image]) -> bytes:
    """The pages below each other, with a gap between them."""
    height = sum(page.height for page in pages) + GAP * (len(pages) - 1)
    whole = blank(max(page.width for page in pages), height, GROUND)
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height + GAP
    written = BytesIO()
    whole.save(written, "PNG")
    return written.getvalue()
