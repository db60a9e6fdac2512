"""How what is said is put together: and, or, but not, apart from, either this or that."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.language.description.naming import Naming
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Atom, Set
from agents.language.words import amounts
from agents.language.words.fillers import ASIDES, EXCEPT, JOINING
from agents.language.words.tokens import Token, stem, words
from agents.language.words.wording import bag, sayings

HAVING = bag("with having has have who that which whose in on are is")


@dataclass(frozen=True)
class Part:
    """Tokens that say one thing, and of which family it is."""

    family: str
    at: int
    end: int


class Joining(Naming):
    """
    One description as far as it is read.

    :ivar turned: what comes next is denied
    :ivar join: and, or, where something is to stand beside what was said
    :ivar last: what was said last; `beside` what was said before an alternative
    :ivar excepting: all that comes next is left out; `excepted` once something was
    :ivar spoken: places that were read already
    """

    def __init__(self, scope: Scope, tokens: Sequence[Token], at: int, end: int) -> None:
        super().__init__(scope, tokens, at, end)
        self.set = Set(text=" ".join(each.text for each in tokens[at:end]))
        self.join = ""
        self.turned = False
        self.last: list[Atom] = []
        self.excepting = self.denied_something = False
        self.excepted = False
        self.beside: list[Atom] = []
        self.spoken: set[int] = set()
        self.parts: list[Part] = []

    def read(self) -> Set:
        raise NotImplementedError

    def put(self, *atoms: Atom) -> bool:
        """Add what holds: beside what was said, or as an alternative to it."""
        said = (
            [atom.negated() for atom in atoms] if self.turned and len(atoms) == 1 else list(atoms)
        )
        self.denied_something = self.denied_something or self.turned
        self.excepted = self.excepting
        if self.turned and len(atoms) > 1:
            self.set.either.append([[atom.negated()] for atom in atoms])
            said = []
        if self.join and len(said) == 1 and self.last and self._merge(said[0]):
            self.turned, self.join = self.turned and self.excepting, ""
            return True
        if self.join and len(said) == 1 and self.last and self._goes_on(said[0]):
            self.set.atoms.append(said[0].negated())
            self.last, self.turned, self.join = [said[0].negated()], self.excepting, ""
            return True
        if self.join == "or" and self.last and said:
            self._alternate(said)
        else:
            self.set.atoms += said
        if not self.excepting:
            self.turned = False
        self.join, self.last = "", said or self.last
        return True

    def _goes_on(self, atom: Atom) -> bool:
        """Whether what was denied is denied of this too: not in Boston or on the gold plan."""
        before = self.last[-1]
        return (
            self.join == "or"
            and before.op in ("!=", "not_in", "not_contains")
            and before in self.set.atoms
            and atom.op in ("=", "in", "contains")
            and not self.turned
        )

    def _merge(self, atom: Atom) -> bool:
        """One of several values of the same field: in Berlin or Hamburg."""
        before = self.last[0]
        if before.on == "noun" and (atom.on, atom.name) == ("contact", "subtype"):
            plain = before.value[1]
            self.set.atoms = [plain if each == before else each for each in self.set.atoms]
            before, self.last = plain, [plain]
        same = len(self.last) == 1 and (before.on, before.name) == (atom.on, atom.name)
        pair = (before.op, atom.op)
        if not same or pair not in sayings(
            "= =, in =, = in, in in, != !=, not_in !=, != =, not_in ="
        ):
            return False
        values = [*_listed(before), *_listed(atom)]
        merged = Atom(atom.on, atom.name, "in" if before.op in ("=", "in") else "not_in", values)
        for atoms in (self.set.atoms, *(some for group in self.set.either for some in group)):
            if before in atoms:
                atoms[atoms.index(before)] = merged
                self.last = [merged]
                return True
        return False

    def _alternate(self, said: list[Atom]) -> None:
        groups = self.set.either
        if groups and self.last == groups[-1][-1]:
            groups[-1].append(said)
            return
        if all(atom in self.set.atoms for atom in self.last):
            for atom in self.last:
                self.set.atoms.remove(atom)
            groups.append([self.last, said])
            return
        self.set.atoms += said

    def _joint(self) -> bool:
        low = self.low()
        if self._excepts():
            return True
        if low in ("but", "yet", "though", "although"):
            self.at += 1
            return True
        if low == "either" and self._alternatives():
            return True
        if low in ("either", "neither"):
            self.turned = self.turned or low == "neither"
            self.at += 1
            return True
        if low in JOINING and not self.starts("as", "well") and low != "as":
            if low in ("or", "nor") or not self.join:
                self.join = "or" if low in ("or", "nor", "/") else "and"
            if low == ",":
                self.join = "or" if self._or_follows() else "and"
            self.at += 1
            if low in ("or", "nor") and self._lacked() and self.low() not in HAVING:
                self.join, self.turned = "and", True
            return True
        if self.starts("as", "well", "as"):
            self.at += 3
            self.join = "and"
            return True
        return False

    def _lacked(self) -> bool:
        """Whether what was said last is that there is none: without an owner or a task."""
        said = self.last or [atom for some in self.set.either[-1:] for one in some for atom in one]
        return bool(said) and all(
            atom.op == "is_empty"
            or (atom.name, atom.op) in (("unowned", "="), ("cards", "!="))
            or (atom.op == "=" and atom.value == 0 and atom.on != "noun")
            for atom in said
        )

    def _alternatives(self) -> bool:
        """Either urgent, or high and still new: each side as a whole, where a comma parts them."""
        split = next(
            (
                at
                for at in range(self.at + 2, self.end - 1)
                if (self.tokens[at - 1].low, self.tokens[at].low) == (",", "or")
            ),
            None,
        )
        if split is None:
            return False
        first = type(self)(self.scope, self.tokens, self.at + 1, split - 1)
        second = type(self)(self.scope, self.tokens, split + 1, self.end)
        sides = [first.read()]
        second.beside = first.last
        sides.append(second.read())
        if any(side.names or side.either or not side.atoms for side in sides):
            return False
        for side in sides:
            self.set.unknown += side.unknown
        self.set.either.append([side.atoms for side in sides])
        self.at = self.end
        return True

    def _excepts(self) -> bool:
        """Apart from, anything but: what follows is left out, all of it."""
        for said in EXCEPT:
            if self.starts(*said) and self.at + len(said) < self.end:
                self.at += len(said)
                self.turned = self.excepting = True
                return True
        return False

    def _aside(self) -> bool:
        """At the moment, in our pipeline: words that narrow nothing."""
        for said in ASIDES:
            if self.starts(*said):
                self.at += len(said)
                return True
        return False

    def _spoken_for(self) -> bool:
        return self.at in self.spoken and self.step()

    def _elided(self) -> bool:
        """Bus A or B: what a list does not say again."""
        before = self.last[-1] if self.join and self.last else None
        if before is not None and self._elided_number(before):
            return True
        value = (
            before.value[-1]
            if before and isinstance(before.value, list)
            else (before.value if before else None)
        )
        if before is None or not isinstance(value, str) or " " not in value:
            return False
        head = tuple(each.low for each in words(value))[:-1]
        for term in self.scope.words.terms.get(stem(head[0]), ()) if head else ():
            same = (term.kind, term.on, term.name) == ("value", before.on, before.name)
            if same and term.words == (*head, self.low()) and term.sure == 3:
                self.at += 1
                return self.put(Atom(before.on, before.name, "=", term.value))
        return False

    def _elided_number(self, before: Atom) -> bool:
        """Grade 7 or 8: of the same field."""
        number = amounts.read(self.tokens[: self.end], self.at)
        values = _listed(before)
        if number is None or before.op not in ("=", "in") or not before.name.startswith("custom."):
            return False
        if not all(str(each).isdigit() for each in values) or number[0] != self.at + 1:
            return False
        plain = number[1].plain
        self.at += 1
        text = isinstance(values[0], str)
        return self.put(Atom(before.on, before.name, "=", str(plain) if text else plain))

    def _or_follows(self) -> bool:
        return any(each.low == "or" for each in self.tokens[self.at : min(self.end, self.at + 6)])


def _listed(atom: Atom) -> list[object]:
    return list(atom.value) if isinstance(atom.value, list | tuple) else [atom.value]
