"""Currencies are those there are."""

import pytest

from crm import currencies, people
from crm.fields import FieldError


@pytest.mark.parametrize("code", ["EUR", "JPY", "KWD", "HRK"])
def test_codes_in_use_or_in_old_files_are_known(code):
    assert currencies.is_code(code)


@pytest.mark.parametrize("code", ["", "ZZZ", "eur", "EURO", "E1R", "€"])
def test_anything_else_is_no_code(code):
    assert not currencies.is_code(code)


def test_digits_follow_the_point_as_the_standard_says():
    assert [currencies.digits(code) for code in ("EUR", "JPY", "KWD", "HRK")] == [2, 0, 3, 2]


def test_an_organization_reckons_in_a_currency_there_is(acme, ada):
    with pytest.raises(FieldError, match="ISO 4217"):
        people.update_organization(acme, changes={"currency": "ZZZ"}, by=ada)


def test_rates_are_of_whole_units_and_sums_of_minor_ones():
    rates = currencies.minor_rates("USD", {"EUR": 1.5, "JPY": 0.01, "KWD": 3})

    worth = [round(rates[code] * 1_000) for code in ("USD", "EUR", "JPY", "KWD")]
    assert worth == [1_000, 1_500, 1_000, 300]
