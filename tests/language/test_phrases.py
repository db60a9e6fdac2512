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
