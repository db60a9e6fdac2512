"""What narrows records down: whose they are, where they stand, what their fields hold, and when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from agents.language import amounts, lexicon
from agents.language.dates import Span
from agents.language.scopes import Scope
from agents.language.sets import Atom, today
from agents.language.tokens import Token, stem, stems
from agents.language.vocabulary import Term
from agents.language.wording import bag, sayings
from approvals.defaults import BIG_DEAL

OWNED = sayings(
    "owned by, assigned to, looked after by, handled by, managed by, "
    "belonging to, belong to, belongs to, held by, run by, led by, "
    "taken care of by, worked on by, given to, allocated to, under, "
    "in the hands of, covered by, the responsibility of, served by, "
    "supervised by, with owner, on the plate of, tended by, cared for by, "
    "where the owner is, whose owner is, represented by"
)
OWNS = sayings(
    "owns, own, has, have, handles, handle, manages, manage, looks after, "
    "look after, is responsible for, am responsible for, is in charge of, "
    "is working on, takes care of, holds, is handling, looked after, runs, "
    "works on, covers, leads, is looking after"
)
NOBODY = bag("nobody anybody anyone noone none")
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
VAGUE = bag("high low medium normal none critical no yes other")


WORTH = bag(
    """
    worth valued priced costing at with of for have has having a value who that which are is an
    need about money cost costs gave given donated paid spent contributed
    """
)


LIVING = {
    (verb, "in") for verb in ("lives", "live", "living", "based", "located", "resides", "residing")
}


class Comparing:
    """A place in a phrase, and the ways of narrowing down that may be said there."""

    turned: bool
    join: str
    last: list[Atom]
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

    # --- Whose ------------------------------------------------------------------------------------
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

    def _owner(self) -> bool:
        at = self.at
        if self.starts("not", "assigned") and not self.starts("not", "assigned", "to"):
            self.at += 2
            return self.put(Atom("state", "unowned"))
        if self.starts("not", "assigned", "to") and self.low(3) in (*NOBODY, "any"):
            self.at += 4
            return self.put(Atom("state", "unowned"))
        if self._nobodys():
            return True
        for said in OWNED:
            if self.starts(*said):
                after = at + len(said)
                if after < self.end and self.tokens[after].low in NOBODY | {"no"}:
                    self.at = after + 1 + (self.tokens[after].low == "no")
                    return self.put(Atom("state", "unowned"))
                if found := self._member(after):
                    self.at = found[0]
                    return self.put(self._owned(*found[1]))
        skip = at + (self.tokens[at].low in ("that", "which", "who", "whom"))
        found = self._member(skip)
        if found and (skip > at or self.set.noun):
            for said in OWNS:
                if tuple(each.low for each in self.tokens[found[0] : found[0] + len(said)]) == said:
                    self.at = found[0] + len(said)
                    return self.put(self._owned(*found[1]))
        if self.low() in bag("of for by with on") and (found := self._member(at + 1)):
            people = self.scope.names.contact(self.tokens, at + 1, self.end)
            if people is None or (people[0] <= found[0] and not people[1].whole):
                self.at = found[0]
                return self.put(self._owned(*found[1]))
        return False

    def _nobodys(self) -> bool:
        ways = sayings(
            "without an owner, without a owner, without owner, no owner, "
            "with no owner, with nobody assigned, nobody owns, no one owns, "
            "that nobody owns, not owned, lacking an owner, missing an owner, "
            "without anyone assigned, with no one assigned, nobody looks after, "
            "no one looks after, nobody is responsible for"
        )
        for said in ways:
            if self.starts(*said):
                self.at += len(said)
                return self.put(Atom("state", "unowned"))
        return False

    # --- Contact and tasks ------------------------------------------------------------------------
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

    def _tasks(self) -> bool:
        """With or without open tasks."""
        at, denied = self._skip_words(
            self.at,
            bag("with have has who that any a an having do got does whose are there"),
        )
        if at == self.at or self.set.kind == "task":
            return False
        op, number, plain = ">=", 1, at
        if found := self._compare_words(at):
            plain, op = found
        if counted := amounts.count(self.tokens, plain):
            plain, number = counted
            op = op if found else "="
        kind = "open_tasks"
        while plain < self.end and self.tokens[plain].low in bag(
            "open pending outstanding overdue unfinished active due late"
        ):
            kind = "overdue_tasks" if self.tokens[plain].low in ("overdue", "late") else kind
            plain += 1
        if plain >= self.end or self.tokens[plain].stem not in ("task", "todo", "remind"):
            return False
        self.at = plain + 1
        while (
            self.low() in bag("open assigned at all left outstanding pending")
            and self.at < self.end
        ):
            self.at += 1
        denied = denied or self.turned
        self.turned = False
        return self.put(
            Atom("contact", kind, "=", 0) if denied else Atom("contact", kind, op, number)
        )

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

    def _membership(self) -> bool:
        for said in sayings(
            "in any pipeline, on any board, in a pipeline, on a board, in any board"
        ):
            if self.starts(*said):
                self.at += 3
                return self.put(Atom("position", "pipeline", "is_not_empty"))
        for said in sayings("in no pipeline, on no board, without a pipeline"):
            if self.starts(*said):
                self.at += 3
                return self.put(Atom("position", "pipeline", "is_empty"))
        return False

    def _tag(self) -> bool:
        at = self.at
        for said in sayings(
            "tagged as, tagged with, tagged, labelled as, labelled, labeled, "
            "with the tag, with tag, with a, having the tag, carrying the tag, "
            "with the label, with the tags, who have the tag, that have the tag"
        ):
            if self.starts(*said):
                after = at + len(said)
                found = self.scope.words.find(self.tokens, after, ["tag"])
                if found:
                    self.at = found[0][0]
                    self.at += self.low() in ("tag", "label")
                    return self.put(Atom("contact", "tags", "contains", found[0][1].value))
        return False

    # --- Fields -----------------------------------------------------------------------------------
    def _field(self) -> bool:
        """Whose plan is gold, with a budget over 1,500, without a phone number, no e-mail."""
        start = self.at
        at, denied, lead = start, False, ""
        while at < self.end and self.tokens[at].low in bag(
            "with whose where having has have a an the their its his her without no "
            "missing lacking lack not who that which any do does got are is need "
            "needs on in by for there been"
        ):
            low = self.tokens[at].low
            if (
                at > start
                and low in ("need", "needs")
                and self.scope.words.find(self.tokens, at, ["field"])
            ):
                break
            if low in bag("without no missing lacking lack not"):
                denied = True
            lead = low
            at += 1
        if at >= self.end:
            return False
        for end, term in self._fields(at):
            if self._compare_field(
                term, end, denied=denied or self.turned, lead=lead, led=at > start
            ):
                return True
            self.at = start
        if at > start and self.tokens[start].low in ("need", "needs"):
            return False
        return False

    def _fields(self, at: int) -> list[tuple[int, Term]]:
        """Return the fields named at a place; of one name those of the noun's kind first."""
        found = self.scope.words.find(self.tokens, at, ["field"])
        kind = self.set.kind or "position"

        def rank(each: tuple[int, Term]) -> tuple[int, int]:
            return (
                -each[0],
                {kind: 0, "contact": 1, "any": 0, "position": 2, "company": 3}.get(each[1].on, 4),
            )

        return sorted(found, key=rank)

    def _compare_field(self, term: Term, at: int, *, denied: bool, lead: str, led: bool) -> bool:
        atom = Atom(term.on, term.name)
        at = self._rest_of_label(term, at)
        plain = at
        while (
            plain < self.end
            and self.tokens[plain].low in bag("is are was of being = : equals as has set to at")
            and not (
                (self.tokens[plain].low in ("of", "at", "to") and term.type in ("yes_no",))
                or self._compare_words(plain) is not None
            )
        ):
            plain += 1
        explicit = plain > at
        if plain < self.end and self.tokens[plain].low == "not" and explicit:
            denied, plain = not denied, plain + 1
        if plain < self.end and self.tokens[plain].low in bag("empty missing blank unknown unset"):
            return self._put_field(atom, "is_not_empty" if denied else "is_empty", None, plain + 1)
        if (
            plain < self.end
            and self.tokens[plain].low in ("known", "filled", "present", "given")
            and explicit
        ):
            return self._put_field(atom, "is_empty" if denied else "is_not_empty", None, plain + 1)
        ways = {
            "number": self._number,
            "money": self._number,
            "date": self._when,
            "moment": self._when,
            "yes_no": self._yes_no,
            "member": self._who,
            "texts": self._text,
        }
        if ways.get(term.type, self._text)(term, plain, denied, explicit):
            return True
        if led and denied and term.sure >= 2 and term.type != "yes_no":
            return self._put_field(atom, "is_empty", None, at)
        if (
            led
            and lead in bag("a an have has with having")
            and not denied
            and term.sure >= 2
            and self._ends(at)
        ):
            return self._put_field(atom, "is_not_empty", None, at)
        return False

    def _rest_of_label(self, term: Term, at: int) -> int:
        """Return where a label ends of which the rest follows in other words."""
        label = next(
            (
                each.label
                for each in self.scope.words.customs
                if (each.on, f"custom.{each.key}") == (term.on, term.name)
            ),
            "",
        )
        rest, end = set(stems(label)) - set(term.stems), at
        while end < self.end and (
            self.tokens[end].stem in rest or self.tokens[end].low in bag("in to the of for")
        ):
            end += 1
            if self.tokens[end - 1].stem in rest and self.tokens[end - 1].low not in bag(
                "in to the of for"
            ):
                at = end
        return at

    def _ends(self, at: int) -> bool:
        return at >= self.end or self.tokens[at].low in (
            "and",
            "or",
            ",",
            "but",
            "who",
            "that",
            "in",
            "at",
            "set",
            "on",
            "given",
        )

    def _put_field(self, atom: Atom, op: str, value: Any, end: int) -> bool:
        self.at = end
        self.turned = False
        if op in ("is_empty", "is_not_empty") and atom.name == "tags":
            atom = Atom("contact", "tags")
        return self.put(Atom(atom.on, atom.name, op, value))

    def _number(self, term: Term, at: int, denied: bool, explicit: bool) -> bool:
        found = self._compare_amount(at)
        if found is None:
            return False
        end, atoms = found
        scale = 100 if term.type == "money" else 1
        said = [Atom(term.on, term.name, op, _scaled(value, scale)) for op, value in atoms]
        self.at = end
        if denied and len(said) == 1:
            said = [said[0].negated()]
        self.turned = False
        return self.put(*said)

    def _when(self, term: Term, at: int, denied: bool, explicit: bool) -> bool:
        if at < self.end and self.tokens[at].low in ("passed", "gone", "expired", "over"):
            self.at = at + 1
            self.turned = False
            return self.put(
                Atom(term.on, term.name, "<" if not denied else ">=", today().isoformat())
            )
        found = self._bounds(at)
        if found is None:
            return False
        self.at = found[0]
        self.turned = self.turned or (denied and not self.turned)
        return self.put(*(Atom(term.on, term.name, op, value) for op, value in found[1]))

    def _yes_no(self, term: Term, at: int, denied: bool, explicit: bool) -> bool:
        word = self.tokens[at].low if at < self.end else ""
        if explicit and word in bag("yes true on no false off"):
            wanted = (word in ("yes", "true", "on")) != denied
            return self._put_field(Atom(term.on, term.name), "=", wanted, at + 1)
        if explicit and word:
            return False
        return self._put_field(Atom(term.on, term.name), "!=" if denied else "=", True, at)

    def _who(self, term: Term, at: int, denied: bool, explicit: bool) -> bool:
        found = self._member(at) if explicit else None
        if found is None:
            return False
        self.at = found[0]
        self.turned = denied
        return self.put(self._owned(*found[1]))

    def _text(self, term: Term, at: int, denied: bool, explicit: bool) -> bool:
        if at >= self.end:
            return False
        contains = False
        while at < self.end and self.tokens[at].low in bag(
            "contains containing contain includes including like mentions"
        ):
            contains, at = True, at + 1
        ending = {"ends": "contains", "ending": "contains"}.get(
            self.tokens[at].low if at < self.end else ""
        )
        if ending and at + 1 < self.end and self.tokens[at + 1].low in ("in", "with"):
            contains, at = True, at + 2
        known = [
            (end, each)
            for end, each in self.scope.words.find(self.tokens, at, ["value", "tag"])
            if (each.on, each.name) == (term.on, term.name)
        ]
        known = known or self._value_of(term, at)
        if known and not contains:
            op = "contains" if term.name == "tags" else "="
            self.at, self.turned = known[0][0], denied
            return self.put(Atom(term.on, term.name, op, known[0][1].value))
        if (
            at < self.end
            and self.tokens[at].kind in ("quote", "email", "code", "number")
            and (explicit or contains)
        ):
            op = "contains" if contains or term.name == "tags" else "="
            self.at, self.turned = at + 1, denied
            return self.put(Atom(term.on, term.name, op, self.tokens[at].text))
        if contains and at < self.end:
            self.at, self.turned = at + 1, denied
            return self.put(Atom(term.on, term.name, "contains", self.tokens[at].text))
        return False

    def _value_of(self, term: Term, at: int) -> list[tuple[int, Term]]:
        """Return values of one field at a place, shorter ones of other fields aside."""
        found = []
        for each in self.scope.words.terms.get(self.tokens[at].stem if at < self.end else "", ()):
            if each.kind in ("value", "tag") and (each.on, each.name) == (term.on, term.name):
                size = len(each.stems)
                if tuple(t.stem for t in self.tokens[at : min(at + size, self.end)]) == each.stems:
                    found.append((at + size, each))
        return sorted(found, key=lambda pair: -pair[0])

    # --- Amounts ----------------------------------------------------------------------------------
    def _compare_words(self, at: int) -> tuple[int, str] | None:
        low = [each.low for each in self.tokens[at : min(at + 3, self.end)]]
        for said, op in MORE:
            if tuple(low[: len(said)]) == said:
                return at + len(said), op
        return None

    def _compare_amount(self, at: int) -> tuple[int, list[tuple[str, float]]] | None:
        """Return a comparison with a number: over 5, between 5 and 10, 5 or more."""
        if at < self.end and self.tokens[at].low in ("between", "from"):
            first = amounts.read(self.tokens, at + 1)
            if first and first[0] < self.end and self.tokens[first[0]].low in ("and", "to", "-"):
                second = amounts.read(self.tokens, first[0] + 1)
                if second:
                    low, high = first[1].number, second[1].number
                    if (
                        low < 1000 <= high
                        and self.tokens[at + 1].kind == "number"
                        and _shortened(self.tokens[second[0] - 1])
                    ):
                        low *= 1000
                    return second[0], [(">=", low), ("<=", high)]
        op, start = "=", at
        if found := self._compare_words(at):
            start, op = found
            start += start < self.end and self.tokens[start].low in ("a", "the", "of")
        number = amounts.read(self.tokens, start)
        if number is None or number[0] > self.end:
            return None
        end = number[0]
        for said, suffix in (
            (("or", "more"), ">="),
            (("or", "above"), ">="),
            (("or", "over"), ">="),
            (("and", "above"), ">="),
            (("or", "higher"), ">="),
            (("or", "up"), ">="),
            (("and", "up"), ">="),
            (("or", "better"), ">="),
            (("or", "older"), ">="),
            (("or", "less"), "<="),
            (("or", "below"), "<="),
            (("or", "under"), "<="),
            (("or", "fewer"), "<="),
            (("or", "lower"), "<="),
            (("and", "below"), "<="),
            (("+",), ">="),
            (("upwards",), ">="),
        ):
            if (
                tuple(each.low for each in self.tokens[end : min(end + len(said), self.end)])
                == said
            ):
                return end + len(said), [(suffix, number[1].number)]
        return end, [(op, number[1].number)]

    def _worth(self) -> bool:
        """Worth over 10k, over $80k, more than 50 seats, 3 bedrooms."""
        start, at = self.at, self.at
        worth = False
        while at < self.end and self.tokens[at].low in WORTH and not self._compare_words(at):
            worth = worth or self.tokens[at].low in bag(
                "worth valued priced costing value cost costs"
            )
            at += 1
        if self.starts("high", "value") or self.starts("big", "ticket"):
            self.at += 2
            return self.put(Atom("position", "value_cents", ">=", BIG_DEAL * 100))
        found = self._compare_amount(at)
        if found is None:
            return False
        end, compared = found
        money = any(
            each.kind == "amount" or each.low in amounts.CURRENCIES or _shortened(each)
            for each in self.tokens[at:end]
        )
        after = end + (end < self.end and self.tokens[end].low in ("of", "in", "a", "as"))
        for place in (after, end):
            fields = (
                [
                    (stop, term)
                    for stop, term in self._fields(place)
                    if term.type in ("number", "money")
                ]
                if place < self.end
                else []
            )
            if fields:
                stop, term = fields[0]
                return self._put_amounts(term, compared, stop)
        if (
            end < self.end
            and self.tokens[end].low in ("year", "years")
            and (fields := [each for each in self._fields(end) if each[1].type == "number"])
        ):
            return self._put_amounts(fields[0][1], compared, fields[0][0])
        if not (worth or money):
            self.at = start
            return False
        return self._put_amounts(self._worth_field(), compared, end)

    def _worth_field(self) -> Term:
        """What an amount alone is of: what the cards are worth, or the one amount of the people."""
        money = [
            term
            for terms in self.scope.words.terms.values()
            for term in terms
            if term.kind == "field"
            and term.on == "contact"
            and term.type == "money"
            and term.sure == 3
        ]
        about_people = self.set.kind == "contact" and not any(
            atom.on == "position" for atom in self.set.atoms
        )
        if about_people and len(money) == 1:
            return money[0]
        return Term(
            "field",
            "value",
            ("value",),
            ("value",),
            on="position",
            name="value_cents",
            type="money",
        )

    def _put_amounts(self, term: Term, compared: list[tuple[str, float]], end: int) -> bool:
        scale = 100 if term.type == "money" else 1
        self.at = end
        return self.put(
            *(Atom(term.on, term.name, op, _scaled(value, scale)) for op, value in compared)
        )

    # --- Times ------------------------------------------------------------------------------------
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

    # --- Where ------------------------------------------------------------------------------------
    def _living(self) -> bool:
        """Who lives in Tokyo: a city, be there somebody or not."""
        at = self.at
        while self.low(at - self.at) in bag("who that is are do does"):
            at += 1
        said = tuple(each.low for each in self.tokens[at : at + 2])
        if said not in LIVING or at + 2 >= self.end or not self.tokens[at + 2].is_capital:
            return False
        if self.scope.words.find(self.tokens, at + 2):
            return False
        self.at = at + 3
        return self.put(Atom("contact", "city", "=", self.tokens[at + 2].text))

    def _place(self) -> bool:
        """In Demo, from Berlin, at Acme, in the Renewals pipeline, on the gold plan."""
        start = self.at
        low = self.low()
        if low not in bag(
            "in at on from within under of via through into stage as to for around "
            "near pipeline with a using"
        ):
            return False
        at = start + 1
        own = self.scope.words.find(self.tokens[: self.end], start, ["stage", "pipeline", "value"])
        if own and own[0][0] > start + 1 and own[0][1].words[0] == low:
            return False
        while (
            at < self.end
            and self.tokens[at].low
            in bag("the our a an stage pipeline column status area city town board currently")
            and not self._names_it(at)
        ):
            at += 1
        if at >= self.end:
            return False
        found = self.scope.words.find(self.tokens, at, ["stage", "pipeline", "value", "tag"])
        firm = (
            self.scope.names.company(self.tokens, at, self.end)
            if low in bag("at from of with for in")
            else None
        )
        if (
            firm
            and (not found or firm[0] > found[0][0] or low == "at")
            and (firm[1].whole or not found)
        ):
            self.at = firm[0]
            return self._add_firm(firm[1])
        found = [
            (end, term)
            for end, term in found
            if term.sure > 1 or self._stage_word(end) or low in ("stage", "in")
        ]
        return self._put_place([term for _, term in found], found[0][0], low) if found else False

    def _names_it(self, at: int) -> bool:
        found = self.scope.words.find(self.tokens, at, ["stage", "pipeline"])
        return bool(found) and found[0][0] > at + 1

    def _add_firm(self, named: Any) -> bool:
        (self.set.without if self.turned else self.set.names).append(named)
        self.turned = False
        return True

    def _stage_word(self, at: int) -> bool:
        return at < self.end and self.tokens[at].low in bag(
            "stage column phase pipeline board funnel lane step"
        )

    def _put_place(self, terms: list[Term], end: int, low: str) -> bool:
        kinds = {term.kind for term in terms}
        follows = self.tokens[end].low if end < self.end else ""
        stage_next = follows in bag("stage column phase step lane")
        board_next = follows in ("pipeline", "board", "funnel", "process")
        if "pipeline" in kinds and (board_next or (not stage_next and "stage" not in kinds)):
            self.at = end + board_next
            refs = sorted({term.ref for term in terms if term.kind == "pipeline"})
            return self.put(_among("position", "pipeline", refs))
        if (
            "stage" in kinds
            and (stage_next or low != "from" or kinds == {"stage"})
            and not (low in ("with", "a", "for", "of") and not stage_next and kinds != {"stage"})
        ):
            if low in ("with", "a", "for", "as") and not stage_next:
                return False
            self.at = end + stage_next
            stages = self.scope.stage_terms(terms, self._board())
            return self.put(_among("position", "stage", sorted({term.ref for term in stages})))
        values = [term for term in terms if term.kind in ("value", "tag")]
        return self._put_value(values, end) if values and low not in ("a",) else False

    def _board(self) -> str:
        """The pipeline that is named before, or looked at."""
        named = [
            atom.value for atom in self.set.atoms if atom.name == "pipeline" and atom.op == "="
        ]
        return named[0] if named else ""

    def _value(self) -> bool:
        """A value as an adjective or noun: gold, Boston, tenants, VIP."""
        found = self.scope.words.find(self.tokens, self.at, ["value", "tag"])
        if not found:
            return False
        end, low = found[0][0], self.low()
        stages = self.scope.words.find(self.tokens, self.at, ["stage"])
        if (
            stages
            and stages[0][0] >= end
            and stages[0][1].sure == 3
            and not self._field_follows(found)
        ):
            return False
        token = self.tokens[self.at]
        if token.stem in lexicon.NOUN_STEMS and any(
            atom.name == "stage" for atom in self.set.atoms
        ):
            return False
        if token.low in VAGUE and end == self.at + 1 and not self._field_follows(found):
            return False
        if (
            token.stem in lexicon.NOUN_STEMS
            and found[0][1].sure < 3
            and not self._field_follows(found)
        ):
            return False
        if low in ("in", "on", "at", "no"):
            return False
        return self._put_value([term for _, term in found], end)

    def _field_follows(self, found: list[tuple[int, Term]]) -> bool:
        end = found[0][0]
        after = self.scope.words.find(self.tokens, end, ["field"]) if end < self.end else []
        own = {(term.on, term.name) for _, term in found}
        return any((term.on, term.name) in own for _, term in after)

    def _put_value(self, terms: list[Term], end: int) -> bool:
        own = {(term.on, term.name): term for term in terms}
        after = self.scope.words.find(self.tokens, end, ["field"]) if end < self.end else []
        named = [(stop, term) for stop, term in after if (term.on, term.name) in own]
        if named:
            end, key = named[0][0], (named[0][1].on, named[0][1].name)
            own = {key: own[key]}
        elif len(own) > 1:
            kind = self.set.kind or "contact"
            same = {key: term for key, term in own.items() if key[0] == kind}
            own = same if len(same) == 1 else own
        if len(own) > 1:
            own = _first_of(own)
        if len(own) != 1:
            return False
        ((on, name), term) = next(iter(own.items()))
        spelt = sorted({each.value for each in terms if (each.on, each.name) == (on, name)})
        token = self.tokens[end - 1]
        if (
            name in ("subtype", "job_title")
            and (token.low.endswith("s") or token.stem in lexicon.NOUN_STEMS)
            and not self.set.noun
        ):
            self.set.kind, self.set.noun = "contact", token.low
            self.set.plural = self.set.plural or token.low.endswith("s")
        self.at = end
        if name == "tags":
            return self.put(Atom(on, name, "contains", term.value))
        return self.put(
            Atom(on, name, "=", spelt[0]) if len(spelt) == 1 else Atom(on, name, "in", spelt)
        )

    def _is_called(self, term: Term) -> bool:
        """
        Whether a noun is a stage's own name and does not only share its stem: not contacts,
        Contacted.
        """
        token = self.tokens[self.at]
        return token.stem not in lexicon.NOUN_STEMS or _nearly(token.low, term.words[0])

    def _adjective(self, at: int, term: Term) -> bool:
        """Whether a part of a stage's name stands before what is in it: waiting tickets."""
        if (
            at >= self.end
            or term.kind != "stage"
            or self.tokens[self.at].stem in lexicon.NOUN_STEMS
        ):
            return False
        board = self.scope.words.find(self.tokens, at, ["pipeline"])
        card = lexicon.NOUN_STEMS.get(self.tokens[at].stem) in ("position", "contact")
        return self.tokens[self.at].low == term.words[0] and (card or bool(board))

    def _stage_like(self) -> bool:
        """A stage or pipeline as an adjective or noun: qualified leads, renewals, the backlog."""
        found = self.scope.words.find(self.tokens, self.at, ["stage", "pipeline"])
        found = [
            (end, term)
            for end, term in found
            if (term.sure > 1 or self._stage_word(end) or self._adjective(end, term))
            and self._is_called(term)
        ]
        if not found:
            return False
        end, token = found[0][0], self.tokens[self.at]
        terms = [term for _, term in found]
        if (
            token.stem in lexicon.NOUN_STEMS
            and end == self.at + 1
            and any(atom.name in ("stage",) for atom in self.set.atoms)
        ):
            return False
        boards = sorted({term.ref for term in terms if term.kind == "pipeline"})
        if boards and not (end < self.end and self.tokens[end].low in ("stage", "column")):
            self.at = end + (
                end < self.end and self.tokens[end].low in ("pipeline", "board", "funnel")
            )
            if not self.set.noun:
                self.set.kind, self.set.noun = "position", token.low
                self.set.plural = True
            return self.put(_among("position", "pipeline", boards))
        stages = self.scope.stage_terms(terms, self._board())
        self.at = end + (end < self.end and self.tokens[end].low in ("stage", "column", "phase"))
        values = [
            term
            for _, term in self.scope.words.find(self.tokens, end - 1, ["value"])
            if term.name == "subtype"
        ]
        if values and token.stem in lexicon.NOUN_STEMS and self.at == end and not self.set.noun:
            self.set.noun, self.set.plural = token.low, self.set.plural or token.low.endswith("s")
            stage = _among("position", "stage", sorted({term.ref for term in stages}))
            return self.put(
                Atom(
                    "noun",
                    token.low,
                    "=",
                    (stage, Atom("contact", "subtype", "=", values[0].value)),
                )
            )
        if token.stem in lexicon.NOUN_STEMS and not self.set.noun:
            self.set.noun, self.set.plural = token.low, self.set.plural or token.low.endswith("s")
        return self.put(_among("position", "stage", sorted({term.ref for term in stages})))


def _nearly(word: str, called: str) -> bool:
    """Whether a word is another, or its plural."""
    return _singular(word) == _singular(called)


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("ses", "s"), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss"):
            return word.removesuffix(ending) + instead
    return word


def _among(on: str, name: str, refs: list[str]) -> Atom:
    return Atom(on, name, "=", refs[0]) if len(refs) == 1 else Atom(on, name, "in", refs)


def _first_of(own: dict[tuple[str, str], Term]) -> dict[tuple[str, str], Term]:
    """Of fields that hold the same word, the one that people mean by the bare word."""
    for key in sayings("contact subtype, contact city, contact tags, contact source"):
        if key in own:
            return {key: own[key]}
    return own


def _scaled(value: float, scale: int) -> int | float:
    number = value * scale
    return round(number) if scale > 1 or number == int(number) else number


def _shortened(token: Token) -> bool:
    return token.kind == "number" and token.low[-1:] in ("k", "m")


def _year(token: Token) -> bool:
    return token.kind == "number" and len(token.low) == 4 and token.low.startswith(("19", "20"))


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
