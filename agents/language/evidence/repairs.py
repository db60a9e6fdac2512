"""What a message puts right by itself, and whom it tells from others that were spoken of."""

from collections.abc import Sequence

from agents.language.organization.mentions import Mention, Mentions, link
from agents.language.organization.scopes import Scope
from agents.language.words import lexicon
from agents.language.words.tokens import Token, stem, tokenize
from agents.language.words.wording import bag, sayings
from pipelines.models import Position

# What says that the words before it are taken back, and others follow in their place.
TURNS = sayings(
    """
    no wait, wait no, no sorry, sorry no, oops no, oh no, no no, no i mean, i mean, i meant,
    sorry i mean, sorry i meant, no i meant, scratch that, correction, wait, sorry, make that,
    no make that, actually no, no actually, or rather, no rather, hm no, oops, wait i mean,
    wait sorry, sorry make that, no
    """
)
MAKING = bag("create add make open")
HAVING = bag("has have had got")
LEADS = bag("for to of by on in at from with until the his her its their as")
KINDS = (
    "position",
    "contact",
    "company",
    "member",
    "stage",
    "day",
    "amount",
    "value",
    "tag",
    "quote",
)


def settle(tokens: list[Token], scope: Scope) -> list[Token]:
    """Return a message in which the other Smith is bound to the one not spoken of yet."""
    for at in range(1, len(tokens) - 1):
        if (tokens[at - 1].low, tokens[at].low) != ("the", "other"):
            continue
        found = scope.names.contact(tokens, at + 1, len(tokens))
        known = _people_spoken_of(scope) if found else set()
        left = [pk for pk in found[1].ids if pk not in known] if found else []
        if found and len(left) == 1 and len(found[1].ids) > 1:
            said = " ".join(each.low for each in tokens[at + 1 : found[0]])
            scope.bound[said] = [f"contact:{left[0]}"]
            return [*tokens[: at - 1], *tokens[at + 1 :]]
    return tokens


def spell_out(tokens: list[Token]) -> list[Token]:
    """Return a message in which “create one” and “if she has none” say what: a task."""
    found = list(tokens)
    for at in reversed(range(1, len(tokens))):
        pair = (tokens[at - 1].low, tokens[at].low)
        new = pair[0] in MAKING and pair[1] == "one"
        if not new and not (pair[0] in HAVING and pair[1] == "none"):
            continue
        noun = next((t for t in reversed(tokens[: at - 1]) if lexicon.noun(t.low) == "task"), None)
        if noun is not None:
            said = ("a",) if new else ("no", "open")
            where = {"start": tokens[at].start, "end": tokens[at].end}
            words = [Token(each, each, stem(each), "word", **where) for each in (*said, "task")]
            found[at : at + 1] = words
    return found


def _people_spoken_of(scope: Scope) -> set[int]:
    ids = {
        kind: {int(ref.partition(":")[2]) for ref in scope.about if ref.startswith(f"{kind}:")}
        for kind in ("contact", "position")
    }
    cards = Position.objects.visible_to(scope.by).filter(pk__in=ids["position"])
    return ids["contact"] | set(cards.values_list("contact_id", flat=True))


def mend(source: str, tokens: list[Token], scope: Scope) -> tuple[str, list[Token]]:
    """Return a message with what it takes back replaced by what it says instead."""
    for at, end in _turns(tokens):
        mentions = link(scope, tokens)
        taken_back = _taken_back(tokens, mentions, at, end)
        if taken_back is not None:
            source = f"{source[: tokens[taken_back].start]}{source[tokens[end].start :]}"
            return source, tokenize(source)
    return source, tokens


def _turns(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return where, within a message, something is taken back: between two marks, the longest."""
    found = []
    for at in range(2, len(tokens) - 1):
        if tokens[at - 1].kind != "mark":
            continue
        for said in sorted(TURNS, key=len, reverse=True):
            end = at
            for word in said:
                while end > at and end < len(tokens) and tokens[end].low == ",":
                    end += 1
                if end >= len(tokens) or tokens[end].low != word:
                    break
                end += 1
            else:
                while end < len(tokens) and tokens[end].kind == "mark":
                    end += 1
                if end < len(tokens):
                    found.append((at, end))
                    break
    return found


def _taken_back(tokens: Sequence[Token], mentions: Mentions, at: int, end: int) -> int | None:
    """Return where what is taken back begins: the last named of the kind that is named instead."""
    first = end
    while first < len(tokens) and tokens[first].low in LEADS:
        first += 1
    instead = [m for m in mentions.of(*KINDS) if m.at == first]
    close = at - 1
    while close and tokens[close - 1].kind == "mark":
        close -= 1
    for named in instead:
        before = [
            m for m in mentions.of(*_alike(named), end=close) if _ends(tokens, mentions, m, close)
        ]
        if before:
            return _lead(tokens, before[-1].at) if first > end else before[-1].at
    return None


def _alike(named: Mention) -> tuple[str, ...]:
    return ("position", "contact") if named.kind in ("position", "contact") else (named.kind,)


def _ends(tokens: Sequence[Token], mentions: Mentions, named: Mention, close: int) -> bool:
    """Whether nothing but a noun follows what was named: Otto's deal, no wait."""
    return all(
        tokens[i].kind in ("possessive", "mark")
        or lexicon.noun(tokens[i].low)
        or mentions.covering(i, "pipeline")
        for i in range(named.end, close)
    )


def _lead(tokens: Sequence[Token], at: int) -> int:
    while at > 1 and tokens[at - 1].low in LEADS:
        at -= 1
    return at
