"""Amounts and numbers are read exactly, whatever the separators."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.values import BadValue, numbers


@pytest.mark.parametrize(
    ("value", "cents", "currency"),
    [
        ("1,234.56", 1234_56, "USD"),
        ("1.234,56", 1234_56, "USD"),
        ("1 234,56 €", 1234_56, "EUR"),
        ("€12k", 12_000_00, "EUR"),
        ("$80,000", 80_000_00, "USD"),
        ("(1,200)", -1_200_00, "USD"),
        ("($500.00)", -500_00, "USD"),
        ("-$500", -500_00, "USD"),
        ("500-", -500_00, "USD"),
        ("1'234.50 CHF", 1234_50, "CHF"),
        ("12,34,567.89", 12_34_567_89, "USD"),
        ("1.200,-", 1_200_00, "USD"),
        ("CHF 39'100.–", 39_100_00, "CHF"),
        ("1,5 Mio. EUR", 1_500_000_00, "EUR"),
        ("US$ 1.2M", 1_200_000_00, "USD"),
        ("R$ 1.500,00", 1_500_00, "BRL"),
        ("¥12,000", 12_000, "JPY"),
        ("95455.16000000001", 95_455_16, "USD"),
        ("1.5E+06", 1_500_000_00, "USD"),
        ("3.500 EUR", 3_500_00, "EUR"),
        ("0.5", 50, "USD"),
    ],
)
def test_money_in_major_units_becomes_minor_units_exactly(value, cents, currency):
    assert numbers.parse_money(value) == (cents, currency)


def test_a_bare_dollar_is_the_organizations_own():
    assert numbers.parse_money("$5", currency="CAD") == (500, "CAD")
    assert numbers.parse_money("$5", currency="EUR") == (500, "USD")
    assert numbers.parse_money("R 5 900.00", currency="ZAR") == (5900_00, "ZAR")
    with pytest.raises(BadValue):
        numbers.parse_money("R 5 900.00", currency="EUR")


def test_the_column_decides_what_a_lone_mark_means():
    assert numbers.decimal_mark(["1.234", "12,5"]) == ","
    assert numbers.decimal_mark(["1.234", "5,000"]) is None
    assert numbers.parse_money("1.234", decimal=".") == (1_23, "USD")
    assert numbers.parse_money("1.234", decimal=",") == (1_234_00, "USD")
    assert numbers.parse_number("1.234") == Decimal("1.234")


@pytest.mark.parametrize(
    ("value", "count"),
    [("9395", 9395), ("51-200", 51), ("1,001 to 5,000", 1001), ("10,001+", 10001), ("12.0", 12)],
)
def test_a_count_is_a_whole_number_or_the_lower_end_of_a_range(value, count):
    assert numbers.parse_count(value) == count


def test_percent_currency_and_cents_are_read():
    assert numbers.parse_percent("45 %") == Decimal(45)
    assert numbers.parse_percent("12,5%") == Decimal("12.5")
    assert [numbers.parse_currency(word) for word in ("eur", "£", "US$")] == ["EUR", "GBP", "USD"]
    assert numbers.parse_cents("123456") == 123456


@pytest.mark.parametrize(
    ("parse", "value", "sentence"),
    [
        (numbers.parse_money, "12 apples", "“12 apples” is not an amount of money"),
        (numbers.parse_money, "", "“” is not an amount of money"),
        (numbers.parse_money, "9" * 30, "is too large an amount to keep"),
        (numbers.parse_number, "1.2.3,4,5x", "is not a number; write it like 1234.5"),
        (numbers.parse_count, "Small", "“Small” is not a count"),
        (numbers.parse_cents, "12.5", "is not whole minor units"),
        (numbers.parse_currency, "shells", "“shells” is not a currency; write its code, like EUR"),
    ],
)
def test_what_is_no_number_is_said(parse, value, sentence):
    with pytest.raises(BadValue, match=sentence):
        parse(value)


@given(cents=st.integers(-(10**15), 10**15))
def test_every_amount_survives_both_ways_of_writing_it(cents):
    plain = f"{Decimal(cents) / 100:,.2f}"
    turned = plain.translate(str.maketrans(",.", ".,"))

    assert numbers.parse_money(plain) == (cents, "USD")
    assert numbers.parse_money(f"{turned} EUR") == (cents, "EUR")


def test_kroner_are_the_organizations_own_or_asked_about():
    assert numbers.parse_money("1 234,50 kr", decimal=",", currency="SEK") == (123_450, "SEK")
    assert numbers.parse_money("kr. 80", currency="DKK") == (8_000, "DKK")
    assert numbers.parse_money("Rs. 80") == (8_000, "INR")
    with pytest.raises(BadValue, match="write SEK, NOK, DKK or ISK"):
        numbers.parse_money("1 234,50 kr", decimal=",", currency="USD")
