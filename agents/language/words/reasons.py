"""Why something was lost, as a message tells it."""

from collections.abc import Sequence

from agents.language.words import lexicon
from agents.language.words.tokens import Token
from agents.language.words.wording import bag

WHY = bag("because reason reasons")
MAYBE = bag("as since after due")
SUBJECTS = bag("the they he she it we her his their there i our this that")
TELLING = bag(
    "is are was were has had have too did does do would will could chose choose wants want not"
    " found decided went said says stay stays prefer prefers bought moving needs"
)


def find(tokens: Sequence[Token], source: str, beyond: int = 0) -> str:
    """
    Return why, in the message's own words; "" where it does not say.

    :param beyond: where what is asked for ends; what is told after it, in its own breath, is why
    """
    for at, token in enumerate(tokens):
        marked = token.low in WHY and token.kind == "word"
        maybe = token.low in MAYBE and at > 1 and _tells(tokens, at)
        if marked or maybe:
            start = at + 1
            while start < len(tokens) and tokens[start].low in bag("of to : is was being that"):
                start += 1
            return _text(tokens, source, start, _end(tokens, source, start))
    parts = _parts(tokens, source)
    own = next(
        (n for n, (at, end) in enumerate(parts) if at < max(beyond, 1) <= end), len(parts) - 1
    )
    for at, end in [*parts[own + 1 :], *parts[:own]]:
        first = tokens[at].low
        told = first in SUBJECTS or any(each.low in TELLING for each in tokens[at:end])
        if (end - at > 2 or first == "too") and told and first not in lexicon.VERBS:
            return _text(tokens, source, at, end)
    return ""


def _tells(tokens: Sequence[Token], at: int) -> bool:
    """Whether a reason follows: as the family moves, after the survey found damp, due to."""
    after = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if tokens[at].low == "due":
        return after == "to"
    rest = {each.low for each in tokens[at + 2 : at + 7]}
    verbs = rest & TELLING or any(
        each.low.endswith(("ed", "es", "ing")) for each in tokens[at + 2 : at + 7]
    )
    return after in SUBJECTS and bool(verbs)


def _end(tokens: Sequence[Token], source: str, at: int) -> int:
    for i in range(at, len(tokens)):
        dash = i > 0 and " - " in source[tokens[i - 1].end : tokens[i].start]
        turns = (
            tokens[i].low == "," and i + 1 < len(tokens) and tokens[i + 1].low in bag("so please")
        )
        if tokens[i].low in (".", "!", ";") or dash or turns:
            return i
    return len(tokens)


def _parts(tokens: Sequence[Token], source: str) -> list[tuple[int, int]]:
    """Return the parts of a message between its marks."""
    found, start = [], 0
    for i in range(len(tokens) + 1):
        ends = i == len(tokens) or (tokens[i].kind == "mark" and tokens[i].low in ",.!;:()")
        dash = 0 < i < len(tokens) and " - " in source[tokens[i - 1].end : tokens[i].start]
        if ends or dash:
            if i > start:
                found.append((start, i))
            start = i + (not dash)
    return found


def _text(tokens: Sequence[Token], source: str, at: int, end: int) -> str:
    return source[tokens[at].start : tokens[end - 1].end] if at < end else ""
