"""Clauses: where one request of a message ends and the next begins."""

from agents.language.organization.scopes import Scope
from agents.language.words import lexicon
from agents.language.words.tokens import Token
from agents.language.words.wording import bag

# Verbs that are nouns too: after “and” they ask for something only where an object follows.
NOUNLIKE = bag(
    """
    note call email mail file tag label mark cut list display total sum average plan book check
    contact ring report view count name start build open close document record flag chase hand
    place step raise drop return lift phone score shift ping boost search chart plot graph label
    find bin trash drop rank look finish complete include schedule
    """
)


OBJECTS = bag(
    """
    the a an all any every each her him it its them this that these those my our their his me us
    everyone everybody both to for with new out off up over down back
    """
)


def clauses(tokens: list[Token], scope: Scope) -> list[tuple[int, int]]:
    """Return where each clause begins and ends."""
    found, start = [], 0
    for at, token in enumerate(tokens):
        if at <= start and token.low not in (".", "!", "?", ";"):
            continue
        if token.low in (".", "!", "?", ";") and token.kind == "mark":
            found.append((start, at + (token.low == "?")))
            start = at + 1
        elif (
            token.low in ("and", "then", ",", "but", "so", "afterwards", "plus")
            and at > start
            and _begins(tokens, at + 1, scope)
            and not _condition_open(tokens, start, at)
        ):
            found.append((start, at))
            start = at + 1
    found.append((start, len(tokens)))
    return [(at, end) for at, end in found if any(each.kind != "mark" for each in tokens[at:end])]


def _condition_open(tokens: list[Token], start: int, at: int) -> bool:
    """Whether a condition and what depends on it belong together: if …, do …."""
    first = next((each.low for each in tokens[start:at] if each.low not in lexicon.FILLERS), "")
    return (
        first in bag("if when unless should whenever in")
        and tokens[at].low != "so"
        and not any(each.low in (",", "then") for each in tokens[start:at])
    )


def _begins(tokens: list[Token], at: int, scope: Scope) -> bool:
    """
    Whether a clause of its own begins here: with a verb in its plain form, or a request's
    beginning.
    """
    while at < len(tokens) and tokens[at].low in (
        "then",
        "also",
        "please",
        "and",
        ",",
        "so",
        "next",
        "finally",
        "afterwards",
        "just",
        "kindly",
        "can",
        "could",
        "you",
        "would",
        "will",
    ):
        if tokens[at].low in ("can", "could", "would", "will") and not (
            at + 1 < len(tokens) and tokens[at + 1].low in ("you", "we")
        ):
            return False
        at += 1
    if at >= len(tokens):
        return False
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if token.kind != "word" or token.is_capital:
        return False
    if token.low in ("who", "which", "that") and _is_relative(tokens, at):
        return False
    if token.low in ("do", "do not", "otherwise", "else", "if") or token.low in bag(
        "how who what which when where tell"
    ):
        return token.low != "do" or (after is not None and after.low == "not")
    if (
        token.low not in lexicon.VERBS
        and (token.low, after.low if after else "") not in lexicon.PARTICLES
    ):
        return False
    if after is None:
        return token.low in ("archive", "delete", "undo")
    named = scope.words.find(tokens, at, ["field", "stage", "value", "pipeline"])
    named = [(end, term) for end, term in named if term.words[0] == token.low]
    if (
        named
        and (named[0][0] > at + 1 or named[0][1].kind in ("stage", "value"))
        and after.low not in OBJECTS
    ):
        return False
    if token.low in NOUNLIKE:
        return (
            after.low in OBJECTS
            or (token.low == "note" and after.low == "on")
            or (after.is_capital and after.kind == "word")
            or after.kind in ("quote", "code", "email", "ref")
        )
    return True


def _is_relative(tokens: list[Token], at: int) -> bool:
    """Whether “who have no pets” goes on with what was described, and asks nothing itself."""
    low = [each.low for each in tokens[at + 1 : at + 3]]
    if low[:1] and low[0] in bag("have has had do does did want need live work pay gave could"):
        return True
    return len(low) > 1 and low[0] in bag("are is were was") and low[1] in bag(
        "not no in on at from over under still overdue older more less without due waiting"
    )  # fmt: skip
