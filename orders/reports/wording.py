"""How a report writes amounts, rates, moments and what people have typed, in the language that is active. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from customerbackend.allergens import Allergen
from customerbackend.money import exponent
from orders.statuses import CancellationReason, UndeliveredReason

# Currencies that people know by their sign; the others are written by their code.
SIGNS = {"EUR": "€", "GBP": "£", "KZT": "₸", "PLN": "zł", "RUB": "₽", "UAH": "₴", "USD": "$"}
BEFORE_THE_NUMBER = {"EUR", "GBP", "USD"}  # in English
NO_BREAK = "\u00a0"
MINUS = "\u2212"
STARS = 5


def show_money(money: dict[str, Any]) -> str:
    """Money of the API: `€1,299.00` in English, `1 299,00 €` in Russian."""
    amount, currency = money["amount"], money["currency"]
    decimals = exponent(currency)
    number = number_format(
        Decimal(abs(amount)).scaleb(-decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True
    )
    sign = SIGNS.get(currency, currency)
    is_before = currency in BEFORE_THE_NUMBER and get_language() == "en"
    shown = f"{sign}{number}" if is_before else f"{number}{NO_BREAK}{sign}"
    return MINUS + shown if amount < 0 else shown


def show_rate(bps: int) -> str:
    """Basis points as percent: 700 is 7%."""
    number = number_format(
        f"{Decimal(bps) / 100:f}".rstrip("0").rstrip(".") if bps % 100 else bps // 100, use_l10n=True
    )
    return f"{number}%" if get_language() == "en" else f"{number}{NO_BREAK}%"


def show_minutes(seconds: int) -> str:
    """A duration, in minutes begun."""
    return gettext("%(minutes)s min") % {"minutes": -(-seconds // 60)}


def show_stars(stars: int) -> str:
    """Three of five: ★★★☆☆."""
    return "★" * stars + "☆" * (STARS - stars)


def show_allergens(allergens: dict[str, list[str]] | None) -> str:
    """What a line declares; None: nothing was declared."""
    if allergens is None:
        return gettext("Allergens not declared")
    contains, may_contain = (names_of(allergens[how]) for how in ("contains", "may_contain"))
    shown = f"{gettext('Contains:')} {contains}" if contains else gettext("Contains no allergens")
    return f"{shown}; {gettext('may contain:')} {may_contain}" if may_contain else shown


def names_of(allergens: list[str]) -> str:
    """Their names, as they stand within a sentence."""
    names = dict(Allergen.choices)
    return ", ".join(str(names.get(allergen, allergen)).lower() for allergen in allergens)


def named(label: str | Promise) -> str:
    """A status, method or kind as it stands by itself, in the language that is active now."""
    return str(capfirst(str(label)))


def show_reason(reason: str) -> str:
    """Why somebody adjusted: a code is put into words, what was written beside it follows."""
    known = {**dict(CancellationReason.choices), **dict(UndeliveredReason.choices)}
    code, colon, more = reason.partition(": ")
    return f"{named(known[code])}{colon}{tidy(more)}" if code in known else tidy(reason)


def quote(text: str) -> str:
    """What somebody said, in quotation marks."""
    return f"«{text}»" if get_language() == "ru" else f"“{text}”"


def tidy(text: str) -> str:
    """What somebody typed, without blanks and lines that hold nothing else."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def on_one_line(text: str) -> str:
    """The same without line breaks."""
    return " ".join(text.split())


def parse_moment(text: str) -> datetime:
    """A moment of the API."""
    return datetime.fromisoformat(text)


def start_calendar(zone: ZoneInfo, moment: str) -> "Calendar":
    """The calendar of the zone in which the day of this moment goes without saying."""
    return Calendar(zone, parse_moment(moment).astimezone(zone).date())


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments of the API as clock and calendar show them in a zone; on `day` the clock alone is enough."""

    zone: ZoneInfo
    day: date

    def local(self, moment: str) -> datetime:
        """The same moment in the zone."""
        return parse_moment(moment).astimezone(self.zone)

    def time(self, moment: str) -> str:
        """`12:05`."""
        return date_format(self.local(moment), "H:i")

    def other_day(self, moment: str) -> str:
        """`3 March`, with its year if that is another; empty on the day that goes without saying."""
        found = self.local(moment).date()
        return "" if found == self.day else date_format(found, "j E" if found.year == self.day.year else "j E Y")

    def short(self, moment: str) -> str:
        """`12:05`, or `3 March, 12:05`."""
        return ", ".join(filter(None, (self.other_day(moment), self.time(moment))))

    def whole(self, moment: str) -> str:
        """`2 March 2026, 12:05`."""
        return f"{date_format(self.local(moment), 'j E Y')}, {self.time(moment)}"

    def zone_at(self, moment: str) -> str:
        """`Europe/Berlin (UTC+01:00)`: the zone, and how far it was from UTC at this moment."""
        offset = self.local(moment).isoformat()[-6:]
        name = self.zone.key.replace("_", " ")
        return name if name == "UTC" else f"{name} (UTC{offset})"
