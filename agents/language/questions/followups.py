"""
Follow-ups: “and in October?”, “what about Margot?” ask the last question with some words exchanged.

What is said anew takes the place of what was said of the same thing, in the words of the question
before; so whatever can be asked can be asked on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from agents.language.description import phrases
from agents.language.description.timing import Timing
from agents.language.frames import Frame
from agents.language.organization.scopes import Scope
from agents.language.questions import grouping
from agents.language.questions.grouping import SPANS
from agents.language.words import lexicon
from agents.language.words.dates import Span
from agents.language.words.tokens import Token, tokenize
from agents.language.words.wording import bag, sayings

LEADS = sayings(
    """
    and what about, and how about, what about, how about, same for, the same for, and for, and,
    or, but, then, what of, and what of, now for, now, okay and, ok and, and the same for,
    just, only, just for, only for, but only, but just, and just, and only
    """
)
ASKING = sayings(
    """
    how much of that is, how much of it is, how much of this is, how much of that was,
    how many of them are, how many of those are, how many of these are, how many of them were,
    how many of those were, how many of them have, how many of those have, how many of them,
    how many of those, which of them are, which of those are, which of them, which of those,
    how much is, how much was, how much, how many are, how many were, how many, how many so far,
    what is, what are, what was, which are, which is, who is, those, the ones, only, just
    """
)
PREPOSITIONS = bag("in on at from for with by of under within during since until before after")
OWNING = bag("his her their its")
SPOKEN_OF = bag("he she they it him them")
JOINING = bag("and or , / nor")


@dataclass(frozen=True)
class Piece:
    """Neighbouring tokens that say one thing, the family of what they say."""

    family: str
    at: int
    end: int


def expand(frame: Frame, before: str) -> str | None:
    """Return the question that a follow-up on another asks in full; None if it is none."""
    start = _led(frame)
    if not before or start is None:
        return None
    end = frame.end
    while end > start and frame.tokens[end - 1].kind == "mark":
        end -= 1
    counted = ""
    while asked := next((said for said in ASKING if frame.lows(start, len(said)) == said), None):
        start += len(asked)
        counted = "how many " if asked[:2] == ("how", "many") else counted
    said = frame.tokens[start:end]
    if (grouped := _regrouped(frame, before, start, end)) is not None:
        return grouped
    if (shifted := _time_before(frame.scope, before, said)) is not None:
        said, source = tokenize(shifted), shifted
    else:
        source = frame.source
    whole = exchange(frame.scope, before, said, source)
    if whole is None or not counted or before.casefold().startswith("how many"):
        return whole
    return f"{counted}{whole}"


def _regrouped(frame: Frame, before: str, start: int, end: int) -> str | None:
    """And by owner: the question before, told apart by something else."""
    group, _, places = grouping.find_group(replace(frame, at=start, end=end))
    if not group or places != set(range(start, end)):
        return None
    tokens = tokenize(before)
    old = grouping.find_group(replace(frame, tokens=tokens, at=0, end=len(tokens)))[2]
    kept = [each.text for at, each in enumerate(tokens) if at not in old and each.kind != "mark"]
    return f"{' '.join(kept)} {frame.text(start, end)}?".replace(" 's", "'s")


def _time_before(scope: Scope, before: str, said: Sequence[Token]) -> str | None:
    """And the month before, the week after: seen from the time the question before names."""
    low = [each.low for each in said if each.low != "the"]
    unit = low[0] if low else ""
    if low[1:2] not in (["before"], ["after"]) or set(low[2:]) - {"that"} or unit not in SPANS:
        return None
    tokens = tokenize(before)
    for at, end in times(scope, tokens):
        for first in range(at, end):
            found = scope.calendar.read(tokens, first, past=True)
            if found:
                return _neighbour(scope, found[1], unit, -1 if low[1] == "before" else 1)
    return None


def _neighbour(scope: Scope, span: Span, unit: str, step: int) -> str:
    start = scope.calendar.shift(span.start, step, unit)
    last = scope.calendar.shift(span.start, step + 1, unit) - timedelta(days=1)
    if start == last:
        return f"on {start.isoformat()}"
    return f"between {start.isoformat()} and {last.isoformat()}"


def _led(frame: Frame) -> int | None:
    """Return where a follow-up goes on after the words that make it one."""
    first = frame.at
    while first and frame.tokens[first - 1].low in bag(
        "and or but then what how about so now ok just only"
    ):
        first -= 1
    if frame.plan.asked and any(frame.lows(frame.at, len(said)) == said for said in ASKING):
        return frame.at
    for said in LEADS:
        if tuple(each.low for each in frame.tokens[first : first + len(said)]) == said:
            return max(first + len(said), frame.at) if said != ("now",) else None
    return None


def exchange(scope: Scope, before: str, said: Sequence[Token], source: str) -> str | None:
    """Return a question in which `said` stands in place of what was said of the same."""
    new = pieces(scope, said)
    if new is None:
        return None
    old_tokens = tokenize(before)
    old = pieces(scope, old_tokens, known_only=False) or []
    edits: list[tuple[int, int, str]] = []
    added: list[str] = []
    for piece in new:
        text = source[said[piece.at].start : said[piece.end - 1].end]
        same = [each for each in old if each.family == piece.family]
        if not same and (spoken_of := _pronoun_for(piece, old_tokens)) is not None:
            token = old_tokens[spoken_of]
            edits.append((token.start, token.end, f"{text}{_ending(old_tokens, spoken_of)}"))
            continue
        if not same:
            added.append(text)
            continue
        first, *others = same
        lead = old_tokens[first.at]
        if lead.low in PREPOSITIONS and said[piece.at].low not in PREPOSITIONS:
            text = f"{lead.text} {text}"
        edits.append((lead.start, old_tokens[first.end - 1].end, text))
        for other in others:
            at = other.at - (other.at > 0 and old_tokens[other.at - 1].low in JOINING)
            edits.append((old_tokens[at].start, old_tokens[other.end - 1].end, ""))
    whole = before
    for start, end, text in sorted(edits, reverse=True):
        whole = whole[:start] + text + whole[end:]
    return " ".join([whole.rstrip(" ?.!"), *added]).strip() + "?"


def _pronoun_for(piece: Piece, before: Sequence[Token]) -> int | None:
    """Return where a question said he, her or its of whom a name takes the place."""
    if not piece.family.startswith("name of "):
        return None
    return next((i for i, token in enumerate(before) if token.low in OWNING | SPOKEN_OF), None)


def _ending(before: Sequence[Token], at: int) -> str:
    owns = before[at].low in OWNING - {"her"} or (
        before[at].low == "her" and at + 1 < len(before) and before[at + 1].kind == "word"
    )
    return "'s" if owns else ""


def pieces(scope: Scope, tokens: Sequence[Token], *, known_only: bool = True) -> list[Piece] | None:
    """
    Return what of some tokens says what; None where they say nothing of their own.

    :param known_only: None, too, where a word is not understood or other records are named
    """
    found = [Piece("time", at, end) for at, end in times(scope, tokens)]
    timed = {place for each in found for place in range(each.at, each.end)}
    rest = [place for place in range(len(tokens)) if place not in timed]
    kept = [tokens[place] for place in rest]
    scoped = replace(scope, sets=[], bound=scope.bound)
    parts, of = phrases.parts(scoped, kept, 0, len(kept))
    told = {kept[place].low for part in parts for place in range(part.at, part.end)}
    if known_only and (of.unknown or of.pronoun or _is_other(of.noun) > (of.noun in told)):
        return None
    for part in parts:
        first, last = rest[part.at], rest[part.end - 1]
        if part.family and last - first == part.end - 1 - part.at:
            found.append(Piece(part.family, first, last + 1))
    return sorted(found, key=lambda each: each.at) or None


def _is_other(noun: str) -> bool:
    """Whether a noun names records of its own, and not those that were asked about."""
    return bool(noun) and noun not in bag("ones one those who people everyone that")


def times(scope: Scope, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return where times are named, with their prepositions."""
    found, at = [], 0
    while at < len(tokens):
        reader = Timing(scope, tokens, at, len(tokens))
        bounds = reader._bounds(at, past=True) if tokens[at].kind in ("word", "date") else None
        if bounds and not (
            (tokens[at].kind == "word" and lexicon.noun(tokens[at].low))
            or tokens[at].low in bag("at to through")
        ):
            found.append((at, bounds[0]))
            at = bounds[0]
        else:
            at += 1
    return found
