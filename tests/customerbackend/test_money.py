"""Money: whole minor units, whatever the currency counts as one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customerbackend.money import exponent, format_money, included_tax, money, parse_money

AMOUNTS = st.integers(-(10**14), 10**14)


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("EUR", 2), ("USD", 2), ("RUB", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("ISK", 2)],
)
def test_a_currency_has_its_decimals(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.90", "EUR", 1290),
        ("12.9", "EUR", 1290),
        ("12.900", "EUR", 1290),
        ("12", "EUR", 1200),
        ("0", "EUR", 0),
        ("-0.01", "EUR", -1),
        ("007", "EUR", 700),
        ("150", "JPY", 150),
        ("150.0", "JPY", 150),
        ("1.234", "KWD", 1234),
        ("999999999999999.99", "EUR", 99999999999999999),
    ],
)
def test_decimal_text_becomes_minor_units(text, currency, amount):
    assert parse_money(text, currency) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "5.", ".5", "12,90", "12.905", "1e2", "1_000", " 12", "12\n", "+5", "--1", "NaN", "Infinity", "١٢",
     "1e999999999", "123456789012345678901234567890.015", "12 EUR", "0x10"],
)  # fmt: skip
def test_what_is_not_exactly_an_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"is not an amount|more decimals"):
        parse_money(text, "EUR")


def test_half_a_yen_is_refused():
    with pytest.raises(ValueError, match="more decimals than JPY has"):
        parse_money("1.5", "JPY")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1290, "EUR", "12.90 EUR"),
        (5, "EUR", "0.05 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (150, "JPY", "150 JPY"),
        (1, "KWD", "0.001 KWD"),
    ],
)
def test_people_read_decimals(amount, currency, text):
    assert format_money(amount, currency) == text


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_written_can_be_read_again(amount, currency):
    assert parse_money(format_money(amount, currency).split()[0], currency) == amount


@pytest.mark.parametrize(
    ("gross", "rate_bps", "tax"),
    [
        (1070, 700, 70),
        (1190, 1900, 190),
        (1000, 700, 65),
        (1000, 0, 0),
        (0, 1900, 0),
        (3, 10_000, 2),
        (1, 10_000, 1),
        (-1070, 700, -70),
        (107, 700, 7),
    ],
)
def test_included_tax_is_rounded_half_up(gross, rate_bps, tax):
    assert included_tax(gross, rate_bps) == tax


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_included_tax_is_the_nearest_whole_unit(gross, rate_bps):
    exact = Fraction(gross * rate_bps, 10_000 + rate_bps)
    assert -Fraction(1, 2) < included_tax(gross, rate_bps) - exact <= Fraction(1, 2)


def test_the_api_writes_it_with_the_deployments_currency(settings):
    assert money(1299) == {"amount": 1299, "currency": "EUR"}
    settings.CURRENCY = "JPY"
    assert money(150) == {"amount": 150, "currency": "JPY"}
