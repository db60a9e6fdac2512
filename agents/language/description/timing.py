"""Bounds in time: before Friday, in the last 30 days, since the first of May, a week ago."""

from datetime import date, timedelta
from typing import Any

from agents.language.description.readers import Reader
from agents.language.organization.sets import today
from agents.language.words.dates import Span
from agents.language.words.tokens import Token
from agents.language.words.wording import bag, sayings

WHEN = [
    (("on", "or", "before"), "<="),
    (("on", "or", "after"), ">="),
    (("no", "later", "than"), "<="),
    (("not", "later", "than"), "<="),
    (("prior", "to"), "<"),
    (("earlier", "than"), "<"),
    (("later", "than"), ">"),
    (("ahead", "of"), "<"),
    (("before",), "<"),
    (("after",), ">"),
    (("since",), ">="),
    (("by",), "<="),
    (("until",), "<="),
    (("till",), "<="),
    (("through",), "<="),
    (("up", "to"), "<="),
    (("from",), ">="),
    (("starting",), ">="),
    (("in",), "in"),
    (("during",), "in"),
    (("within",), "in"),
    (("on",), "in"),
    (("over",), "in"),
    (("for",), "in"),
    (("at",), "in"),
    (("past",), ">"),
]
# What says that a day is over, or that it is still to be; small words before it lead over.
BEHIND = sayings(
    "passed, gone, gone by, expired, over, past, lapsed, ended, elapsed, run out, ran out, "
    "gone past, passed by, in the past, behind us, out of date"
)
AHEAD = sayings(
    "in the future, to come, ahead, ahead of us, coming up, upcoming, still running, still valid"
)
LEADING_ON = bag("that which has have had is are was were already since long not yet never still")


