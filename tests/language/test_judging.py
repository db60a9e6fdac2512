"""A right answer counts as right however it is written, and a wrong one never does."""

from datetime import date
from typing import Any

import pytest

from tests.language import answers, grounds, judging
from tests.language.holding import Held

TODAY = date(2026, 5, 12)
CARD = {"kind": "position", "stage": "Demo", "outcome": "", "lost_reason": "", "tags": ["VIP"]}


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (12500, "The total is €12,500."),
        (12500, "The total is 12.500 €."),
        (12500, "The total is 12 500 €."),
        (12500, "The total is 12\u202f500,00 €"),
        (12500, "CHF 12'500"),
        (12500, "Total: €12.5k over 3 cards"),
        (12480, "about €12.5k"),
        (1250000, "$1.25 million"),
        (24722, "24,722.22 on average"),
        (24722, "24.722,22 on average"),
        (6.25, "6.25 tasks each"),
        (6.25, "6.3 tasks each"),
        (35, "34.6 %"),
        (25, "25% of them"),
        (0, "No card fits that."),
        (0, "You don't have any tasks."),
        (3, "Three of them: Ann, Bo and Cy"),
        (1, "Only one card"),
        (5, "April 2026: 5, May 2026: 3"),
        (12, "12. That is all."),
    ],
)
def test_a_figure_may_be_written_in_any_usual_way(figure: float, text: str) -> None:
    assert answers.holds_figure(figure, text)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (12500, "The total is €12,400."),
        (12500, "€125,000"),
        (12800, "about €12k"),
        (1, "1,250 contacts"),
        (2, "12 contacts:\n1. Ann\n2. Bo"),
        (3, "Moved on 3 May 2026, at 3:00"),
        (3, "That is D-003, of KP/3 and #3."),
        (0, "I cannot count that; nothing was changed."),
        (6.25, "5 tasks each"),
        (2, "It has been there since 2026-02-02."),
        (1, "That is one of them."),
    ],
)
def test_a_figure_is_not_found_in_what_is_none(figure: float, text: str) -> None:
    assert not answers.holds_figure(figure, text)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-05-15", "15 May 2026", "May 15, 2026", "15/05/2026", "05/15/2026", "15.05.26"),
        *("Fri 15 May", "the 15th of May", "May 15th", "15 May 2026 at 09:00", "2026/05/15"),
        *("in 3 days", "It is due in 3 days."),
    ],
)
def test_a_day_may_be_written_in_any_usual_way(text: str) -> None:
    assert answers.holds_day(date(2026, 5, 15), text, today=TODAY)


@pytest.mark.parametrize("text", ["15 May 2025", "16 May", "15 June 2026", "3 days ago", "15"])
def test_another_day_is_not_the_day(text: str) -> None:
    assert not answers.holds_day(date(2026, 5, 15), text, today=TODAY)


def test_a_day_far_off_wants_its_year() -> None:
    assert not answers.holds_day(date(2024, 5, 15), "15 May", today=TODAY)
    assert answers.holds_day(date(2026, 5, 12), "That was today.", today=TODAY)


def test_names_are_found_whatever_their_case_accents_and_marks() -> None:
    assert answers.holds("Cécile Dupont", "1 contact: CECILE DUPONT")
    assert answers.holds("Łukasz O'Neill", "lukasz o’neill, Oslo")
    assert not answers.holds("Ana", "Banana Ltd")


def test_a_list_may_be_shortened_only_by_what_it_says() -> None:
    names = ["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus"]

    assert answers.find_missing(names, "7: Ann, Bo, Cy, Di, Ed and 2 more") == []
    assert answers.find_missing(names, "9: Ann, Bo, Cy, Di, Ed and 4 more") == ["Flo", "Gus"]
    assert answers.find_missing(names, "7: Ann, Bo and 5 more") == names[2:]


def judged(
    turn: dict[str, Any],
    held: Held,
    *,
    wanted: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    creates: list[dict[str, Any]] | None = None,
    new: dict[str, Any] | None = None,
    **about: Any,
) -> str:
    """Return the outcome of a conversation of one turn about one card."""
    conversation = {**about, "changes": wanted or {}, "creates": creates or []}
    before = {"D-1": CARD}
    now = {"D-1": {**CARD, **(after or {})}} | ({"new": new} if new else {})
    return judging.compare(
        conversation, [{"says": "so", **turn}], [held], before, now, today=TODAY
    ).outcome


def test_a_lost_reason_is_found_by_some_of_its_words() -> None:
    lost = {"stage": "Lost", "outcome": "lost", "lost_reason": "Too EXPENSIVE for them"}
    wanted = {"D-1": {"stage": "Lost", "lost_reason": "too expensive"}}
    said = Held("Done.", asks=False, wrote=True)

    assert judged({}, said, wanted=wanted, after=lost) == judging.RIGHT
    other = {**lost, "lost_reason": "No budget"}
    assert judged({}, said, wanted=wanted, after=other) == judging.WRONG
    assert judged({}, said, wanted={"D-1": {"stage": "Lost"}}, after=lost) == judging.RIGHT
    assert judged({}, said, after={"lost_reason": "Too expensive"}) == judging.WRONG


