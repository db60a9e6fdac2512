"""What happened when: created last week, won in April, gave since May, in Demo for a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.language.description.timing import Timing, _iso
from agents.language.organization import meanings
from agents.language.organization.sets import Atom, today
from agents.language.words.wording import bag, sayings
from crm import refs

Path = tuple[str, str]
CREATED, ENTERED = ("any", "created_at"), ("position", "entered_stage_at")
CLOSED, EXPECTED = ("position", "closed_at"), ("position", "expected_close_on")
# What is said of a row's own times; the longest that fits counts.
EVENTS: dict[tuple[str, ...], Path] = {
    said: path
    for sayings_of, path in (
        ("created, added, opened, registered, joined, imported, set up, entered into the system, "
         "new, came in, signed up, arrived, filed, submitted, applied, enquired, inquired",
         CREATED),
        ("due, due for, due again", ("any", "due")),
        ("with a due date, whose due date is, whose deadline is", ("any", "due")),
        ("closing, expected to close, due to close, expected to be closed, supposed to close, "
         "should be closed, should close, forecast to close, planned to close, to be closed, "
         "likely to close, are to close, is to close", EXPECTED),
        ("entered, entered the stage, moved in, moved there, got there, reached the stage",
         ENTERED),
        ("won, win, wins, signed", CLOSED),
        ("lost, lose, loses", CLOSED),
        ("closed, close", CLOSED),
        ("done, completed, finished, ticked off", ("task", "done_at")),
    )
    for said in sayings(sayings_of)
}  # fmt: skip
ENDS = {"won": "won", "win": "won", "wins": "won", "signed": "won",
        "lost": "lost", "lose": "lost", "loses": "lost"}  # fmt: skip
LOOKED_AT = 200  # rows by which it is told whether a field is of what was or of what is to come
BACKWARD = {"created_at", "entered_stage_at", "closed_at", "done_at"}
WAITING = bag(
    "stuck sitting sat waiting waited waits stalled parked standing lingering been stood stayed "
    "hanging resting held remained idling languishing"
)
AROUND = bag("in their the current same stage there that have has at its this which who are is it")
EARLIER = {"within_days": "older_than_days", ">=": "<", ">": "<=", "=": "<"}


@dataclass(frozen=True)
class Event:
    """A kind of happening: where its day stands, and what holds of rows it happened to."""

    path: Path
    holds: tuple[Atom, ...] = ()


class Happening(Timing):
    """What is said of when things happened."""

    event: Event | None = None

    def _time(self) -> bool:
        """Something that happened, and when; without a time only what happened may be meant."""
        skip = self.low() in ("last", "first") and self._event(self.at + 1) is not None
        found = self._event(self.at + skip)
        if found is None:
            return False
        end, event = found
        if (picked := self._most_recently(end, event)) is not None:
            return picked
        at = end + (end < self.end and self.tokens[end].low in ("again", "on", "last"))
        told = event.path[1].startswith("custom.") and self._is_told(self.at + skip)
        past = self._leans_back(event.path) or told
        bounds = self._bounds(end, past=past) or self._bounds(at, past=past)
        if bounds is None:
            return False
        self.at, self.event = bounds[0], event
        return self._put_event(event, self._until_now(bounds[1]) if told else bounds[1])

    def _is_told(self, at: int) -> bool:
        """Whether a verb says what was: expired in March, ran out this year."""
        low = self.tokens[at].low
        return low.endswith("ed") or low in bag("ran began born gave came went paid spent")

    def _until_now(self, bounds: Sequence[tuple[str, Any]]) -> Sequence[tuple[str, Any]]:
        """Leave what is still to come out of a time in which something has happened."""
        now = today().isoformat()
        ahead = any(isinstance(value, str) and value > now for _, value in bounds)
        return [*bounds, ("<=", now)] if ahead else bounds

    def _leans_back(self, path: Path) -> bool:
        """Whether May is the last one there was: where most of what the field holds is over."""
        if not path[1].startswith("custom."):
            return path[1] in BACKWARD | {"occurred_at", "last_contacted_at"}
        if path not in self.scope.leaning:
            key = path[1].removeprefix("custom.")
            rows = refs.visible(path[0], by=self.scope.by).in_use()
            held = rows.values_list(f"properties__{key}", flat=True)[:LOOKED_AT]
            days = [each for each in held if isinstance(each, str)]
            over = [each for each in days if each <= today().isoformat()]
            self.scope.leaning[path] = 2 * len(over) > len(days)
        return self.scope.leaning[path]

    def _event(self, at: int) -> tuple[int, Event] | None:
        """Return where a happening that is named at a place ends, and which it is."""
        for size in (4, 3, 2, 1):
            said = tuple(each.low for each in self.tokens[at : min(at + size, self.end)])
            path = EVENTS.get(said) if len(said) == size else None
            if path is None or (said == ("new",) and self._bounds(at + 1) is None):
                continue
            if path == CREATED and (own := self._own_event(at)):
                return own
            if path[0] == "task" and self.set.kind != "task":
                path = CLOSED
            ended = ENDS.get(said[0])
            holds = (Atom("position", "outcome", "=", ended),) if ended else ()
            return at + size, Event(path, holds)
        if at < self.end and self.tokens[at].low in ("older", "newer") and self._ago(at):
            return at, Event(CREATED)
        return self._own_event(at)

    def _own_event(self, at: int) -> tuple[int, Event] | None:
        """What a date field of the organization's own is about: gave, born, applied."""
        if at >= self.end:
            return None
        fields = meanings.fields_of(self.tokens[at].low, self.scope.words)
        dated = [term for term in fields if term.type == "date"]
        if len({(term.on, term.name) for term in dated}) != 1:
            return None
        end = at + 1 + (at + 1 < self.end and self.tokens[at + 1].low in ("out", "in", "to"))
        if end > at + 1 and self.tokens[at + 1].low != "out" and self._bounds(at + 1, past=True):
            end = at + 1
        return end, Event((dated[0].on, dated[0].name))

    def _put_event(self, event: Event, bounds: Sequence[tuple[str, Any]]) -> bool:
        atoms = [Atom(*event.path, op, value) for op, value in bounds]
        if self.turned and event.path[1].startswith("custom."):
            self.turned = False
            return self._put_before(event.path, bounds)
        return self.put(*atoms, *event.holds)

    def _put_before(self, path: Path, bounds: Sequence[tuple[str, Any]]) -> bool:
        """Nothing in that time: before it at the latest, or never."""
        op, value = bounds[0]
        before = Atom(*path, EARLIER.get(op, op), value)
        self.set.either.append([[before], [Atom(*path, "is_empty")]])
        self.join, self.last = "", []
        return True

    def _most_recently(self, end: int, event: Event) -> bool | None:
        """Who gave most recently, which was won last: the first in order of when it happened."""
        ways = {("most", "recently"): False, ("last",): False, ("latest",): False,
                ("first",): True, ("earliest",): True, ("longest", "ago"): True,
                ("least", "recently"): True}  # fmt: skip
        at = end + (end < self.end and self.tokens[end].low == "the")
        for said, ascending in ways.items():
            stop = at + len(said)
            if tuple(each.low for each in self.tokens[at : min(stop, self.end)]) != said:
                continue
            if said == ("last",) and self._bounds(at, past=True):
                continue
            if stop < self.end and self.tokens[stop].kind == "word":
                continue
            return self._put_order(event, stop, ascending)
        return None

    def _put_order(self, event: Event, end: int, ascending: bool) -> bool:
        raise NotImplementedError

    def _moment(self) -> bool:
        """A time alone, of what was spoken of before it: received in October, calls last week."""
        event = self._event_before()
        if event is None:
            return False
        at = self.at + (self.low() in ("so", "both"))
        bounds = self._bounds(at, past=self._leans_back(event.path))
        if bounds is None:
            return False
        self.at = bounds[0]
        return self._put_event(event, bounds[1])

    def _nothing(self) -> bool:
        """But nothing since May: of what was said to have happened before."""
        denied = bag("nothing none not nor without")
        if self.low() not in denied or self.event is None:
            return False
        at = self.at + 1 + (self.low(1) in ("any", "more", "again"))
        bounds = self._bounds(at, past=True)
        if bounds is None:
            return False
        self.at = bounds[0]
        return self._put_before(self.event.path, bounds[1])

    def _event_before(self) -> Event | None:
        """Return what a time that stands alone is the time of."""
        if self.event is not None:
            return self.event
        if self.set.kind == "task":
            return Event(("any", "due"))
        if self.set.kind == "activity":
            return Event(("activity", "occurred_at"))
        if any(atom.name == "outcome" for atom in self.set.atoms):
            return Event(CLOSED)
        last = self.last[-1] if self.last else None
        if last is not None and last.name == "pipeline":
            last = next((atom for atom in self.set.atoms if atom.name == "stage"), last)
        if last is None or last.op not in ("=", "in"):
            return None
        if last.name == "outcome":
            return Event(CLOSED)
        if last.on == "noun":
            last = last.value[0]
        if last.name != "stage":
            return None
        stages = last.value if isinstance(last.value, list) else [last.value]
        ended = all(self.scope.words.stage(ref).kind != "active" for ref in stages)
        return Event(CLOSED if ended else ENTERED)

    def _duration(self) -> bool:
        """In their stage for more than 20 days; stuck for two weeks; waiting since May."""
        found = self._waited()
        if found is None:
            return False
        at = found
        early = at + 1 < self.end and self.tokens[at + 1].low in ("before", "around", "about")
        if self.tokens[at].low == "since" and (
            span := self.scope.calendar.read(self.tokens[: self.end], at + 1 + early, past=True)
        ):
            self.at = span[0]
            before = self.tokens[at + 1].low == "before"
            day = span[1].start if before else span[1].last
            return self.put(Atom(*ENTERED, "<" if before else "<=", _iso(day)))
        at += self.tokens[at].low == "for"
        at += at < self.end and self.tokens[at].low in ("already", "well")
        op = ">"
        if at + 1 < self.end and (self.tokens[at].low, self.tokens[at + 1].low) == (
            "longer",
            "than",
        ):
            at += 2
        elif compared := self._compare_words(at):
            at, op = compared
        length = self.scope.calendar.length(self.tokens[: self.end], at)
        if length is None:
            return False
        days = (today() - self.scope.calendar.shift(today(), -length[1], length[2])).days
        self.at = length[0]
        self._skip_there()
        short = op in ("<", "<=")
        return self.put(Atom(*ENTERED, "within_days" if short else "older_than_days", days))

    def _waited(self) -> int | None:
        """Return where it is said how long something stands where it is."""
        at, stuck = self.at, False
        while at < self.end and self.tokens[at].low in WAITING | AROUND:
            stuck = stuck or self.tokens[at].low in (WAITING - {"been"}) | {"stage"}
            at += 1
        staged = stuck or any(
            atom.name in ("stage", "pipeline") or atom.on == "noun"
            for atom in self.set.every_atom()
        ) or "been" in [each.low for each in self.tokens[self.at : at]]  # fmt: skip
        spoke = at < self.end and self.tokens[at].low in bag("for longer more over since")
        return at if spoke and staged else None

    def _skip_there(self) -> None:
        """Go past the words that only repeat where: in that stage, there, already."""
        while self.at < self.end and self.low() in bag("now already there in their that the stage"):
            where = bag("stage column their the that same")
            if self.low() in bag("in that the their") and self.low(1) not in where:
                return
            self.at += 1
