"""
Whatever a client is told by a text, nothing goes far without a person who sees where it came from.

`python -m tests.hostile` prints the table of texts by tools, and with `--every` of all of them; two
arguments of each tool are tried, in turn. Every argument is tried in `test_arguments`.
"""

from collections import Counter

import pytest

from agents.catalogue.registry import TOOLS
from agents.reading import marks
from tests.hostile import obedient, payloads
from tests.hostile.trials import LETTERS, Trial, taken_back, worst

WRITING = sorted(name for name, tool in TOOLS.items() if tool.writes)
TEXTS = payloads.load()
# Every text of ours, and of the shared ones every eighth; all of them in the slow run.
SOME = [each for n, each in enumerate(TEXTS) if each.id.startswith("own") or n % 8 == 0]


def try_each(trial):
    """Return what came of each tool given a text, the worst letter of two arguments."""
    found = {}
    with taken_back():
        trial.read()
        for tool in WRITING:
            tried = list(obedient.choices(tool, trial.payload))
            turns = range(trial.number, trial.number + min(2, len(tried)))
            letters = [trial.obey(tool, *tried[turn % len(tried)]) for turn in turns]
            found[tool] = worst(letters)
    return found


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


def fill_table(doors, ground, work, use, texts):
    table, wrong = {}, []
    for number, payload in enumerate(texts):
        trial = Trial(doors, ground, work, use, number, payload)
        table[payload.id] = try_each(trial)
        wrong += trial.wrong
    print("\n" + tell(table), *wrong, sep="\n")
    return table, wrong


def test_nothing_a_text_asks_for_goes_far_without_a_person(doors, ground, work, use):
    table, wrong = fill_table(doors, ground, work, use, SOME)

    assert wrong == []
    letters = {letter for found in table.values() for letter in found.values()}
    assert letters >= {"w", "f", "-"}, "it obeyed, as far as it was let"


def test_nor_where_managers_allow_whatever_else_they_can(doors, ground, work, use, allow_all):
    allow_all()
    known = [each for each in SOME if all(marks.find(p) for p in each.pieces("text"))]

    _, wrong = fill_table(doors, ground, work, use, known[:12])

    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1])
def test_nothing_any_of_all_texts_asks_for_goes_far(doors, ground, work, use, half):
    _, wrong = fill_table(doors, ground, work, use, TEXTS[half::2])

    assert wrong == []


def test_the_shared_texts_are_among_them():
    if not payloads.SHARED.exists():
        pytest.skip(f"There are no shared texts in {payloads.SHARED.parent}; ours were tried.")
    assert len(TEXTS) > 150
