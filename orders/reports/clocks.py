"""The clocks of a report: when it was first promised, when last, and when it happened, beside each other."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from orders.models import DeliveryMethod
from orders.reports.wording import MINUS, NO_BREAK, Calendar, named, parse_moment, show_minutes
from orders.statuses import CLOSED

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment with its clock's hands, in degrees; without them nothing has happened. `look`: good, bad or empty."""

    label: str
    time: str
    day: str = ""
    note: str = ""
    look: str = ""
    hour: int | None = None
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """First promised, last promised, actual, beside each other."""

    title: str
    clocks: tuple[Clock, ...]
    note: str


def describe_cooking(order: dict[str, Any], calendar: Calendar) -> Clocks:
    """When it was to be cooked, and was; what that was reckoned from."""
    estimates = order["estimates"]
    parts = ((gettext("Wait"), estimates["wait_seconds"]), (gettext("Cooking"), estimates["cooking_seconds"]))
    return Clocks(
        title=gettext("Cooking"),
        clocks=compare(
            order, calendar, estimates["first_cooked_at"], estimates["cooked_at"], order["times"]["cooked_at"]
        ),
        note=join(*show_parts(parts)),
    )


def describe_handing_over(order: dict[str, Any], calendar: Calendar) -> Clocks:
    """When it was to be delivered or fetched, at the latest, and was."""
    estimates = order["estimates"]
    is_pickup = order["delivery"]["method"] == DeliveryMethod.PICKUP
    parts = (
        (gettext("Courier wait"), estimates["courier_wait_seconds"]),
        (gettext("Travel"), estimates["travel_seconds"]),
    )
    window = "–".join(calendar.time(estimates[name]) for name in ("delivered_from", "delivered_to"))
    expected = f"{gettext('Expected')} {calendar.short(estimates['delivered_at'])}"
    return Clocks(
        title=named(DeliveryMethod.PICKUP.label) if is_pickup else gettext("Delivery"),
        clocks=compare(
            order, calendar, estimates["first_delivered_to"], estimates["delivered_to"], order["times"]["delivered_at"]
        ),
        note=join(expected, f"{gettext('Window')} {window}", *show_parts(parts)),
    )


def show_parts(parts: tuple[tuple[str, int | None], ...]) -> list[str]:
    """What an estimate was made of: `Wait 5 min`, `Cooking 10 min`."""
    return [f"{label} {show_minutes(seconds)}" for label, seconds in parts if seconds is not None]


def join(*parts: str) -> str:
    """The parts in a row, none of them broken between two lines."""
    return " · ".join(part.replace(" ", NO_BREAK) for part in parts)


def compare(
    order: dict[str, Any], calendar: Calendar, first: str, last: str, actual: str | None
) -> tuple[Clock, Clock, Clock]:
    """The three clocks; by how much the later ones differ from the first stands below them."""
    if actual is None:
        happened = Clock(gettext("Actual"), time="–", note="" if order["status"] in CLOSED else gettext("not yet"))
    else:
        late = minutes_between(first, actual)
        note = show_difference(late) or gettext("on time")
        happened = make_clock(gettext("Actual"), calendar, actual, note, "bad" if late > 0 else "good")
    return (
        make_clock(gettext("First promised"), calendar, first),
        make_clock(gettext("Last promised"), calendar, last, show_difference(minutes_between(first, last))),
        happened,
    )


def make_clock(label: str, calendar: Calendar, moment: str, note: str = "", look: str = "") -> Clock:
    """The clock at this moment."""
    shown = calendar.local(moment)
    hour, minute = shown.hour % 12 * 30 + shown.minute // 2, shown.minute * 6
    return Clock(label, calendar.time(moment), calendar.other_day(moment), note, look, hour, minute)


def minutes_between(one: str, other: str) -> int:
    """From one moment to the other in the minutes that clocks show: seconds are left out before."""
    begin, end = (parse_moment(moment).replace(second=0, microsecond=0) for moment in (one, other))
    return (end - begin) // MINUTE


def show_difference(minutes: int) -> str:
    """`+5 min`; empty for none."""
    if not minutes:
        return ""
    return ("+" if minutes > 0 else MINUS) + show_minutes(abs(minutes) * 60).replace(" ", NO_BREAK)
