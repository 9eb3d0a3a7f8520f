"""The report as PDF."""

from dataclasses import replace
from itertools import zip_longest

from orders.reports.clocks import Clock, Clocks
from orders.reports.content import Line, Report, Sum
from orders.reports.lettering import BOLD, shorten
from orders.reports.paper import (
    ACCENT,
    BAD,
    BOTTOM,
    GOOD,
    INK,
    LEFT,
    MARGIN,
    MUTED,
    RIGHT,
    RULE,
    WASH,
    WHITE,
    Paper,
    Span,
    Style,
    TextLine,
)
from orders.reports.sections import Fact, Section

LOOKS = {"good": GOOD, "bad": BAD, "open": ACCENT, "": MUTED}
BRAND, TITLE, STATUS = Style(9, ACCENT, BOLD), Style(20, INK, BOLD), Style(9.5, WHITE, BOLD)
BODY, STRONG, MAIN = Style(9), Style(9, INK, BOLD), Style(11, INK, BOLD, above=4)
SMALL, FINE, HEADING = Style(8), Style(7.5, MUTED), Style(9, ACCENT, BOLD)

GAP = 15
HALF = (RIGHT - LEFT - GAP) / 2
MIDDLE = LEFT + HALF + GAP
PADDING = 4

# Columns of the lines: where quantities end, names begin, and prices, rates and totals end.
QUANTITY, NAME, EACH, TAX, TOTAL = LEFT + 38, LEFT + 46, RIGHT - 128, RIGHT - 88, RIGHT
PRICE_WIDTH, RATE_WIDTH = 76, 34
NAME_WIDTH = EACH - PRICE_WIDTH - NAME


def write_pdf(report: Report) -> bytes:
    """The report on as many pages as it takes. Not to be run by two threads at once: fonts are shared."""
    paper = Paper(on_turn=lambda paper: put_running_head(paper, report))
    put_head(paper, report)
    put_clocks(paper, report.clocks)
    put_lines(paper, report)
    put_columns(paper, report)
    return paper.write(
        title=f"{report.title} · {report.company}",
        author=report.company,
        language=report.language,
        on_each=lambda paper, number, pages: put_foot(paper, report, number, pages),
    )


def put_head(paper: Paper, report: Report) -> None:
    """Who sold it, which order it is, how it stands, when it was placed."""
    width = STATUS.width(report.status) + 20
    paper.put([[Span(LEFT, shorten(report.company, BOLD, BRAND.size, RIGHT - LEFT), BRAND)]], 12)
    paper.put([[Span(LEFT, report.title, TITLE.fit(report.title, RIGHT - LEFT - width - GAP))]], 26)
    paper.box(RIGHT - width, paper.y + 3, width, 19, LOOKS[report.look], 9.5)
    paper.text(Span(RIGHT - width / 2, report.status, STATUS, "centre"), paper.y + 9)
    paper.put([[Span(LEFT, line, FINE)] for line in FINE.wrap(f"{report.placed} · {report.zone}", RIGHT - LEFT)], 12)
    paper.y -= 10


def put_running_head(paper: Paper, report: Report) -> None:
    """What stands at the top of every further page."""
    title_width = STRONG.width(report.title)
    company = shorten(report.company, FINE.font, FINE.size, RIGHT - LEFT - title_width - GAP)
    paper.put([[Span(LEFT, report.title, STRONG), Span(RIGHT, company, FINE, "right")]], 12)
    paper.y -= PADDING
    paper.rule()
    paper.y -= PADDING


def put_foot(paper: Paper, report: Report, number: int, pages: int) -> None:
    """What stands at the bottom of every page."""
    count = report.page % {"page": number, "pages": pages}
    y = BOTTOM - 10
    paper.line(LEFT, y, RIGHT, y)
    seller = shorten(report.seller, FINE.font, FINE.size, RIGHT - LEFT - FINE.width(count) - GAP)
    paper.text(Span(LEFT, seller, FINE), MARGIN - 6)
    paper.text(Span(RIGHT, count, FINE, "right"), MARGIN - 6)


# --- Clocks -------------------------------------------------------------------------------------------------------

RADIUS = 18


def put_clocks(paper: Paper, pair: tuple[Clocks, Clocks]) -> None:
    """Both rows of clocks beside each other, each on a card of its own."""
    place = HALF / 3
    labels = [[FINE.wrap(clock.label, place - 8) for clock in clocks.clocks] for clocks in pair]
    notes = [FINE.wrap(clocks.note, HALF - 2 * GAP) for clocks in pair]
    label_height = 9.5 * max(len(lines) for row in labels for lines in row)
    has_day = any(clock.day for clocks in pair for clock in clocks.clocks)
    note_height = 10 * max(map(len, notes))
    height = 26 + label_height + 2 * RADIUS + 34 + 10 * has_day + note_height + 8
    paper.room(height)
    top = paper.y
    for x, clocks, label_lines, note in zip((LEFT, MIDDLE), pair, labels, notes, strict=True):
        paper.box(x, top - height, HALF, height, WASH, 8)
        paper.text(Span(x + HALF / 2, clocks.title, STRONG, "centre"), top - 17)
        for index, (clock, lines) in enumerate(zip(clocks.clocks, label_lines, strict=True)):
            middle = x + place * (index + 0.5)
            put_column(paper, top - 30, [Span(middle, line, FINE, "centre") for line in lines], 9.5)
            put_clock(paper, middle, top - 26 - label_height - RADIUS - 3, clock)
        spans = [Span(x + HALF / 2, line, FINE, "centre") for line in note]
        put_column(paper, top - height + note_height - 1, spans, 10)
    paper.y = top - height - GAP


