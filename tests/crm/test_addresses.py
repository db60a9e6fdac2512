"""Addresses people write in many ways have one key each; what is none is refused by its name."""

import pytest

from crm import addresses
from crm.addresses import NotAnAddress, phone_key


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


# Brackets that do not close, letters that stand for / and @: what the rules of addresses forbid.
ODD = [
    *("[", "]", "[::1", "http://[", "http://[x]/", "http://a]b.example", "[\x8b\xb8\U000fff41\xf4"),
    *(
        "a\u2100b.example",
        "http://a\uff0fb.example/",
        "http://x@\uff03.example",
        "xn--\udc80",
        "a" * 70,
    ),
    *("http://\ud800.example\n[", "http://:x", "//[", "@[", "a@[", "a@[b].example", "a@b@["),
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("clean", "like"),
    [
        (addresses.clean_domain, "example.com"),
        (addresses.clean_email, "grace@example.com"),
        (addresses.clean_url, "https://example.com"),
    ],
)
def test_what_is_no_address_is_refused_and_says_what_one_looks_like(clean, like, odd):
    with pytest.raises(NotAnAddress, match=like):
        clean(odd)
