"""Statistics as a page for people: the figures of the JSON, written in their language, with charts."""

import json
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from customerbackend.money import exponent
from orders.charts import Point, draw_bars, draw_line, draw_share
from orders.statistics import Period, Statistics

SERIES = {
    Period.DAY: gettext_lazy("Day by day"),
    Period.WEEK: gettext_lazy("Week by week"),
    Period.MONTH: gettext_lazy("Month by month"),
    Period.YEAR: gettext_lazy("Year by year"),
    Period.ALL: gettext_lazy("All together"),
}
ONE_DAY = timedelta(days=1)
NONE = "–"
NO_BREAK = "\u00a0"
DAY = "j M Y"
MOMENT = "j M Y, H:i"
SHORT_NAMES = {Period.DAY: "j M", Period.WEEK: "j M", Period.MONTH: "M Y", Period.YEAR: "Y", Period.ALL: DAY}


def describe_page(statistics: Statistics) -> dict[str, Any]:
    """What the template shows. Texts are in the language that is active."""
    found = json.loads(statistics.body)
    period, totals = Period(found["period"]), found["totals"]
    names = name_buckets(period, statistics)
    return {
        "company": settings.COMPANY_NAME,
        "currency": found["currency"],
        "range": name_range(statistics.lower, statistics.upper),
        "time_zone": found["time_zone"],
        "totals": {name: write(totals[name]) for name in ("orders", "positions", "amount", "average")},
        "on_time": write_share(found["on_time_share"]),
        "series": SERIES[period],
        "buckets": [{**written(bucket), "name": name} for bucket, name in zip(found["buckets"], names, strict=True)],
        "places": describe_places(found["by_place"]),
        "products": [written(product) for product in found["by_product"]],
        **(draw_charts(found, period, names, statistics.starts) if totals["orders"] else {}),
    }


def describe_places(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places, each with a bar, of which the longest is that of the most orders."""
    most = max((place["orders"] for place in places), default=0)
    return [
        {**written(place), "name": place["name"] or _("All other places"), "bar": draw_share(place["orders"] / most)}
        for place in places
    ]


def draw_charts(found: dict[str, Any], period: Period, names: list[str], starts: list[datetime]) -> dict[str, Any]:
    """Amounts by bucket as a line, if there are several, and orders by hour as bars."""
    short = DAY if period in (Period.DAY, Period.WEEK) and starts[0].year != starts[-1].year else SHORT_NAMES[period]
    buckets = [
        Point(bucket["amount"]["amount"], show_day(start, short), f"{name}: {told(bucket)}")
        for bucket, name, start in zip(found["buckets"], names, starts, strict=True)
    ]
    hours = [
        Point(row["orders"], clock(row["hour"]), f"{clock(row['hour'])} – {clock(row['hour'] + 1)}: {told(row)}")
        for row in found["by_hour"]
    ]
    return {
        "line": draw_line(buckets, name=_("Amount"), write=write_minor) if len(buckets) > 1 else None,
        "bars": draw_bars(hours, name=_("Orders by the hour of the day"), write=write),
    }


def name_buckets(period: Period, statistics: Statistics) -> list[str]:
    """What each bucket is called: a day, a week from Monday to Sunday, a month, a year; of `all`, the whole range."""
    if period == Period.WEEK:
        return [name_days(start, start + 6 * ONE_DAY) for start in statistics.starts]
    if period == Period.ALL:
        return [name_range(statistics.lower, statistics.upper) for _start in statistics.starts]
    form = {Period.DAY: "D, j M Y", Period.MONTH: "YEAR_MONTH_FORMAT", Period.YEAR: "Y"}[period]
    return [show_day(start, form) for start in statistics.starts]


def name_range(lower: datetime, upper: datetime) -> str:
    """From the first to the last day, or from one moment to another where these are no midnights."""
    if {lower.time(), upper.time()} == {time()} and lower < upper:
        return name_days(lower, upper - ONE_DAY)
    return f"{show_day(lower, MOMENT)} – {show_day(upper, MOMENT)}"


def name_days(first: datetime, last: datetime) -> str:
    """One day, or the first and the last of several."""
    begin = show_day(first, "j M" if first.year == last.year else DAY)
    return show_day(last, DAY) if first == last else f"{begin} – {show_day(last, DAY)}"


def show_day(moment: datetime, form: str) -> str:
    """A date in one of Django's forms; beside a day, Russian declines the month and has no usual short form of it."""
    return date_format(moment, form.replace("j M", "j E") if get_language() == "ru" else form)


def clock(hour: int) -> str:
    """A whole hour."""
    return f"{hour:02}:00"


def told(row: dict[str, Any]) -> str:
    """Amount and orders of a row in words."""
    return _("%(amount)s, orders: %(orders)s") % written(row)


def written(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its numbers and its money as the language writes them."""
    return {name: write(value) if isinstance(value, int | dict) else value for name, value in row.items()}


def write(value: Any) -> str:
    """A whole number, or money with its currency; a dash for None."""
    if value is None:
        return NONE
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return f"{write_minor(value['amount'], always=True)} {value['currency']}"


def write_minor(amount: int, *, always: bool = False) -> str:
    """Minor units as a decimal number; unless `always`, without decimals where these are zero."""
    decimals = exponent(settings.CURRENCY)
    shown = decimals if always or amount % 10**decimals else 0
    return number_format(Decimal(amount).scaleb(-decimals), shown, force_grouping=True)


def write_share(share: float | None) -> str:
    """A share as percents, with one decimal where it is neither all nor none; a dash for None."""
    if share is None:
        return NONE
    number = number_format(round(100 * share, 1), 1 if share % 1 else 0)
    return f"{number}{NO_BREAK if get_language() == 'ru' else ''}%"
