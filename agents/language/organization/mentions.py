"""
Mentions: what the words of a message may stand for among an organization's data.

Every place is linked to all it may mean, records and words alike; of mentions that overlap the
longer and surer one stands. Who reads a mention decides which of its meanings counts there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.language.organization.directory import Run
from agents.language.organization.names import Named, name_runs, title_run
from agents.language.organization.scopes import Scope
from agents.language.words import amounts, senses
from agents.language.words.tokens import Token
from agents.language.words.wording import bag

RECORDS = ("position", "contact", "company", "task")
WORDS = ("stage", "pipeline", "member", "field", "value", "tag")
LONGEST_NAME = 8  # tokens
MAKING = bag("add create make open start register set build")
ENDING = bag("and , . ; : worth owned assigned due")  # after a new name


@dataclass(frozen=True)
class Mention:
    """
    Some tokens, from `at` to before `end`, and what they may stand for.

    :param kind: of record or term; day, length, amount, quote, email or phone
    :param means: Named of records, Terms of words, else the one value
    :param sure: how much it counts where it overlaps others: about one for each word linked
    """

    kind: str
    at: int
    end: int
    means: tuple[Any, ...]
    sure: float = 1.0

    @property
    def places(self) -> range:
        return range(self.at, self.end)

    def overlaps(self, other: "Mention") -> bool:
        return self.at < other.end and other.at < self.end


@dataclass
class Mentions:
    """All mentions of a message, each kind without overlaps."""

    found: list[Mention] = field(default_factory=list)

    def of(self, *kinds: str, at: int = 0, end: int = 10_000) -> list[Mention]:
        """Return the mentions of some kinds between two places, in order."""
        return [m for m in self.found if m.kind in kinds and at <= m.at and m.end <= end]

    def starting(self, at: int, *kinds: str) -> Mention | None:
        return next((m for m in self.found if m.at == at and m.kind in kinds), None)

    def covering(self, at: int, *kinds: str) -> Mention | None:
        return next((m for m in self.found if m.at <= at < m.end and m.kind in kinds), None)


def link(scope: Scope, tokens: Sequence[Token]) -> Mentions:
    """Return what the words of a message may stand for."""
    titled = [at for at in range(len(tokens) - 1) if _is_pair(*tokens[at : at + 2])]
    scope.names.prefetch(_nameable(tokens), [title_run(tokens, at) for at in titled])
    found = _bound(scope, tokens)
    for at, token in enumerate(tokens):
        if token.kind == "mark":
            continue
        within = _names_anew(tokens, at)
        found += [m for m in _records(scope, tokens, at) if not within or _is_led(tokens, m)]
        found += _terms(scope, tokens, at)
        found += _measures(scope, tokens, at)
        if token.kind in ("quote", "email", "phone"):
            found.append(Mention(token.kind, at, at + 1, (token.text,), 2))
    return Mentions(_cover(found))


def _bound(scope: Scope, tokens: Sequence[Token]) -> list[Mention]:
    """Return what was asked about and settled."""
    found = []
    for said, refs in scope.bound.items():
        size = len(said.split())
        kinds = {ref.partition(":")[0] for ref in refs}
        if len(kinds) != 1 or not kinds & set(RECORDS):
            continue
        kind = kinds.pop()
        named = tuple(Named(kind, said, (int(ref.partition(":")[2]),)) for ref in refs)
        for at in range(len(tokens) - size + 1):
            if " ".join(each.low for each in tokens[at : at + size]) == said:
                found.append(Mention(kind, at, at + size, named, size + 5))
    return found


def _nameable(tokens: Sequence[Token]) -> Iterator[Run]:
    """Return the words that names may begin with."""
    for at, token in enumerate(tokens):
        if token.kind in ("word", "code") and len(token.low) > 2 and token.low not in senses.PLAIN:
            yield from name_runs(tokens, at)


def _is_pair(one: Token, two: Token) -> bool:
    """Whether a title may begin with two words."""
    kinds = ("word", "number", "code")
    return one.kind in kinds and two.kind in kinds and not {one.low, two.low} & senses.PLAIN


def _names_anew(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is of the name that something new is to have, whoever else is called so."""
    for i in range(at - 1, 0, -1):
        if tokens[i].low in ENDING:
            return False
        if tokens[i].low in bag("called named titled entitled"):
            return any(each.low == "new" or each.low in MAKING for each in tokens[:i])
    return False


