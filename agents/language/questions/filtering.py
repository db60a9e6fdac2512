"""Filters of a board in plain language: a sentence as comparisons, or what of it cannot be one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.language.description import phrases
from agents.language.frames import Frame, Plan
from agents.language.organization import sets
from agents.language.organization.scopes import open_scope
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import learn
from agents.language.questions import asking
from agents.language.words.tokens import plain, tokenize
from audit.actions import tenant
from audit.actors import Actor

Comparisons = Sequence[Mapping[str, Any]]
ELSEWHERE = "Ask it in the conversation, which can do more."


@dataclass(frozen=True)
class Filter:
    """
    What a sentence asks for of the cards of a board.

    :param every: comparisons that all hold
    :param either: alternatives, of which one holds as well
    :param problem: why it cannot be said so; empty where it can
    """

    every: Comparisons = ()
    either: Sequence[Comparisons] = ()
    problem: str = ""


def read(text: str, *, pipeline: str, by: Actor) -> Filter:
    """
    Return a sentence as a filter of the cards of a pipeline; nothing that it says is dropped.

    :param pipeline: the reference of the board
    """
    with tenant(by.tenant_id):
        of = _describe(text, pipeline, by)
        if problem := _problem(of, pipeline):
            return Filter(problem=problem)
        of.atoms = [atom for atom in of.atoms if atom.name != "pipeline"]
        found = sets.comparisons(of, "position")
        if found is None:
            return Filter(problem=f"No filter of a board can say all of “{text}”. {ELSEWHERE}")
        every, either = found
        if not (every or either):
            return Filter(problem="Say which cards: over 50k, not contacted for two weeks.")
        return Filter(every, either)


def _describe(text: str, pipeline: str, by: Actor) -> Set:
    """Return the cards that a sentence describes; unknown words are looked for in every row."""
    source = plain(text)
    tokens = tokenize(source)
    scope = open_scope(by, page=pipeline)
    frame = Frame(scope, tokens, 0, len(tokens), source, Plan())
    said = [tokens[at] for at in asking.strip(frame, list(range(len(tokens))))]
    of = phrases.read(scope, said, 0, len(said))
    if of.unknown and learn(scope.words, source, by):
        of = phrases.read(scope, said, 0, len(said))
    return of


def _problem(of: Set, pipeline: str) -> str:
    """Return what of a description no filter of this board can say."""
    if of.unknown:
        return f"I do not know what “{' '.join(of.unknown[:4])}” means here."
    if of.pronoun or of.ref_ids:
        return "Say whom or what you mean; a filter remembers nothing that was said before."
    if of.kind in ("task", "company", "activity"):
        return f"This board holds cards. {ELSEWHERE}"
    if of.pick or of.limit:
        return f"A filter cannot pick the first of an order. {ELSEWHERE}"
    boards = [atom for atom in of.every_atom() if atom.name == "pipeline"]
    if any((atom.op, atom.value) != ("=", pipeline) for atom in boards):
        return "That is about another board; open it and ask there."
    if any(atom.name == "touch" for atom in of.every_atom()):
        return f"A filter knows when somebody was last contacted, and not in which way. {ELSEWHERE}"
    return ""
