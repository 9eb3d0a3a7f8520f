"""How a report writes money, rates, reasons and moments, in both languages."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from orders.reports.wording import (
    on_one_line,
    quote,
    show_allergens,
    show_minutes,
    show_money,
    show_rate,
    show_reason,
    show_stars,
    start_calendar,
    tidy,
)


def money(amount: int, currency: str = "EUR"):
    return {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("amount", "currency", "english", "russian"),
    [
        (0, "EUR", "€0.00", "0,00 €"),
        (5, "EUR", "€0.05", "0,05 €"),
        (129900, "EUR", "€1,299.00", "1 299,00 €"),
        (-250, "EUR", "−€2.50", "−2,50 €"),
        (123456789, "RUB", "1,234,567.89 ₽", "1 234 567,89 ₽"),
        (1200, "JPY", "1,200 JPY", "1 200 JPY"),
        (1234, "KWD", "1.234 KWD", "1,234 KWD"),
        (2**53 - 1, "USD", "$90,071,992,547,409.91", "90 071 992 547 409,91 $"),
    ],
)
def test_money(amount, currency, english, russian):
    with translation.override("en"):
        assert show_money(money(amount, currency)).replace("\u00a0", " ") == english
    with translation.override("ru"):
        shown = show_money(money(amount, currency))
    assert shown.replace("\u00a0", " ") == russian
    assert " " not in shown, "it could be broken between two lines"


@pytest.mark.parametrize(
    ("bps", "english", "russian"),
    [(700, "7%", "7 %"), (1900, "19%", "19 %"), (0, "0%", "0 %"), (550, "5.5%", "5,5 %"), (2125, "21.25%", "21,25 %")],
)
def test_rates(bps, english, russian):
    with translation.override("en"):
        assert show_rate(bps) == english
    with translation.override("ru"):
        assert show_rate(bps).replace("\u00a0", " ") == russian


@pytest.mark.parametrize(("seconds", "minutes"), [(0, "0 min"), (1, "1 min"), (60, "1 min"), (61, "2 min")])
def test_durations_are_minutes_begun(seconds, minutes):
    assert show_minutes(seconds) == minutes


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("", ""),
        ("sold out", "sold out"),
        ("refused", "Refused at the door"),
        ("changed_mind", "Changed my mind"),
        ("too_slow: an hour!", "Takes too long: an hour!"),
        ("note: refused", "note: refused"),
        ("other: ", "Other: "),
    ],
)
def test_reasons_are_words_where_they_are_codes(reason, shown):
    assert show_reason(reason) == shown


@pytest.mark.parametrize(
    ("allergens", "shown"),
    [
        (None, "Allergens not declared"),
        ({"contains": [], "may_contain": []}, "Contains no allergens"),
        ({"contains": ["milk", "gluten"], "may_contain": []}, "Contains: milk, gluten"),
        ({"contains": [], "may_contain": ["nuts"]}, "Contains no allergens; may contain: nuts"),
        ({"contains": ["milk"], "may_contain": ["yeast"]}, "Contains: milk; may contain: yeast"),
    ],
)
def test_allergens_that_were_not_declared_are_not_none(allergens, shown):
    assert show_allergens(allergens) == shown


def test_what_was_typed_keeps_its_lines_and_loses_its_blanks():
    assert tidy("  one \t two\r\n\n\n three\u2028four ") == "one two\nthree\nfour"
    assert on_one_line(" one\n two ") == "one two"
    assert quote("so") == "“so”"
    with translation.override("ru"):
        assert quote("so") == "«so»"
    assert [show_stars(stars) for stars in (1, 5)] == ["★☆☆☆☆", "★★★★★"]


@pytest.mark.parametrize(
    ("zone", "time", "whole", "name"),
    [
        ("UTC", "23:30", "31 December 2026, 23:30", "UTC"),
        ("Europe/Berlin", "00:30", "1 January 2027, 00:30", "Europe/Berlin (UTC+01:00)"),
        ("Asia/Kolkata", "05:00", "1 January 2027, 05:00", "Asia/Kolkata (UTC+05:30)"),
        ("America/New_York", "18:30", "31 December 2026, 18:30", "America/New York (UTC-05:00)"),
    ],
)
def test_moments_are_those_of_the_zone(zone, time, whole, name):
    moment = "2026-12-31T23:30:59.000000Z"
    calendar = start_calendar(ZoneInfo(zone), moment)
    assert (calendar.time(moment), calendar.short(moment)) == (time, time)
    assert (calendar.whole(moment), calendar.zone_at(moment)) == (whole, name)


def test_another_day_is_named_and_another_year_too():
    calendar = start_calendar(ZoneInfo("UTC"), "2026-12-30T12:00:00.000000Z")
    assert calendar.short("2026-12-31T08:05:00.000000Z") == "31 December, 08:05"
    assert calendar.short("2027-01-01T08:05:00.000000Z") == "1 January 2027, 08:05"
    with translation.override("ru"):
        assert calendar.short("2026-12-31T08:05:00.000000Z") == "31 декабря, 08:05"


def test_the_hour_that_comes_twice_is_told_apart_by_the_offset():
    calendar = start_calendar(ZoneInfo("Europe/Berlin"), "2026-10-25T00:30:00.000000Z")
    moments = ["2026-10-25T00:30:00.000000Z", "2026-10-25T01:30:00.000000Z"]
    assert [calendar.time(moment) for moment in moments] == ["02:30", "02:30"]
    assert [calendar.zone_at(moment)[-11:] for moment in moments] == ["(UTC+02:00)", "(UTC+01:00)"]