class Timing(Reader):
    """Where something lies in time, as comparisons with a field of it."""

    def _bounds(self, at: int, *, past: bool = False) -> tuple[int, list[tuple[str, Any]]] | None:
        """
        Return comparisons with a time: before Friday, in the last 30 days, more than a week ago.
        """
        calendar = self.scope.calendar
        if at >= self.end:
            return None
        low = [each.low for each in self.tokens[at : min(at + 3, self.end)]]
        tokens = self.tokens[: self.end]
        if low[:1] == ["between"] and (both := self._between(at, past=past)):
            return both
        if found := self._ago(at):
            return found
        at += low[:2] in (["since", "before"], ["from", "before"])
        low = [each.low for each in self.tokens[at : min(at + 3, self.end)]]
        for said, op in WHEN:
            if tuple(low[: len(said)]) != said:
                continue
            after = at + len(said)
            if (
                op == "in"
                and said[0] in bag("in within for over during")
                and (within := self._within(after, said[0], past))
            ):
                return within
            length = calendar.length(tokens, after)
            if op == "in" and said[0] == "in" and length and not past:
                days = (calendar.shift(today(), length[1], length[2]) - today()).days
                return length[0], _range(today(), today() + timedelta(days=days))
            lean = past or (op in (">=",) and said[0] == "since")
            if span := calendar.read(tokens, after, past=lean):
                return self._after_its_end(span[0], span[1], op)
            if op == "in" and said[0] == "in" and after < self.end and _year(tokens[after]):
                year = int(tokens[after].low)
                return after + 1, _range(date(year, 1, 1), date(year, 12, 31))
            if op != "in" and after < self.end and _year(tokens[after]):
                year = int(tokens[after].low)
                span_of = Span(date(year, 1, 1), date(year + 1, 1, 1))
                return after + 1, _compare_span(op, span_of)
        if span := calendar.read(tokens, at, past=past):
            return span[0], _compare_span("in", span[1])
        return None

    def _passed(self, at: int) -> tuple[int, bool, bool] | None:
        """
        Return where it ends that a day lies behind us or ahead, whether behind, whether denied.

        That has passed, which already ran out, is not over yet; in the past, still to come.
        """
        denied = False
        while at < self.end and self.tokens[at].low in LEADING_ON:
            denied = denied or self.tokens[at].low in ("not", "never")
            at += 1
        for said in sorted((*BEHIND, *AHEAD), key=len, reverse=True):
            end = at + len(said)
            if tuple(each.low for each in self.tokens[at : min(end, self.end)]) == said:
                end += end < self.end and self.tokens[end].low in ("already", "yet", "now")
                return None if self._bounds(end, past=True) else (end, said in BEHIND, denied)
        return None

    def _after_its_end(self, end: int, span: Span, op: str) -> tuple[int, list[tuple[str, Any]]]:
        """Since September ended, after the season began: the end of a time, or its beginning."""
        at = end + (end < self.end and self.tokens[end].low in ("has", "had", "is", "was"))
        said = self.tokens[at].low if at < self.end else ""
        if said in bag("ended finished over closed"):
            return at + 1, [(">" if op in (">", ">=") else "<=", _iso(span.last))]
        if said in bag("began started begun"):
            return at + 1, [(">=" if op in (">", ">=") else "<", _iso(span.start))]
        return end, _compare_span(op, span)

    def _between(self, at: int, *, past: bool) -> tuple[int, list[tuple[str, Any]]] | None:
        """Between May 1 and May 15: where only one of them is to come, both are of this time."""
        calendar, tokens = self.scope.calendar, self.tokens[: self.end]
        first = calendar.read(tokens, at + 1, past=past)
        if first is None or first[0] >= self.end or tokens[first[0]].low != "and":
            return None
        second = calendar.read(tokens, first[0] + 1, past=past)
        if second is None:
            return None
        if first[1].start > second[1].last:
            first = calendar.read(tokens, at + 1, past=True) or first
        return second[0], [(">=", _iso(first[1].start)), ("<=", _iso(second[1].last))]

    def _ago(self, at: int) -> tuple[int, list[tuple[str, Any]]] | None:
        """More than two weeks ago, over a month ago, older than 30 days."""
        op, start = "", at
        if found := self._compare_words(at):
            start, op = found
        length = self.scope.calendar.length(self.tokens[: self.end], start)
        if length is None:
            return None
        end, number, unit = length
        ago = end < self.end and self.tokens[end].low in ("ago", "back", "old")
        if not ago and not (op and at < self.end and self.tokens[at].low in ("older", "longer")):
            return None
        days = (today() - self.scope.calendar.shift(today(), -number, unit)).days
        end += ago
        if op in ("<", "<="):
            return end, [("within_days", days)]
        if op:
            return end, [("older_than_days", days)]
        on = today() - timedelta(days=days)
        return end, _range(on, on)

    def _within(self, at: int, word: str, past: bool) -> tuple[int, list[tuple[str, Any]]] | None:
        """In two weeks, for a month, within the last ten days: back from now, or ahead of it."""
        tokens, calendar = self.tokens[: self.end], self.scope.calendar
        at += at < self.end and tokens[at].low in ("over",)
        if found := self._compare_words(at):
            at = found[0] if found[1] in (">", ">=") else at
        length = calendar.length(tokens, at)
        if length is None or not (past or word == "within"):
            return None
        end, number, unit = length
        if end < self.end and tokens[end].low in ("ago", "from"):
            return None
        if past:
            return end, [("within_days", (today() - calendar.shift(today(), -number, unit)).days)]
        return end, _range(today(), calendar.shift(today(), number, unit))


def _iso(of: date) -> str:
    return of.isoformat()


def _range(first: date, last: date) -> list[tuple[str, Any]]:
    if first == last:
        return [("=", _iso(first))]
    return [(">=", _iso(first)), ("<=", _iso(last))]


def _compare_span(op: str, span: Span) -> list[tuple[str, Any]]:
    if op == "in":
        return _range(span.start, span.last)
    if op in ("<", ">="):
        return [(op, _iso(span.start))]
    return [(op, _iso(span.last))]


def _year(token: Token) -> bool:
    return token.kind == "number" and len(token.low) == 4 and token.low.startswith(("19", "20"))
