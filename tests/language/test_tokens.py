"""Texts are read as tokens, numbers and days."""

from datetime import date

import pytest

from agents.language.words import amounts
from agents.language.words.dates import Calendar
from agents.language.words.tokens import plain, stems, tokenize

TUESDAY = Calendar(date(2026, 5, 12))


def kinds(text: str) -> list[tuple[str, str]]:
    return [(each.text, each.kind) for each in tokenize(plain(text))]


def test_a_possessive_is_a_token_of_its_own():
    assert kinds("Tom's deals") == [("Tom", "word"), ("'s", "possessive"), ("deals", "word")]


def test_what_is_quoted_is_one_token():
    assert kinds('call it "Move all to Won"')[-1] == ("Move all to Won", "quote")


@pytest.mark.parametrize("code", ["D-001", "#4001", "KP/1", "cand_0001", "app-001b"])
def test_ids_of_other_systems_are_one_token(code):
    assert kinds(f"move {code} on")[1] == (code, "code")


def test_contractions_are_written_out():
    assert plain("What's it? Don't!") == "What is it? Do not!"


def test_words_of_one_stem_are_alike():
    assert stems("Negotiation") == stems("negotiating")
    assert stems("Renewals") == stems("renewal")


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("$80k", 80_000, "USD"),
        ("80k", 80_000, ""),
        ("ten thousand euros", 10_000, "EUR"),
        ("£1,250", 1_250, "GBP"),
        ("1.500,50 €", 1_500.5, "EUR"),
        ("33 000 €", 33_000, "EUR"),
        ("€2.5m", 2_500_000, "EUR"),
        ("two hundred and fifty", 250, ""),
        ("half a million", 500_000, ""),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number, currency):
    tokens = tokenize(plain(text))

    end, amount = amounts.read(tokens, 0)

    assert (end, amount.number, amount.currency) == (len(tokens), number, currency)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("tomorrow", date(2026, 5, 13), date(2026, 5, 13)),
        ("Friday", date(2026, 5, 15), date(2026, 5, 15)),
        ("next Friday", date(2026, 5, 22), date(2026, 5, 22)),
        ("in ten days", date(2026, 5, 22), date(2026, 5, 22)),
        ("two weeks ago", date(2026, 4, 28), date(2026, 4, 28)),
        ("the end of June", date(2026, 6, 30), date(2026, 6, 30)),
        ("this quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("last month", date(2026, 4, 1), date(2026, 4, 30)),
        ("Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("5th of June 2027", date(2027, 6, 5), date(2027, 6, 5)),
        ("2026-07-01", date(2026, 7, 1), date(2026, 7, 1)),
        ("a week from Friday", date(2026, 5, 22), date(2026, 5, 22)),
        ("three business days from now", date(2026, 5, 15), date(2026, 5, 15)),
    ],
)
def test_days_are_counted_from_today(text, first, last):
    tokens = tokenize(plain(text))

    end, span = TUESDAY.read(tokens, 0)

    assert (end, span.start, span.last) == (len(tokens), first, last)


def test_easter_lies_behind_where_the_past_is_meant():
    tokens = tokenize("Easter")

    assert TUESDAY.read(tokens, 0, past=True)[1].start == date(2026, 4, 5)
    assert TUESDAY.read(tokens, 0)[1].start == date(2027, 3, 28)


def test_where_the_day_comes_first_it_is_read_so():
    british = Calendar(date(2026, 5, 12), month_first=False)

    assert british.read(tokenize("05/06/2026"), 0)[1].start == date(2026, 6, 5)
    assert TUESDAY.read(tokenize("05/06/2026"), 0)[1].start == date(2026, 5, 6)
