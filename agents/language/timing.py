"""When: created last week, due before Friday, silent since Easter, stuck for a month."""

from datetime import date, timedelta
from typing import Any

from agents.language.dates import Span
from agents.language.readers import Reader
from agents.language.sets import Atom, today
from agents.language.tokens import Token, stem
from agents.language.wording import bag

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
TOUCHED = {
    stem(each)
    for each in [
        "contacted",
        "spoken",
        "spoke",
        "heard",
        "touched",
        "called",
        "engaged",
        "replied",
        "responded",
        "reached",
        "talked",
        "emailed",
        "approached",
        "engage",
        "reply",
        "respond",
        "answered",
    ]
}
SILENT = bag("silent quiet inactive dormant untouched idle cold unresponsive neglected")
CONTACT = {
    stem(each)
    for each in [
        "contact",
        "activity",
        "interaction",
        "engagement",
        "reply",
        "response",
        "touch",
        "communication",
        "conversation",
        "word",
        "news",
        "sign",
    ]
}
DATED = {
    "created": ("any", "created_at"),
    "added": ("any", "created_at"),
    "due": ("any", "due"),
    "closing": ("position", "expected_close_on"),
    "opened": ("any", "created_at"),
    "entered": ("position", "entered_stage_at"),
    "registered": ("any", "created_at"),
    "joined": ("any", "created_at"),
    "imported": ("any", "created_at"),
}


class Timing(Reader):
    """What is said of times."""

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
                return span[0], _compare_span(op, span[1])
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

    def _duration(self) -> bool:
        """In their stage for more than 20 days; stuck for two weeks."""
        at, stuck = self.at, False
        waiting = bag(
            "stuck sitting sat waiting stalled parked standing lingering been stood stayed"
        )
        while at < self.end and self.tokens[at].low in waiting | bag(
            "in their the current same stage there that have has at its this which who are is it"
        ):
            stuck = (
                stuck
                or self.tokens[at].low in (waiting - {"been", "waiting"})
                or self.tokens[at].low == "stage"
            )
            at += 1
        spoke = at < self.end and self.tokens[at].low in bag("for longer more over since")
        staged = (
            any(atom.name in ("stage", "pipeline") for atom in self.set.every_atom())
            or stuck
            or "been" in [each.low for each in self.tokens[self.at : at]]
        )
        if not spoke or not staged:
            return False
        if self.tokens[at].low == "since" and (
            span := self.scope.calendar.read(self.tokens[: self.end], at + 1, past=True)
        ):
            self.at = span[0]
            return self.put(Atom("position", "entered_stage_at", "<=", _iso(span[1].last)))
        at += self.tokens[at].low == "for"
        at += at < self.end and self.tokens[at].low in ("already",)
        op = ">"
        if (
            self.tokens[at].low == "longer"
            and at + 1 < self.end
            and self.tokens[at + 1].low == "than"
        ):
            at += 2
        elif found := self._compare_words(at):
            at, op = found
        length = self.scope.calendar.length(self.tokens[: self.end], at)
        if length is None:
            return False
        days = (today() - self.scope.calendar.shift(today(), -length[1], length[2])).days
        self.at = length[0]
        while (
            self.low() in bag("now already in their that the stage there column")
            and self.at < self.end
            and (self.low() != "in" or self.low(1) in ("their", "that", "the", "stage"))
        ):
            if self.low() in ("in", "that", "the", "their") and self.low(1) not in bag(
                "stage column their the that same"
            ):
                break
            self.at += 1
        return self.put(
            Atom(
                "position",
                "entered_stage_at",
                "within_days" if op in ("<", "<=") else "older_than_days",
                days,
            )
        )

    def _time(self) -> bool:
        """Created last week, due before Friday, closing this month, won in April."""
        at = self.at
        if self.starts("expected", "to", "close") or self.starts("due", "to", "close"):
            at, path = at + 3, ("position", "expected_close_on")
        elif self.low() in bag("won lost closed win lose close"):
            return self._closed_when()
        elif self.low() in DATED:
            path, at = DATED[self.low()], at + 1
            at += (
                at < self.end
                and self.tokens[at].low in ("for", "again")
                and self._bounds(at) is None
            )
        elif self.starts("moved") and self.low(1) in ("in", "there"):
            path, at = ("position", "entered_stage_at"), at + 2
        elif self.low() in ("with", "whose") and self.starts("a", "due", "date", ahead=1):
            path, at = ("any", "due"), at + 4
        elif self.low() in ("older", "newer") and self.low(1) == "than" and self._ago(at):
            path = ("any", "created_at")
        elif self.low() == "new" and self._bounds(at + 1):
            path, at = ("any", "created_at"), at + 1
        else:
            return False
        found = self._bounds(at, past=path[1] in ("created_at", "entered_stage_at"))
        if found is None:
            return False
        self.at = found[0]
        atoms = [Atom(*path, op, value) for op, value in found[1]]
        return self.put(*atoms)

    def _closed_when(self) -> bool:
        found = self._bounds(self.at + 1, past=True)
        if found is None:
            return False
        outcome = {"win": "won", "lose": "lost"}.get(self.low(), self.low())
        if outcome == "close":
            return False
        self.at = found[0]
        atoms = [Atom("position", "closed_at", op, value) for op, value in found[1]]
        if outcome in ("won", "lost"):
            atoms.append(Atom("position", "outcome", "=", outcome))
        return self.put(*atoms)

    def _contact_time(self) -> bool:
        start = self.at
        at, denied = self._skip_words(
            start,
            bag(
                "have has been we i that who which are is gone went last any with "
                "anything did had was were they yet"
            ),
        )
        if at >= self.end:
            return False
        word, last = self.tokens[at], any(each.low == "last" for each in self.tokens[start:at])
        after = at + 1
        nothing = denied or (start > 0 and self.tokens[start].low == "without")
        if word.low in SILENT or (word.stem in CONTACT and nothing):
            denied = True
        elif word.stem not in TOUCHED or (
            self.scope.words.find(self.tokens, at, ["stage"]) and not denied and not last
        ):
            return False
        while after < self.end and self.tokens[after].low in bag(
            "to with from back us by at all ever for in"
        ):
            if self.tokens[after].low in ("for", "in") and self._bounds(after, past=True):
                break
            if (
                self.tokens[after].low in ("from", "by", "with")
                and after + 1 < self.end
                and self.tokens[after + 1].low in ("them", "him", "her", "us")
            ):
                after += 1
            after += 1
        if self.tokens[at - 1].low == "never" or any(
            each.low == "never" for each in self.tokens[start:at]
        ):
            self.at = after
            self.turned = False
            return self.put(Atom("contact", "last_contacted_at", "is_empty"))
        found = self._bounds(after, past=True)
        if found is None:
            return False
        end, atoms = found
        path = [Atom("contact", "last_contacted_at", op, value) for op, value in atoms]
        self.at, turned = end, self.turned
        self.turned = False
        if denied or turned:
            return self._put_silent(path)
        return self.put(*path)

    def _put_silent(self, path: list[Atom]) -> bool:
        """Nothing in that time: before it at the latest, or never."""
        first = path[0]
        if first.op == "within_days":
            before = Atom(first.on, first.name, "older_than_days", first.value)
        elif first.op in (">=", ">"):
            before = Atom(first.on, first.name, "<" if first.op == ">=" else "<=", first.value)
        elif first.op in ("=", "older_than_days"):
            before = Atom(first.on, first.name, "<" if first.op == "=" else first.op, first.value)
        else:
            before = first
        self.set.either.append([[before], [Atom(first.on, first.name, "is_empty")]])
        self.join, self.last = "", []
        return True


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
