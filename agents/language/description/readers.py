"""A place in a phrase, and what may be said there in any way."""

from collections.abc import Sequence
from typing import Any

from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Atom
from agents.language.words import amounts
from agents.language.words.tokens import Token
from agents.language.words.wording import bag, sayings

MORE = [
    (("more", "than"), ">"),
    (("greater", "than"), ">"),
    (("higher", "than"), ">"),
    (("over",), ">"),
    (("above",), ">"),
    (("exceeding",), ">"),
    (("exceeds",), ">"),
    (("exceed",), ">"),
    (("bigger", "than"), ">"),
    (("larger", "than"), ">"),
    (("older", "than"), ">"),
    (("beyond",), ">"),
    ((">", "="), ">="),
    ((">=",), ">="),
    ((">",), ">"),
    (("at", "least"), ">="),
    (("no", "less", "than"), ">="),
    (("not", "less", "than"), ">="),
    (("no", "fewer", "than"), ">="),
    (("not", "under"), ">="),
    (("from",), ">="),
    (("upwards", "of"), ">="),
    (("north", "of"), ">"),
    (("south", "of"), "<"),
    (("or", "more", "than"), ">="),
    (("not", "below"), ">="),
    (("not", "fewer", "than"), ">="),
    (("minimum",), ">="),
    (("a", "minimum", "of"), ">="),
    (("less", "than"), "<"),
    (("fewer", "than"), "<"),
    (("lower", "than"), "<"),
    (("smaller", "than"), "<"),
    (("under",), "<"),
    (("below",), "<"),
    (("younger", "than"), "<"),
    (("cheaper", "than"), "<"),
    (("<=",), "<="),
    (("<",), "<"),
    (("at", "most"), "<="),
    (("no", "more", "than"), "<="),
    (("not", "more", "than"), "<="),
    (("not", "over"), "<="),
    (("not", "above"), "<="),
    (("up", "to"), "<="),
    (("maximum",), "<="),
    (("a", "maximum", "of"), "<="),
    (("exactly",), "="),
    (("precisely",), "="),
    (("equal", "to"), "="),
    (("equals",), "="),
    (("=",), "="),
]


SUFFIXES = [
    (said, op)
    for op, ways in (
        (">=", "or more, or above, or over, and above, or higher, or up, and up, or better, "
         "or older, and over, and more, or greater, or beyond, plus, +, upwards, and upwards, "
         "or later, at least, minimum, at the least"),
        ("<=", "or less, or below, or under, or fewer, or lower, and below, and under, "
         "or younger, at most, maximum, tops, at the most, and less, or smaller"),
    )
    for said in sayings(ways)
]  # fmt: skip


class Reader:
    """A place in a phrase; `put` adds what holds there."""

    turned: bool
    excepting: bool
    join: str
    last: list[Atom]
    beside: list[Atom]
    set: Any

    def __init__(self, scope: Scope, tokens: Sequence[Token], at: int, end: int) -> None:
        self.scope, self.tokens, self.at, self.end = scope, tokens, at, end

    def low(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].low if at < self.end else ""

    def starts(self, *said: str, ahead: int = 0) -> bool:
        at = self.at + ahead
        return tuple(each.low for each in self.tokens[at : min(at + len(said), self.end)]) == said

    def step(self) -> bool:
        self.at += 1
        return True

    def put(self, *atoms: Atom) -> bool:
        raise NotImplementedError

    def _skip_words(self, at: int, skipped: set[str]) -> tuple[int, bool]:
        """Return where words of some set end, and whether they deny."""
        denied = self.turned
        while at < self.end:
            low = self.tokens[at].low
            if low in bag("not no never without nothing nobody lacking"):
                denied = True
            elif low not in skipped:
                break
            at += 1
        return at, denied

    def _compare_words(self, at: int) -> tuple[int, str] | None:
        low = [each.low for each in self.tokens[at : min(at + 3, self.end)]]
        for said, op in MORE:
            if tuple(low[: len(said)]) == said:
                return at + len(said), op
        return None

    def _compare_amount(self, at: int) -> tuple[int, list[tuple[str, float]]] | None:
        """Return a comparison with a number: over 5, between 5 and 10, 5 to 8, 5 or more."""
        if both := self._between_amounts(at):
            return both
        op, start = "=", at
        if found := self._compare_words(at):
            start, op = found
            start += start < self.end and self.tokens[start].low in ("a", "the", "of")
        number = amounts.read(self.tokens, start)
        if number is None or number[0] > self.end:
            return None
        end = number[0]
        if more := self._suffix(end):
            return more[0], [(more[1], number[1].number)]
        return end, [(op, number[1].number)]

    def _suffix(self, at: int) -> tuple[int, str] | None:
        """Return where “or more” ends, and the comparison that it makes of a number before it."""
        for said, op in SUFFIXES:
            end = at + len(said)
            if amounts.read(self.tokens[: self.end], end):
                continue
            if tuple(each.low for each in self.tokens[at : min(end, self.end)]) == said:
                return end, op
        return None

    def _between_amounts(self, at: int) -> tuple[int, list[tuple[str, float]]] | None:
        """Between 10 and 25 thousand, from 5 to 8, 5 to 8: both of one scale."""
        led = at < self.end and self.tokens[at].low in ("between", "from")
        first = amounts.read(self.tokens, at + led)
        if first is None or first[0] >= self.end:
            return None
        joined = self.tokens[first[0]].low
        if joined not in ("to", "-") and not (led and joined == "and"):
            return None
        second = amounts.read(self.tokens, first[0] + 1)
        if second is None or second[0] > self.end:
            return None
        low, high = first[1].number, second[1].number
        scale = amounts.scale(self.tokens[first[0] + 1 : second[0]])
        if low * scale < high and amounts.scale(self.tokens[at + led : first[0]]) == 1:
            low *= scale
        return (second[0], [(">=", low), ("<=", high)]) if low <= high else None

    def _owned(self, *refs: str) -> Atom:
        return (
            Atom("any", "owner", "=", refs[0])
            if len(refs) == 1
            else Atom("any", "owner", "in", list(refs))
        )

    def _member(self, at: int) -> tuple[int, list[str]] | None:
        if at >= self.end:
            return None
        if self.tokens[at].low in bag("me myself i mine us"):
            return at + 1, [self.scope.me]
        found = self.scope.words.find(self.tokens, at, ["member"])
        if not found:
            return None
        end = found[0][0]
        end += end < self.end and self.tokens[end].kind == "possessive"
        return end, sorted({term.ref for _, term in found})
