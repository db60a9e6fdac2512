"""Fields that come to hold nothing: cleared, removed."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import Impossible
from agents.language.operations.fields import FIXED, put, write
from agents.language.operations.owners import give
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.words.wording import bag

KEPT = ("open_tasks", "company", "title", "name")  # of what is said to be removed, never a field
HAPPENED = bag("note notes call calls meeting meetings activity activities")
LEADING = bag("the a all of for from on his her its their every and ,")


def clearing(said: Said) -> Iterator[Candidate]:
    """Clear Karen's phone; remove the owner of the deal; remove all tags from her."""
    verb = said.verb
    if verb not in ("clear", "archive", "untag"):
        return
    first = said.first()
    fields = [] if said.of("tag") else [m for m in said.of("field") if _terms(said, m)]
    if fields:
        taken = {first, *(i for m in fields for i in m.places)}
        beside = {i for m in fields for i in (*_before(said, m.at), m.end)}
        taken |= {i for i in beside if said.low(i) in LEADING}
        terms = [_terms(said, m)[0] for m in fields]
        of = said.subject(taken, _kind(terms[0]))
        if of is not None:
            make = partial(_clear, said, of, terms)
            yield Candidate("clear", 5.2, frozenset(taken), make)
    if verb == "archive" and any(said.low(i) in HAPPENED for i in range(first + 1, said.end)):
        yield Candidate("clear", 5.0, frozenset({first}), _refuse)


def _terms(said: Said, field: Mention) -> list[Term]:
    """Return the fields that a mention may mean, of those that can be cleared."""
    if said.verb == "archive" and any(said.low(i) in HAPPENED for i in field.places):
        return []  # a note of hers
    return [t for t in field.means if t.type not in ("date", "moment") and _fits(said, t)]


def _fits(said: Said, term: Term) -> bool:
    if term.name == "tags" and not said.has("tags", "labels"):
        return False  # that tag: the one that was spoken of
    kept = term.name in KEPT or term.sure < 2
    return term.name not in FIXED and (said.verb == "clear" or not kept)


def _kind(term: Term) -> str:
    return "contact" if term.on == "any" else term.on


def _before(said: Said, at: int) -> Iterator[int]:
    """Return the places before a field that only lead to it: all the tags."""
    i = at - 1
    while i > said.at and said.low(i) in LEADING:
        yield i
        i -= 1


def _clear(said: Said, of: Set, terms: list[Term]) -> None:
    changes: dict[str, Any] = {}
    for term in terms:
        if term.name == "owner":
            give(said.frame, of, "")
        elif term.name == "tags":
            changes["tags"] = []
        else:
            put(changes, term, None, said.frame)
    if changes:
        write(said.frame, of, _kind(next(t for t in terms if t.name != "owner")), changes)


def _refuse() -> None:
    raise Impossible("What happened stays on record here; nothing was changed.")
