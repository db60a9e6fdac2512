"""What fields hold: on the gold plan, with a budget over 1,500, without a phone number."""

from typing import Any

from agents.language.description.touching import Touching
from agents.language.organization import meanings
from agents.language.organization.sets import Atom, today
from agents.language.organization.vocabulary import Term
from agents.language.words import lexicon
from agents.language.words.tokens import stems
from agents.language.words.wording import bag

PLANNED = bag("planned set scheduled recorded noted given filled entered known")
ENDING = bag(
    "are is was were have has do does did and or but who that which whose in at set on given "
    "planned yet recorded scheduled"
)
# What may stand after a label to say what it holds: the renewal due date, the fee amount.
KIND_OF_VALUE = {
    "date": bag("date dates day"),
    "moment": bag("date dates day"),
    "money": bag("amount amounts figure"),
    "number": bag("number figure"),
}


class Holding(Touching):
    """What is said of fields and amounts."""

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
            if self._otherwise_called(term, at, end):
                continue
            if self._compare_field(
                term, end, denied=denied or self.turned, lead=lead, led=at > start
            ):
                return True
            self.at = start
        if at > start and self.tokens[start].low in ("need", "needs"):
            return False
        return False

    def _otherwise_called(self, term: Term, at: int, end: int) -> bool:
        """Whether something else is called exactly so, and a field only nearly: Ordered, order."""
        said = tuple(each.low for each in self.tokens[at:end])
        if term.sure == 3 or term.words == said:
            return False
        other = self.scope.words.find(self.tokens, at, ["stage", "pipeline", "value", "tag"])
        return any(
            stop >= end and each.sure == 3 and each.words == said[: stop - at]
            for stop, each in other
        )

    def _fields(self, at: int) -> list[tuple[int, Term]]:
        """Return the fields named at a place; of one name those of the noun's kind first."""
        found = self._parted_label(at) or self.scope.words.find(self.tokens, at, ["field"])
        kind = self.set.kind or "position"

        def rank(each: tuple[int, Term]) -> tuple[int, int]:
            return (
                -each[0],
                {kind: 0, "contact": 1, "any": 0, "position": 2, "company": 3}.get(each[1].on, 4),
            )

        return sorted(found, key=rank)

    def _parted_label(self, at: int) -> list[tuple[int, Term]]:
        """Whose renewal is due: a field called Renewal due, its words parted by the verb."""
        if at + 2 >= self.end or self.tokens[at + 1].low not in ("is", "are", "was", "were"):
            return []
        joined = [*self.tokens[: at + 1], *self.tokens[at + 2 : self.end]]
        found = self.scope.words.find(joined, at, ["field"])
        return [(end + 1, term) for end, term in found if end > at + 1]

    def _compare_field(self, term: Term, at: int, *, denied: bool, lead: str, led: bool) -> bool:
        atom = Atom(term.on, term.name)
        if not led and at == self.at + 1 and not self.set.noun and self._names_kind():
            return False
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
        sure = term.sure >= 2 or self._alone(term, at)
        if led and denied and sure and term.type != "yes_no":
            return self._put_presence(term, at, denied=True)
        having = lead in bag("a an any have has with having get gets got where there")
        if led and having and not denied and sure and self._ends(at):
            return self._put_presence(term, at, denied=False)
        return False

    def _alone(self, term: Term, at: int) -> bool:
        """Whether a part of a label names one field only."""
        found = self.scope.words.find(self.tokens, at - 1, ["field"])
        return len({(each.on, each.name) for _, each in found}) == 1 and len(term.words) == 1

    def _put_presence(self, term: Term, end: int, *, denied: bool) -> bool:
        """Whether there is any: not nothing, not none, not 0."""
        self.at, self.turned = end, False
        while self.low() in PLANNED and self.at < self.end:
            self.at += 1
        nothing = meanings.standing_for_nothing(term, self.scope.words)
        counted = term.type in ("number", "money") and term.name != "value_cents"
        if not (nothing or counted):
            return self._put_field(
                Atom(term.on, term.name), "is_empty" if denied else "is_not_empty", None, self.at
            )
        none = (
            Atom(term.on, term.name, "=", 0) if counted else Atom(term.on, term.name, "in", nothing)
        )
        if denied:
            self.set.either.append([[none], [Atom(term.on, term.name, "is_empty")]])
            self.join, self.last = "", []
            return True
        if counted:
            return self.put(Atom(term.on, term.name, ">", 0))
        return self.put(none.negated(), Atom(term.on, term.name, "is_not_empty"))

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
        small = bag("in to the of for a an per each every")
        while end < self.end and (self.tokens[end].stem in rest or self.tokens[end].low in small):
            end += 1
            if self.tokens[end - 1].stem in rest and self.tokens[end - 1].low not in small:
                at = end
        return at + (at < self.end and self.tokens[at].low in KIND_OF_VALUE.get(term.type, ()))

    def _names_kind(self) -> bool:
        """Whether a field's word is what records are called: gifts of 75,000 and up."""
        token = self.tokens[self.at]
        return token.stem in lexicon.NOUN_STEMS and token.low.endswith("s")

    def _ends(self, at: int) -> bool:
        return at >= self.end or self.tokens[at].kind == "mark" or self.tokens[at].low in ENDING

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
        said = [Atom(term.on, term.name, op, scaled(value, scale)) for op, value in atoms]
        self.at = end
        if denied and len(said) == 1:
            said = [said[0].negated()]
        self.turned = False
        return self.put(*said)

    def _when(self, term: Term, at: int, denied: bool, explicit: bool) -> bool:
        if passed := self._passed(at):
            self.at, gone, still = passed
            self.turned = False
            op = "<" if gone != (denied or still) else ">="
            return self.put(Atom(term.on, term.name, op, today().isoformat()))
        told = term.name.startswith("custom.") and self._is_told(at - 1)
        found = self._bounds(at, past=told or self._leans_back((term.on, term.name)))
        if found is None:
            return False
        if told:
            found = found[0], list(self._until_now(found[1]))
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


def scaled(value: float, scale: int) -> int | float:
    """Return an amount as it is kept: money in minor units."""
    number = value * scale
    return round(number) if scale > 1 or number == int(number) else number