def _is_led(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether somebody is named in full behind a new name: called Rollout, for Karen Smith."""
    whole = isinstance(mention.means[0], Named) and mention.means[0].whole
    return whole and tokens[mention.at - 1].low in bag("for with at")


# --- Records --------------------------------------------------------------------------------------
def _records(scope: Scope, tokens: Sequence[Token], at: int) -> list[Mention]:
    token, found = tokens[at], []
    limit = min(len(tokens), at + LONGEST_NAME)
    if token.kind == "ref":
        kind, _, pk = token.low.partition(":")
        return [Mention(kind, at, at + 1, (Named(kind, token.text, (int(pk),)),), 3)]
    if token.kind in ("code", "number") and (named := _coded(scope, tokens, at)):
        found.append(Mention(named.kind, at, at + 1, (named,), 3))
    if token.kind == "email" and (named := scope.names.email(token.text)):
        found.append(Mention("contact", at, at + 1, (named,), 3))
    if token.kind == "quote" and (named := scope.names.title(token.text)):
        found.append(Mention(named.kind, at, at + 1, (named,), 3))
    if at + 1 < len(tokens) and _is_pair(*tokens[at : at + 2]):
        titled = scope.names.titled(tokens, at, limit)
        if titled:
            found.append(Mention("position", at, titled[0], (titled[1],), titled[0] - at + 1.5))
    if token.kind in ("word", "code") and token.low not in senses.PLAIN:
        for read in (scope.names.contact, scope.names.company):
            named_at = read(tokens, at, limit) or None
            if (
                named_at
                and _counts_as_name(tokens, at, *named_at)
                and not _is_rather_a_kind(scope, tokens, at, *named_at)
            ):
                found.append(_named(at, *named_at))
    return found


def _named(at: int, end: int, named: Named) -> Mention:
    sure = (end - at) * (1.4 if named.whole else 0.9) + (0.5 if named.whole else 0)
    return Mention(named.kind, at, end, (named,), sure)


def _counts_as_name(tokens: Sequence[Token], at: int, end: int, named: Named) -> bool:
    """A part of a name in small letters is one only where nothing else is likelier."""
    if end - at > 1 or named.whole:
        return True
    return tokens[at].is_capital or (len(tokens[at].low) > 3 and len(named.ids) <= 5)


def _is_rather_a_kind(
    scope: Scope, tokens: Sequence[Token], at: int, end: int, named: Named
) -> bool:
    """Whether one small word of a firm's name is a value of ours: hotels, not Station Hotel."""
    small = not tokens[at].is_capital or at == 0
    single = end - at == 1 and named.kind == "company" and not named.whole
    return small and single and bool(scope.words.find(tokens, at, ["value"]))


def _coded(scope: Scope, tokens: Sequence[Token], at: int) -> Named | None:
    """What another system's id names, with or without its sign: #4025, 4025."""
    token = tokens[at]
    if token.kind == "number" and (len(token.low) < 3 or not token.low.isdigit()):
        return None
    return scope.names.code(token.text)


# --- Words of the organization --------------------------------------------------------------------
def _terms(scope: Scope, tokens: Sequence[Token], at: int) -> list[Mention]:
    found = []
    for kind in WORDS:
        hits = scope.words.find(tokens, at, [kind])
        if kind == "field":
            hits = [hit for hit in hits if _is_field(tokens, at, *hit)]
        if hits:
            end = hits[0][0]
            sure = (end - at) * {3: 1.2, 2: 1.0, 1: 0.6}[hits[0][1].sure]
            found.append(Mention(kind, at, end, tuple(term for _, term in hits), sure))
    return found


def _is_field(tokens: Sequence[Token], at: int, end: int, term: Any) -> bool:
    return not (term.sure == 1 and end - at == 1 and tokens[at].low in senses.PLAIN)


# --- Days and amounts -----------------------------------------------------------------------------
def _measures(scope: Scope, tokens: Sequence[Token], at: int) -> list[Mention]:
    found = []
    day = scope.calendar.read(tokens, at)
    goes_on = day and tokens[day[0] - 1].low == "now" and _low(tokens, day[0]) == "on"
    if day and not goes_on and tokens[at].low not in bag("now may sun second set"):
        found.append(Mention("day", at, day[0], (day[1],), day[0] - at + 0.6))
    length = scope.calendar.length(tokens, at)
    if length:
        found.append(Mention("length", at, length[0], (length[1:],), length[0] - at + 0.4))
    amount = amounts.read(tokens, at)
    if amount and tokens[at].low not in bag("one a an"):
        found.append(Mention("amount", at, amount[0], (amount[1],), amount[0] - at))
    return found


def _low(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].low if at < len(tokens) else ""


# --- Which of them stand --------------------------------------------------------------------------
def _cover(found: Iterable[Mention]) -> list[Mention]:
    """Leave out what lies within a longer and surer mention, and of a kind what overlaps it."""
    kept: list[Mention] = []
    for each in sorted(found, key=lambda m: (-m.sure, m.at)):
        if not any(_yields(each, other) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda m: (m.at, -m.end))


def _yields(mention: Mention, to: Mention) -> bool:
    if not mention.overlaps(to):
        return False
    if mention.kind == to.kind:
        return True
    longer = to.end - to.at > mention.end - mention.at
    if to.kind in (*RECORDS, "day", "quote"):
        return longer or (to.kind == "position" and mention.kind == "amount")
    if to.kind == "length" and mention.kind == "amount":
        return False
    return longer and mention.kind in RECORDS
