"""Pages to draw on, from top to bottom, in points. What is drawn is kept until it is known how many pages there are.

Lines of text that belong together are put as one: they go to the next page together where they fit on one, and are
divided between lines where they do not, so that nothing is ever too long.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from math import cos, radians, sin

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from orders.reports.lettering import BOLD, REGULAR, legible, width_of, wrap

WIDTH, HEIGHT = A4
MARGIN = 42
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
TOP, BOTTOM = HEIGHT - MARGIN, MARGIN + 22

INK, MUTED, RULE, WASH = "#292524", "#78716c", "#e7e5e4", "#f7f4ef"
ACCENT, GOOD, BAD, WHITE = "#c2410c", "#047857", "#b91c1c", "#ffffff"

Drawing = Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Style:
    """`above` is how much higher than others a line of it is, by space above it."""

    size: float
    colour: str = INK
    font: str = REGULAR
    above: float = 0

    def width(self, text: str) -> float:
        return width_of(legible(text, self.font), self.font, self.size)

    def wrap(self, text: str, width: float) -> list[str]:
        return wrap(text, self.font, self.size, width)

    def fit(self, text: str, width: float) -> "Style":
        """As small as it takes for the text to have room on one line."""
        needed = self.width(text)
        return self if needed <= width else replace(self, size=self.size * width / needed)


@dataclass(frozen=True, slots=True)
class Span:
    """Text on a line. `x` is its beginning, its end or its middle, as `align` (left, right, centre) says."""

    x: float
    text: str
    style: Style
    align: str = "left"
    struck: bool = False


TextLine = list[Span]


class Paper:
    """`page` (from 0) and `y` are where the next thing goes; `on_turn` draws the top of every further page."""

    def __init__(self, on_turn: Callable[["Paper"], None]) -> None:
        self.on_turn = on_turn
        self.drawings: list[list[Drawing]] = [[]]
        self.starts: list[float] = [TOP]
        self.page = 0
        self.y: float = TOP

    def draw(self, drawing: Drawing) -> None:
        """Draw something on this page."""
        self.drawings[self.page].append(drawing)

    def turn(self) -> None:
        """Go on with the next page, which is there already after going back."""
        self.page += 1
        if self.page == len(self.drawings):
            self.drawings.append([])
            self.y = TOP
            self.on_turn(self)
            self.starts.append(self.y)
        self.y = self.starts[self.page]

    def go_back(self, page: int, y: float) -> None:
        """Go on where there was room before, beside what has been drawn since."""
        self.page, self.y = page, y

    def room(self, height: float) -> None:
        """Turn the page unless so much room is left on it."""
        if self.y - height < BOTTOM:
            self.turn()

    def put(self, lines: list[TextLine], leading: float, *, above: float = 0) -> None:
        """Put lines of text below each other, with so much space above. A bold one is never the last of its page; an
        empty one turns none.
        """
        heights = [leading + max((span.style.above for span in line), default=0) for line in lines]
        height = above + sum(heights)
        self.room(height if height <= (TOP - BOTTOM) / 3 else above + 4 * leading)
        self.y -= above
        for line, height in zip(lines, heights, strict=True):
            is_heading = any(span.style.font == BOLD for span in line)
            if line:
                self.room(height + leading * is_heading)
            self.y -= height
            for span in line:
                self.text(span, self.y + leading * 0.28)

    def text(self, span: Span, y: float) -> None:
        """Write a text on the base line at `y`."""
        text, style = legible(span.text, span.style.font), span.style
        width = style.width(text)
        x = span.x - {"left": 0.0, "right": width, "centre": width / 2}[span.align]

        def write(canvas: Canvas) -> None:
            canvas.setFillColor(HexColor(style.colour))
            canvas.setFont(style.font, style.size)
            canvas.drawString(x, y, text)

        self.draw(write)
        if span.struck:
            self.line(x, y + style.size * 0.28, x + width, y + style.size * 0.28, style.colour, 0.6)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str = RULE, width: float = 0.6) -> None:
        """A straight line."""

        def stroke(canvas: Canvas) -> None:
            canvas.setStrokeColor(HexColor(colour))
            canvas.setLineWidth(width)
            canvas.setLineCap(1)
            canvas.line(x, y, to_x, to_y)

        self.draw(stroke)

    def rule(self, colour: str = RULE) -> None:
        """A line across the page."""
        self.line(LEFT, self.y, RIGHT, self.y, colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float) -> None:
        """A filled box with round corners, `y` its lower edge."""

        def fill(canvas: Canvas) -> None:
            canvas.setFillColor(HexColor(colour))
            canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)

        self.draw(fill)

    def face(self, x: float, y: float, radius: float, colour: str, hour: int | None, minute: int | None) -> None:
        """A clock around this point; its hands are given in degrees."""

        def draw(canvas: Canvas) -> None:
            canvas.setFillColor(HexColor(WHITE))
            canvas.setStrokeColor(HexColor(colour))
            canvas.setLineWidth(1.4)
            canvas.circle(x, y, radius, stroke=1, fill=1)
            canvas.setLineCap(1)
            for mark in range(0, 360, 30):
                reach(canvas, mark, radius - (3.6 if mark % 90 == 0 else 2.6), radius - 1.8, 0.7)
            if hour is not None and minute is not None:
                reach(canvas, hour, 0, radius * 0.5, 1.8)
                reach(canvas, minute, 0, radius * 0.74, 1.2)

        def reach(canvas: Canvas, degrees: int, begin: float, end: float, width: float) -> None:
            across, up = sin(radians(degrees)), cos(radians(degrees))
            canvas.setLineWidth(width)
            canvas.line(x + across * begin, y + up * begin, x + across * end, y + up * end)

        self.draw(draw)

    def write(self, *, title: str, author: str, language: str, on_each: Callable[["Paper", int, int], None]) -> bytes:
        """The PDF; `on_each` draws what every page has, given its number and how many there are.

        It holds no time and no chance: the same report is the same bytes.
        """
        written = BytesIO()
        canvas = Canvas(written, pagesize=A4, invariant=1, pageCompression=1, lang=language)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(title)
        canvas.setCreator(author)
        for page, drawings in enumerate(self.drawings):
            self.page = page
            on_each(self, page + 1, len(self.drawings))
            for drawing in drawings:
                drawing(canvas)
            canvas.showPage()
        canvas.save()
        return written.getvalue()
