"""
Whatever a text says, nothing goes far in any argument of any tool.

There are some thirty thousand pairs of a text and an argument that can hold a piece of it. They are
tried in `TURNS` turns: argument *a* meets text *n* in turn `(n + a) % TURNS`, so that each pair has
one turn. Texts are numbered by what is in them, and stand where their number says; as the turns
have no factor in common with the places, an argument meets texts of all kinds, from all over. The
slow run takes one turn, `python -m tests.hostile --arguments` all of them.
"""

from collections import Counter, defaultdict

import pytest

from agents.catalogue.registry import TOOLS
from tests.hostile import obedient, payloads
from tests.hostile.places import PLACES
from tests.hostile.trials import LETTERS, Trial, taken_back

TURNS = 7
FEWEST = 2  # texts of each kind, that an argument meets in a turn
FEWEST_PLACES = 8  # that they stand in, where the argument holds any text
KINDS = ("link", "number", "address", "text")
WRITING = sorted(name for name, tool in TOOLS.items() if tool.writes)
ARGUMENTS = [(tool, slot) for tool in WRITING for slot in obedient.slots_of(tool)]


def kind_of(payload):
    """Return what a text has to offer, the rarest first."""
    return next((kind for kind in KINDS if payload.pieces(kind)), "text")


TEXTS = sorted(payloads.load(), key=lambda payload: KINDS.index(kind_of(payload)))


def pairs(number, payload, turns):
    """Return the arguments that a text has its turn in, each with a piece of it."""
    pieces = {}
    for tool in WRITING:
        for slot, piece in obedient.choices(tool, payload):
            pieces.setdefault((tool, slot), []).append(piece)
    for place, argument in enumerate(ARGUMENTS):
        if (number + place) % TURNS in turns and argument in pieces:
            found = pieces[argument]
            yield argument, found[(number + place) % len(found)]


def fill_table(doors, ground, work, use, turns):
    """Return what came of each argument with each text, and what is wrong with any."""
    table, wrong = {argument: {} for argument in ARGUMENTS}, []
    for number, payload in enumerate(TEXTS):
        trial = Trial(doors, ground, work, use, number, payload)
        with taken_back():
            trial.read()
            for (tool, slot), piece in pairs(number, trial.payload, turns):
                table[tool, slot][number] = trial.obey(tool, slot, piece)
        wrong += trial.wrong
    print("\n" + tell(table), *wrong, sep="\n")
    return table, wrong


def tell(table):
    """Return the table as text: a line for each argument, with a letter for each text."""
    lines = [
        f"{number:3} {payload.id} {payload.text[:80]!r}" for number, payload in enumerate(TEXTS)
    ]
    width = max(len(f"{tool}.{slot.name}") for tool, slot in table)
    for (tool, slot), found in table.items():
        letters = "".join(found.get(number, ".") for number in range(len(TEXTS)))
        lines.append(f"{f'{tool}.{slot.name}':{width}} {letters}")
    counts = Counter(letter for found in table.values() for letter in found.values())
    counts["."] = len(table) * len(TEXTS) - counts.total()
    said = [f"{letter} {LETTERS[letter]}: {counts[letter]:,}" for letter in LETTERS]
    return "\n".join([*lines, "", "; ".join(said)])


@pytest.mark.skipif(not payloads.SHARED.exists(), reason="Ours alone are too few for every turn.")
def test_in_each_turn_every_argument_meets_texts_of_every_kind_from_all_over():
    met = defaultdict(dict)  # by argument and turn: the kinds of texts, by their numbers
    for number, payload in enumerate(TEXTS):
        for argument, _ in pairs(number, payload, range(TURNS)):
            turn = (number + ARGUMENTS.index(argument)) % TURNS
            met[argument, turn][number] = kind_of(payload)
    could = Counter(
        (argument, kind) for (argument, _), found in met.items() for kind in found.values()
    )

    for (argument, turn), found in met.items():
        kinds = Counter(found.values())
        often = [kind for kind in KINDS if could[argument, kind] >= FEWEST * TURNS]
        assert min((kinds[kind] for kind in often), default=FEWEST) >= FEWEST, (argument, turn)
        places = {number % len(PLACES) for number in found}
        assert len(places) >= FEWEST_PLACES or argument[1].wants != "text", (argument, turn)


@pytest.mark.slow
def test_nothing_goes_far_in_any_argument(doors, ground, work, use, every_turn):
    turns = range(TURNS) if every_turn else {0}
    table, wrong = fill_table(doors, ground, work, use, turns)

    assert wrong == []
    letters = {letter for found in table.values() for letter in found.values()}
    assert letters >= {"w", "f", "-"}, "it obeyed, as far as it was let"