def put_column(paper: Paper, y: float, spans: list[Span], leading: float) -> None:
    """Texts below each other, the first one's base line at `y`."""
    for index, span in enumerate(spans):
        paper.text(span, y - index * leading)


def put_clock(paper: Paper, x: float, y: float, clock: Clock) -> None:
    """The face around this point, the time below it, and what is to be said of it."""
    colour = LOOKS[clock.look]
    is_shown = clock.hour is not None and clock.minute is not None
    paper.face(x, y, RADIUS, colour if is_shown else RULE, clock.hour, clock.minute)
    below = [Span(x, clock.time, replace(MAIN, colour=colour if clock.look else INK), "centre")]
    below += [Span(x, text, replace(FINE, colour=colour), "centre") for text in (clock.day, clock.note) if text]
    put_column(paper, y - RADIUS - 14, below, 10)


# --- Lines -------------------------------------------------------------------------------------------------------


def put_lines(paper: Paper, report: Report) -> None:
    """Every line; the heading stands on every page that has some."""
    turn = paper.on_turn
    put_heading(paper, report)

    def turn_within_lines(paper: Paper) -> None:
        turn(paper)
        put_heading(paper, report)

    paper.on_turn = turn_within_lines
    for line in report.lines:
        paper.put(line_texts(line), 11.5, above=PADDING)
        paper.y -= PADDING - 2
        paper.rule()
    paper.on_turn = turn


def put_heading(paper: Paper, report: Report) -> None:
    """The heading of the lines."""
    _quantity, name, each, tax, total = report.columns
    paper.room(60)
    paper.put(
        [
            [
                Span(NAME, name, FINE.fit(name, NAME_WIDTH)),
                Span(EACH, each, FINE.fit(each, PRICE_WIDTH), "right"),
                Span(TAX, tax, FINE.fit(tax, RATE_WIDTH), "right"),
                Span(TOTAL, total, FINE.fit(total, PRICE_WIDTH), "right"),
            ]
        ],
        11,
    )
    paper.y -= 3
    paper.rule(MUTED)


def line_texts(line: Line) -> list[TextLine]:
    """One line of the order: quantity, name and prices; below the name what belongs to it."""
    is_gone = line.left == 0
    style = replace(STRONG, colour=MUTED) if is_gone else STRONG
    price = replace(BODY, colour=MUTED) if is_gone else BODY
    below = [(SMALL, " · ".join(line.options)), (SMALL, line.note)]
    below += [(replace(SMALL, colour=BAD), line.removed), (FINE, line.allergens)]
    texts: list[TextLine] = [[Span(NAME, text, style, struck=is_gone)] for text in style.wrap(line.name, NAME_WIDTH)]
    texts[0] += [
        *quantity_spans(line, style),
        Span(EACH, line.unit_price, price.fit(line.unit_price, PRICE_WIDTH), "right", is_gone),
        Span(TAX, line.tax_rate, FINE.fit(line.tax_rate, RATE_WIDTH), "right"),
        Span(TOTAL, line.total, price.fit(line.total, PRICE_WIDTH), "right", is_gone),
    ]
    for small, text in below:
        texts += [[Span(NAME, part, small)] for part in (small.wrap(text, NAME_WIDTH) if text else ())]
    return texts


def quantity_spans(line: Line, style: Style) -> list[Span]:
    """How many are left; before it, struck, how many there were."""
    if line.left == 0:
        return [Span(QUANTITY, f"{line.quantity} ×", style, "right", struck=True)]
    shown = f"{line.left} ×"
    spans = [Span(QUANTITY, shown, style, "right")]
    if line.left != line.quantity:
        was = Style(8, MUTED)
        spans.append(Span(QUANTITY - style.width(shown) - 4, str(line.quantity), was, "right", struck=True))
    return spans


# --- What stands below the lines ----------------------------------------------------------------------------------


def put_columns(paper: Paper, report: Report) -> None:
    """On the right the sums, and below them sections; on the left sections. Written in the order of reading."""
    page, y = paper.page, paper.y
    right = [text for each in report.sums for text in sum_texts(each)] + [[]]
    right += [text for section in report.right for text in section_texts(section, MIDDLE)]
    paper.put(right, 13, above=GAP / 2)
    paper.go_back(page, y)
    paper.put([text for section in report.left for text in section_texts(section, LEFT)], 13, above=GAP / 2)


def sum_texts(each: Sum) -> list[TextLine]:
    """A step from the items to what is owed: its label, and a note below it, beside the amount."""
    style = {"main": MAIN, "minor": FINE}.get(each.look, BODY)
    width = RIGHT - PRICE_WIDTH - GAP - MIDDLE
    texts: list[TextLine] = [[Span(MIDDLE, text, style)] for text in style.wrap(each.label, width)]
    texts[0].append(Span(RIGHT, each.amount, style.fit(each.amount, PRICE_WIDTH), "right"))
    notes = FINE.wrap(each.note, width) if each.note else []
    return texts + [[Span(MIDDLE, text, FINE)] for text in notes]


def section_texts(section: Section, x: float) -> list[TextLine]:
    """Title and facts, and an empty line."""
    facts = [text for fact in section.facts for text in fact_texts(fact, x)]
    return [[Span(x, section.title, HEADING)], *facts, []]


def fact_texts(fact: Fact, x: float) -> list[TextLine]:
    """The value beside its label."""
    label_width = 82 if fact.label else 0
    labels = FINE.wrap(fact.label, label_width - 6) if fact.label else []
    values = SMALL.wrap(fact.value, HALF - label_width)
    return [
        ([Span(x, label, FINE)] if label else []) + ([Span(x + label_width, value, SMALL)] if value else [])
        for label, value in zip_longest(labels, values, fillvalue="")
    ]
