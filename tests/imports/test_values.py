"""E-mails, phones, web addresses, names, choices: one spelling for what people write in many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.values import (
    BadValue,
    dates,
    emails,
    is_blank,
    names,
    numbers,
    phones,
    spreadsheets,
    urls,
    words,
)


@pytest.mark.parametrize(
    "value",
    ["ann@example.com", "  Ann@Example.COM ", "mailto:ann@example.com", "Ann <ann@example.com>",
     "ann@example.com, other@example.com", '"ann@example.com"', "ann@example.com;"],
)  # fmt: skip
def test_an_address_has_one_spelling(value):
    assert emails.parse(value) == "ann@example.com"


def test_several_addresses_are_all_found():
    assert emails.parse_all("A <a@x.example>; b@x.example") == ["a@x.example"]
    assert emails.parse_all("a@x.example; B@x.example, a@x.example") == [
        "a@x.example",
        "b@x.example",
    ]


@pytest.mark.parametrize("value", ["nobody", "ann@localhost", "ann@@example.com", "@example.com"])
def test_what_is_no_address_is_said(value):
    with pytest.raises(
        BadValue, match=r"is not an e-mail address; write it like name@example\.com"
    ):
        emails.parse(value)


@pytest.mark.parametrize(
    "value", ["416-810-9897x752", "030 / 123 45-67", "+44 (0)20 7946 0958", "tel: 415.555.0100"]
)
def test_a_phone_is_kept_as_it_was_written(value):
    assert phones.check(value) == value


@pytest.mark.parametrize("value", ["call me", "12", "n/a"])
def test_what_is_no_phone_is_said(value):
    with pytest.raises(BadValue, match="is not a telephone number"):
        phones.check(value)


def test_web_addresses_and_domains_are_read():
    assert urls.parse("example.com/x") == "https://example.com/x"
    assert urls.parse_domain("https://www.Example.com/about?x=1") == "example.com"
    assert urls.parse_domain("ann@example.com") == "example.com"
    assert urls.parse_linkedin("grace-hopper") == "https://www.linkedin.com/in/grace-hopper"


@pytest.mark.parametrize(
    "value",
    ["javascript:alert(1)", "not a site", "http://localhost", "a@b.c", "http://[x", "a\u2100b.com"],
)
def test_what_is_no_web_address_is_said(value):
    with pytest.raises(BadValue, match="is not a web address"):
        urls.parse(value)


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Grace Hopper", ("Grace", "Hopper")),
        ("Hopper, Grace", ("Grace", "Hopper")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("Juan Carlos de la Cruz", ("Juan Carlos", "de la Cruz")),
        ("Dr. Ada Lovelace, PhD", ("Ada", "Lovelace")),
        ("Mr. Bean", ("", "Bean")),
        ("Madonna", ("Madonna", "")),
        ("", ("", "")),
    ],
)
def test_names_are_taken_apart(full, parts):
    assert names.split(full) == parts


def test_yes_and_no_are_known_in_several_languages():
    assert all(words.parse_yes_no(word) for word in ("Yes", "TRUE", "ja", "oui", "Sí", "1", "x"))
    assert not any(words.parse_yes_no(word) for word in ("no", "False", "nein", "Non", "0"))
    with pytest.raises(BadValue, match="“perhaps” is neither yes nor no"):
        words.parse_yes_no("perhaps")


def test_a_choice_is_found_whatever_its_case_or_the_nearest_is_named():
    assert words.parse_choice("in_progress", ["New", "In Progress"]) == "In Progress"
    with pytest.raises(BadValue, match="did you mean Qualified"):
        words.parse_choice("Qualifed", ["New", "Qualified"])
    with pytest.raises(BadValue, match="write one of New, Won"):
        words.parse_choice("banana", ["New", "Won"])


def test_lists_part_at_semicolons_before_commas():
    assert words.parse_list("Vienna, Austria; Bonn;") == ["Vienna, Austria", "Bonn"]
    assert words.parse_list("a, b, a") == ["a", "b"]


def test_nothing_is_written_in_many_ways():
    assert all(is_blank(value) for value in ("", "  ", "N/A", "null", "-", "0000-00-00 00:00:00"))
    assert not is_blank("0")


@given(value=st.text() | st.from_regex(r"'*[=+\-@|%].*"))
def test_a_guarded_value_comes_back_as_it_was(value):
    assert spreadsheets.release(spreadsheets.guard(value)) == value


@pytest.mark.parametrize("value", ["=1+1", "+1 415", "-cmd", "@SUM(A1)", "\t=1", "'=1"])
def test_what_a_spreadsheet_would_run_is_guarded(value):
    assert spreadsheets.guard(value) == f"'{value}"
    assert spreadsheets.guard("-12.50") == "-12.50"


PARSERS = [
    dates.parse_date, dates.parse_moment, emails.parse, numbers.parse_count, numbers.parse_currency,
    numbers.parse_money, numbers.parse_number, numbers.parse_percent, phones.check, urls.parse,
    urls.parse_domain, urls.parse_linkedin, words.parse_yes_no,
]  # fmt: skip


def refusal(parse, value):
    try:
        parse(value)
    except BadValue as error:
        return str(error)
    return None


@pytest.mark.parametrize("parse", PARSERS)
@given(value=st.text() | st.from_regex(r"[\d.,:/+ \-()$€@]{0,30}"))
def test_any_text_is_read_or_refused_in_a_sentence(parse, value):
    said = refusal(parse, value)

    assert said is None or (said.endswith(".") and "\n" not in said)


@pytest.mark.parametrize("parse", PARSERS[:-1])
def test_a_whole_essay_is_refused_at_once(parse):
    with pytest.raises(BadValue, match=r"^“1 1 .*…” is "):
        parse("1 " * 50_000)
