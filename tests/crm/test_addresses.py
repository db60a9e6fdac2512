"""Addresses people write in many ways have one key each."""

import pytest

from crm.addresses import phone_key


@pytest.mark.parametrize(
    "written",
    [
        *("+1 (415) 555-0100", "415-555-0100", "tel: 415.555.0100", "'+14155550100"),
        *("001 415 555 0100", "(001) 415-555-0100", "011 1 415 555 0100"),
    ],
)
def test_phones_that_are_one_number_have_one_key(written):
    assert phone_key(written, country="US") == "+14155550100"


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("416-810-9897x752", "US", "+14168109897x752"),
        ("030 1234567;ext=3", "DE", "+49301234567x3"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("030 / 123 45-67", "", "0301234567"),
        ("12345", "US", ""),
    ],
)
def test_the_key_of_a_phone_is_international_where_it_can_be(written, country, key):
    assert phone_key(written, country=country) == key
