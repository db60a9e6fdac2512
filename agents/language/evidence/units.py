"""
Units: what of a message is said in one breath, and whether it is asked, denied, a reason or told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.language.evidence.clauses import NOUNLIKE, clauses
from agents.language.organization.mentions import Mentions
from agents.language.organization.scopes import Scope
from agents.language.words import lexicon
from agents.language.words.tokens import Token
from agents.language.words.wording import bag

ASKING = bag("who what which how when where why whose whom")
SUBJECTS = bag("i we he she it they you that this these those his her its their all")
OPENERS = bag("so but then therefore hence please and plus otherwise")


@dataclass(frozen=True)
class Unit:
    """
    Tokens from `at` to before `end`.

    :param mood: said, asked, denied (do not …) or reason (because …)
    """

    at: int
    end: int
    mood: str = "said"


def split(tokens: Sequence[Token], scope: Scope, mentions: Mentions, source: str) -> list[Unit]:
    """Return the units of a message, in order."""
    found = []
    for at, end in clauses(list(tokens), scope):
        starts = [at, *_breaks(tokens, at, end, mentions, source)]
        for start, stop in zip(starts, [*starts[1:], end], strict=True):
            start = _past_openers(tokens, start, stop)
            while stop > start and tokens[stop - 1].kind == "mark" and tokens[stop - 1].low != "?":
                stop -= 1
            if start < stop:
                named = mentions.starting(start, "contact", "position", "company", "member")
                alone = named is not None and named.end >= stop - 1
                mood = "said" if alone else _mood(tokens, start, stop)
                found.append(Unit(start, stop, mood))
    return found


def _past_openers(tokens: Sequence[Token], at: int, end: int) -> int:
    while at < end and (tokens[at].low in OPENERS or tokens[at].kind == "mark"):
        at += 1
    return at


def _breaks(
    tokens: Sequence[Token], at: int, end: int, mentions: Mentions, source: str
) -> list[int]:
    """Return where inside a clause something else begins: after a comma, a dash, so, because."""
    found = []
    for i in range(at + 1, end):
        if any(m.at < i < m.end for m in mentions.of("quote", "position", "contact", "day")):
            continue
        before, token = tokens[i - 1], tokens[i]
        dash = " - " in source[before.end : token.start]
        if (
            token.low in bag("because")
            or (token.low, tokens[min(i + 1, end - 1)].low)
            in (
                ("due", "to"),
                ("as", "the"),
            )
            or (token.low == "so" and i + 1 < end and tokens[i + 1].low not in bag("that far many"))
            or (before.low in (",", ":", "(", ")") and _begins_clause(tokens, i, end))
            or dash
            or token.low in ("(", ")")
            or (before.low == "and" and before.kind == "word" and _has_subject(tokens, i, end))
            or (before.low == "and" and _goes_elsewhere(mentions, at, i, end))
        ):
            found.append(i)
    return found


def _goes_elsewhere(mentions: Mentions, start: int, at: int, end: int) -> bool:
    """Whether somebody else goes to another place: Grace to Demo and Olivia to Proposal."""
    named = mentions.starting(at, "contact", "position")
    places = ("stage", "member")
    if named is None or not mentions.of(*places, at=start, end=at):
        return False
    return any(m.at in (named.end + 1, named.end + 2) for m in mentions.of(*places, end=end))


def _begins_clause(tokens: Sequence[Token], at: int, end: int) -> bool:
    low = tokens[at].low
    return (
        low in OPENERS
        or low in ASKING
        or _has_subject(tokens, at, end)
        or (low in lexicon.VERBS and not tokens[at].is_capital)
        or low in ("not", "only", "reason")
        or (tokens[at - 1].low == ":" and low in bag("whoever everyone everybody anyone"))
        or (low == "the" and at + 1 < end and tokens[at + 1].low == "reason")
    )


def _has_subject(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether a subject of its own begins here: a pronoun with a verb after it."""
    low = tokens[at].low
    return low in SUBJECTS and at + 1 < end and tokens[at + 1].kind == "word"


def _mood(tokens: Sequence[Token], at: int, end: int) -> str:
    low = [each.low for each in tokens[at:end]]
    if low[0] in ("because", "since") or low[:2] in (["due", "to"], ["as", "the"]):
        return "reason"
    if low[0] in bag("on until since for from by at in") and low[1:2] and low[1] in ASKING:
        return "asked"  # on which day, until when
    if low[:2] == ["do", "not"] or low[0] in ("never", "not"):
        return "denied"
    first = next((each for each in low if each not in lexicon.FILLERS), low[0])
    if lexicon.VERBS.get(first) == "show" and first not in ("list", "count", "name", "get", "find"):
        return "asked"
    if low[-1] == "?" or low[0] in ASKING:
        first = _past_politeness(low)
        ordered = lexicon.VERBS.get(first, "show") != "show" and first not in NOUNLIKE
        return "said" if ordered or _is_polite(low) else "asked"
    return "said"


def _past_politeness(low: Sequence[str]) -> str:
    """Return the first word that says something: is it possible to move her?"""
    at = 0
    while True:
        ways = [each for each in lexicon.POLITE if tuple(low[at : at + len(each)]) == each]
        if not ways or at + len(max(ways, key=len)) >= len(low):
            return low[at]
        at += len(max(ways, key=len))


def _is_polite(low: Sequence[str]) -> bool:
    """Could you …, would Tom …, can it be corrected: a request in the form of a question."""
    return low[0] in bag("could can would will") or low[:1] == ["please"] or low[-3:-1] in (
        ["would", "you"],
        ["will", "you"],
        ["can", "you"],
        ["could", "you"],
    )  # fmt: skip
