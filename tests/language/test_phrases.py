"""Phrases describe records; nothing they say is dropped."""

import pytest

from agents.language.description import phrases
from agents.language.organization.scopes import open_scope
from agents.language.words.tokens import plain, tokenize
from audit.actions import tenant


@pytest.fixture
def describe(cobalt):
    """Return what a phrase describes."""

    def read(text):
        tokens = tokenize(plain(text))
        with tenant(cobalt.organization.pk):
            return phrases.read(open_scope(cobalt.by), tokens, 0, len(tokens))

    return read


def atoms_of(described):
    return {(each.on, each.name): (each.op, each.value) for each in described.atoms}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("deals in Demo, Proposal or Negotiation", 3),
        ("deals in Lead or Qualified or Demo or Proposal", 4),
        ("deals in Demo and Proposal", 2),
    ],
)
def test_lists_keep_all_their_members(describe, text, count):
    op, stages = atoms_of(describe(text))[("position", "stage")]

    assert (op, len(stages)) == ("in", count)


def test_what_is_denied_is_denied_of_all(describe):
    op, cities = atoms_of(describe("contacts not in Boston or Denver or Austin"))[
        ("contact", "city")
    ]

    assert (op, cities) == ("not_in", ["Boston", "Denver", "Austin"])


def test_alternatives_of_two_fields_stand_beside_each_other(describe):
    described = describe("deals in Demo or owned by Tom")

    ((first, second),) = described.either
    assert [each.name for each in (*first, *second)] == ["stage", "owner"]


@pytest.mark.parametrize("word", ["purple", "flurbish", "Wonderland"])
def test_a_word_that_says_nothing_here_is_kept_as_unknown(describe, word):
    assert word in describe(f"all {word} customers in Boston").unknown


def test_a_noun_is_no_stage_of_the_same_stem(describe):
    assert atoms_of(describe("contacts in Boston")) == {("contact", "city"): ("=", "Boston")}


def test_a_misspelt_value_is_read_as_the_one_there_is(describe):
    assert atoms_of(describe("custmers in Bosten"))[("contact", "city")] == ("=", "Boston")


def test_who_was_never_spoken_to_has_been_silent_too(describe):
    ((early, never),) = describe("customers silent since Easter").either

    assert [(each.op, each.value) for each in (*early, *never)] == [
        ("<", "2026-04-05"),
        ("is_empty", None),
    ]


def test_equals_in_an_order_are_asked_about(talk):
    (asked,) = talk("Assign the newest customer in Boston to Mira")

    assert (asked.asks, asked.wrote) == (True, False)


def test_without_one_thing_or_another_is_without_both(describe):
    described = atoms_of(describe("customers without an owner or an open task"))

    assert described[("state", "unowned")][0] == "="
    assert described[("contact", "open_tasks")] == ("=", 0)


@pytest.mark.parametrize(
    "text",
    [
        "customers without an open deal in Renewals",
        "customers who have no open deal in Renewals",
        "customers that do not have any open deal in Renewals",
    ],
)
def test_cards_that_somebody_has_not_are_described_as_a_whole(describe, text):
    described = describe(text)

    ((op, cards),) = [(each.op, each.value) for each in described.atoms if each.name == "cards"]
    assert (op, {each.name for each in cards}) == ("!=", {"open", "pipeline"})
    assert described.unknown == []


@pytest.mark.parametrize("noun", ["deal", "open card at all", "single open deal"])
def test_no_card_at_all_is_no_card_of_any_board(describe, noun):
    described = describe(f"customers who have no {noun}")

    assert [each.op for each in described.atoms if each.name == "cards"] == ["!="]


@pytest.mark.parametrize(
    ("text", "op", "day"),
    [
        ("customers whose renewal date has passed", "<", "2026-05-12"),
        ("customers whose renewal date is still to come", ">=", "2026-05-12"),
        ("customers with a renewal date that is not over yet", ">=", "2026-05-12"),
    ],
)
def test_a_day_lies_behind_us_or_ahead(describe, text, op, day):
    assert atoms_of(describe(text))[("contact", "custom.renewal_date")] == (op, day)


@pytest.mark.parametrize(
    ("text", "op", "cents"),
    [
        ("deals over 15,000", ">", 15_000_00),
        ("deals in Demo under 20000 created this year", "<", 20_000_00),
    ],
)
def test_a_number_without_a_unit_is_what_cards_are_worth(describe, text, op, cents):
    assert atoms_of(describe(text))[("position", "value_cents")] == (op, cents)


@pytest.mark.parametrize(
    ("text", "limit", "ascending"),
    [("top 3 customers by seats", 3, False), ("bottom two customers by seats", 2, True)],
)
def test_an_order_goes_by_what_is_said(describe, text, limit, ascending):
    pick = describe(text).pick

    assert (pick.names, pick.limit, pick.ascending) == (("custom.seats",), limit, ascending)
