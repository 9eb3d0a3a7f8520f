"""Charts as SVG, made from numbers. Pure.

A chart takes the width that it is given and keeps the size of its letters: what lies across is in percent, what lies
upwards in pixels. Colours are the page's, by class.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

HEIGHT = 240
TOP = 12
BOTTOM = HEIGHT - 28
MAX_STEPS = 4
MAX_LABELS = 6
MAX_DOTS = 62
PIXELS_A_LETTER = 8


@dataclass(frozen=True)
class Point:
    """One value, which is not negative; `label` stands on the axis, `text` is what there is to know."""

    value: int
    label: str
    text: str


def find_scale(greatest: int) -> list[int]:
    """The values that lines are drawn at: from 0 in at most MAX_STEPS steps of 1, 2 or 5 and zeros to the greatest."""
    greatest = max(greatest, 1)
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if step * MAX_STEPS >= greatest)
    return list(range(0, greatest + step, step))


def pixels(length: float) -> str:
    """As SVG takes it, a dot before the decimals whatever the language."""
    return f"{length:.1f}"


def percent(share: float) -> str:
    """The same of a part of the width, from 0 to 1."""
    return f"{100 * share:.2f}%"


def depth(value: int, scale: list[int]) -> float:
    """How far below the upper edge a value lies, in pixels."""
    return BOTTOM - (BOTTOM - TOP) * value / scale[-1]


def draw_line(points: Sequence[Point], *, name: str, write: Callable[[int], str]) -> SafeString:
    """Values, at least two, as a line over a filled area, a dot on each where they are few.

    `write` says a value of the scale.
    """
    scale = find_scale(max(point.value for point in points))
    places = [((index + 0.5) / len(points), depth(point.value, scale)) for index, point in enumerate(points)]
    area = format_html(
        '<svg width="100%" height="{height}" viewBox="0 0 1000 {height}" preserveAspectRatio="none">'
        '<polygon class="area" points="{first},{bottom} {corners} {last},{bottom}"/>'
        '<polyline class="line" points="{corners}"/></svg>',
        height=HEIGHT,
        bottom=BOTTOM,
        corners=" ".join(f"{pixels(1000 * x)},{pixels(y)}" for x, y in places),
        first=pixels(1000 * places[0][0]),
        last=pixels(1000 * places[-1][0]),
    )
    dots = format_html_join(
        "",
        '<circle class="dot" cx="{}" cy="{}" r="3"/>',
        ((percent(x), pixels(y)) for x, y in places if len(points) <= MAX_DOTS),
    )
    return draw_chart(points, scale=scale, name=name, write=write, shapes=area + dots)


def draw_bars(points: Sequence[Point], *, name: str, write: Callable[[int], str]) -> SafeString:
    """Values, at least one, as upright bars. `write` says a value of the scale."""
    scale = find_scale(max(point.value for point in points))
    width = 1 / len(points)
    bars = format_html_join(
        "",
        '<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (percent((index + 0.15) * width), pixels(top), percent(0.7 * width), pixels(BOTTOM - top))
            for index, top in enumerate(depth(point.value, scale) for point in points)
            if top < BOTTOM
        ),
    )
    return draw_chart(points, scale=scale, name=name, write=write, shapes=bars)


def draw_share(share: float) -> SafeString:
    """A part of a whole, from 0 to 1, as a bar that lies."""
    return format_html(
        '<svg class="share" width="100%" height="8" aria-hidden="true">'
        '<rect class="whole" width="100%" height="8" rx="2"/><rect class="bar" width="{}" height="8" rx="2"/></svg>',
        percent(share),
    )


def draw_chart(
    points: Sequence[Point], *, scale: list[int], name: str, write: Callable[[int], str], shapes: SafeString
) -> SafeString:
    """The shapes with the scale beside, the labels below, and over each value a field that tells it when pointed at."""
    fields = format_html_join(
        "",
        '<rect class="field" x="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (percent(index / len(points)), percent(1 / len(points)), BOTTOM, point.text)
            for index, point in enumerate(points)
        ),
    )
    lines = format_html_join(
        "",
        '<line class="grid" x2="100%" y1="{0}" y2="{0}"/>',
        ((pixels(depth(value, scale)),) for value in scale),
    )
    return format_html(
        '<div class="chart">{axis}<svg class="plot" width="100%" height="{height}" role="img" aria-label="{name}">'
        "{lines}{shapes}{labels}{fields}</svg></div>",
        axis=draw_axis(scale, write),
        height=HEIGHT,
        name=name,
        lines=lines,
        shapes=shapes,
        labels=draw_labels(points),
        fields=fields,
    )


def draw_axis(scale: list[int], write: Callable[[int], str]) -> SafeString:
    """The values of the scale, one over the other, as wide as the longest needs."""
    said = [(pixels(depth(value, scale) + 4), write(value)) for value in scale]
    return format_html(
        '<svg class="axis" width="{width}" height="{height}" aria-hidden="true">{texts}</svg>',
        width=PIXELS_A_LETTER * max(len(text) for _, text in said) + 8,
        height=HEIGHT,
        texts=format_html_join("", '<text x="100%" dx="-8" y="{}">{}</text>', said),
    )


def draw_labels(points: Sequence[Point]) -> SafeString:
    """At most MAX_LABELS of the labels, evenly; every second one can be left out where there is little room."""
    every = -(-len(points) // MAX_LABELS)
    return format_html_join(
        "",
        '<text class="{}" x="{}" y="{}">{}</text>',
        (
            ("second" if number % 2 else "first", percent((index + 0.5) / len(points)), HEIGHT - 8, points[index].label)
            for number, index in enumerate(range(0, len(points), every))
        ),
    )