def test_changes_are_compared_to_the_letter_where_others_have_the_value() -> None:
    wanted = {"D-1": {"custom:bus": "Bus B", "tags": ["vip", "new"]}}
    said = Held("Done.", asks=False, wrote=True)

    right = {"custom:bus": "Bus B", "tags": ["VIP", "new"]}
    assert judged({}, said, wanted=wanted, after=right) == judging.RIGHT
    assert judged({}, said, wanted=wanted, after={**right, "custom:bus": "bus b"}) == judging.WRONG
    assert judged({}, said, wanted=wanted, after={**right, "tags": ["x"]}) == judging.WRONG
    more = {**right, "stage": "Won"}
    assert judged({}, said, wanted=wanted, after=more) == judging.WRONG


def test_no_is_not_nothing_and_true_is_not_one() -> None:
    said = Held("Done.", asks=False, wrote=True)

    for value in (None, 1, "yes"):
        wanted = {"D-1": {"custom:visa": True}}
        assert judged({}, said, wanted=wanted, after={"custom:visa": value}) != judging.RIGHT


def test_to_refuse_is_to_say_no_and_to_change_nothing() -> None:
    refusing = {"refuses": True}

    assert judged(refusing, Held("I cannot print here.", asks=False)) == judging.RIGHT
    assert judged(refusing, Held("41 contacts.", asks=False)) == judging.ANSWER
    assert judged(refusing, Held("Nothing was changed.", asks=False)) == judging.ANSWER
    misread = Held("No contact fits “Printer”; nothing was changed.", asks=False)
    assert judged(refusing, misread) == judging.ANSWER
    elsewhere = Held("An owner does that, in the settings. Nothing was changed.", asks=False)
    assert judged(refusing, elsewhere) == judging.RIGHT
    done = Held("I cannot print; a task was made.", asks=False, wrote=True)
    assert judged(refusing, done) == judging.ANSWER


def test_to_ask_is_to_ask_before_anything_is_done() -> None:
    asking = {"asks": True}

    assert judged(asking, Held("Which Smith? Karen or Leo", asks=True)) == judging.RIGHT
    assert judged(asking, Held("Do you mean Karen or Leo?", asks=False)) == judging.RIGHT
    assert judged(asking, Held("Done. Anything else?", asks=False, wrote=True)) == judging.ANSWER
    assert judged(asking, Held("No card is called “Who?”.", asks=False)) == judging.ANSWER
    assert judged({}, Held("Which Smith?", asks=True)) == judging.NEEDLESS


def test_what_was_undone_must_have_been_done() -> None:
    assert judged({"does": True}, Held("Moved.", asks=False, wrote=True)) == judging.RIGHT
    assert judged({"does": True}, Held("Nothing fits.", asks=False)) == judging.ANSWER


def test_an_answer_of_which_nothing_is_listed_must_be_one() -> None:
    about = {"expects": "answer"}

    assert judged({}, Held("18 days per stage.", asks=False), **about) == judging.RIGHT
    assert judged({}, Held("I cannot tell.", asks=False), **about) == judging.ANSWER


def test_days_without_and_names_are_looked_for_in_the_answer() -> None:
    said = Held("Élodie was called on 10 May 2026.", asks=False)

    assert judged({"days": ["2026-05-10"], "names": ["Elodie"]}, said) == judging.RIGHT
    assert judged({"days": ["2026-05-11"]}, said) == judging.ANSWER
    assert judged({"without": ["ELODIE"]}, said) == judging.ANSWER


def test_a_row_nobody_asked_for_is_a_wrong_change() -> None:
    note = {"kind": "note", "contact": "C-1", "text": "Prefers Élodie"}
    said = Held("Noted.", asks=False, wrote=True)
    wanted = [{"kind": "note", "contact": "C-1", "text": "elodie"}]

    assert judged({}, said, creates=wanted, new=note) == judging.RIGHT
    assert judged({}, said, new=note) == judging.WRONG
    assert judged({}, said, creates=wanted) == judging.REFUSED
    elsewhere = {**note, "contact": "C-2"}
    assert judged({}, said, creates=wanted, new=elsewhere) == judging.WRONG


def test_a_question_whose_confirmation_leads_nowhere_was_needless() -> None:
    wanted = {"D-1": {"stage": "Won"}}
    lost = Held("What do you mean?\nSay what you would like.", asks=False, confirmed=True)

    assert judged({}, lost, wanted=wanted) == judging.NEEDLESS
    assert judged({}, Held("No card fits.", asks=False), wanted=wanted) == judging.REFUSED
    moved = Held("Two cards?\nMoved.", asks=False, confirmed=True, wrote=True)
    assert judged({}, moved, wanted=wanted, after={"stage": "Won"}) == judging.RIGHT


@pytest.mark.django_db
def test_what_breaks_is_judged_and_leaves_nothing() -> None:
    ground = grounds.lay("software")
    turns = ["Move Olivia Grant to Demo", {"says": {"no", "text"}}]

    verdict = judging.judge({"turns": turns}, ground)

    assert verdict.outcome == judging.BROKE
    assert "serializable" in verdict.because
    moved = {"turns": turns[:1], "changes": {"D-014": {"stage": "Demo"}}}
    assert judging.judge(moved, ground).outcome == judging.RIGHT
