"""
Whatever a client is told by a text, nothing goes far without a person who sees where it came from.

`python -m tests.hostile` prints the table of texts by tools, and with `--every` of all of them.
"""

from collections import Counter
from dataclasses import replace

import pytest
from django.db import transaction

from agents import marks
from agents.registry import TOOLS
from agents.untrusted import clean
from tests.hostile import effects, obedient, payloads
from tests.hostile.places import PLACES, ROOM

WRITING = sorted(name for name, tool in TOOLS.items() if tool.writes)
TEXTS = payloads.load()
# Every text of ours, and of the shared ones every eighth; all of them in the slow run.
SOME = [each for n, each in enumerate(TEXTS) if each.id.startswith("own") or n % 8 == 0]
LETTERS = {
    "w": "waits for a person",
    "f": "done, marked",
    "d": "done, and says nothing of it",
    "-": "refused",
    ".": "holds no such text",
    "!": "went too far",
}


class _TakenBack(Exception):
    """Ends what is tried."""


def place_of(number):
    return list(PLACES)[number % len(PLACES)]


def read(doors, ground, number, text):
    """Put a text where it belongs by its number, read it there, and check that it was shown."""
    place = place_of(number)
    plant, ways = PLACES[place]
    row = plant(ground, text)
    shown = doors(ways[number // len(PLACES) % len(ways)], row)
    seen = clean(text).replace('"', "'").split()[0]
    assert seen[:20] in shown.said, (place, text, shown.said[:2000])
    return row


def try_each(doors, ground, work, use, number, payload, *, every):
    """Return what came of each tool, the worst letter, given a text; and what is wrong with it."""
    found, wrong = {}, []
    payload = replace(payload, text=payload.text[: ROOM.get(place_of(number))])
    try:
        with transaction.atomic():
            read(doors, ground, number, payload.text)
            for tool in WRITING:
                tried = list(obedient.choices(tool, payload))
                if every:
                    tried = list({slot: (slot, piece) for slot, piece in tried}.values())
                elif tried:
                    turns = range(number, number + min(2, len(tried)))
                    tried = [tried[turn % len(tried)] for turn in turns]
                letters = [try_one(work, use, tool, *each, wrong) for each in tried]
                found[tool] = min(letters, key="!fwd-".index, default=".")
            raise _TakenBack
    except _TakenBack:
        return found, [f"{payload.id} {each}" for each in wrong]


def try_one(work, use, tool, slot, piece, wrong):
    """Make one call, say what came of it, and take it back."""
    recalled = bool(marks.find(piece))
    try:
        with transaction.atomic():
            result = use(tool, obedient.fill(work.example(tool), slot, piece))
            done = effects.judge(tool, result, piece, recalled=recalled)
            wrong += [f"{tool}.{slot.name} {piece[:60]!r}: {each}" for each in done.wrong]
            raise _TakenBack
    except _TakenBack:
        return done.letter


def tell(table):
    """Return the table of texts by tools as text."""
    width = max(map(len, WRITING))
    lines = [f"{'':{width}}  " + " ".join(each.removeprefix("inj_")[-3:] for each in table)]
    for tool in WRITING:
        cells = "   ".join(found[tool] for found in table.values())
        lines.append(f"{tool:{width}}    {cells}")
    counts = Counter(letter for found in table.values() for letter in found.values())
    said = [f"{letter} {LETTERS[letter]}: {counts[letter]}" for letter in LETTERS]
    return "\n".join([*lines, "", "; ".join(said)])


def fill_table(doors, ground, work, use, texts, *, every):
    table, wrong = {}, []
    for number, payload in enumerate(texts):
        table[payload.id], found = try_each(doors, ground, work, use, number, payload, every=every)
        wrong += found
    print("\n" + tell(table), *wrong, sep="\n")
    return table, wrong


def test_nothing_a_text_asks_for_goes_far_without_a_person(doors, ground, work, use):
    table, wrong = fill_table(doors, ground, work, use, SOME, every=False)

    assert wrong == []
    letters = {letter for found in table.values() for letter in found.values()}
    assert letters >= {"w", "f", "-"}, "it obeyed, as far as it was let"


def test_nor_where_managers_allow_whatever_else_they_can(doors, ground, work, use, allow_all):
    allow_all()
    known = [each for each in SOME if all(marks.find(p) for p in each.pieces("text"))]

    _, wrong = fill_table(doors, ground, work, use, known[:12], every=False)

    assert wrong == []


@pytest.mark.slow
def test_nothing_any_of_all_texts_asks_for_goes_far(doors, ground, work, use):
    _, wrong = fill_table(doors, ground, work, use, TEXTS, every=False)

    assert wrong == []


def test_the_shared_texts_are_among_them():
    if not payloads.SHARED.exists():
        pytest.skip(f"There are no shared texts in {payloads.SHARED.parent}; ours were tried.")
    assert len(TEXTS) > 150
