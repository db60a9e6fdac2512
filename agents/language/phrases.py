"""
Phrases: from the words for some records to the set that they describe.

A phrase is read from left to right, each time by the first way of saying something that fits:
who is named, what the noun stands for, and whatever narrows it down. A word that nothing explains
is kept as unknown, so that no filter is ever dropped in silence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.language import amounts, lexicon, meanings
from agents.language.comparing import Comparing
from agents.language.fillers import (
    ASIDES,
    EXCEPT,
    JOINING,
    NEGATIONS,
    OUTCOMES,
    PHRASES,
    SKIPPED,
    SMALL,
    STATES,
)
from agents.language.happening import WAITING, Event
from agents.language.names import Named
from agents.language.picking import read_pick
from agents.language.scopes import Scope
from agents.language.sets import Atom, Pick, Set
from agents.language.tokens import Token, stem, words
from agents.language.wording import bag, sayings


@dataclass(frozen=True)
class Part:
    """Tokens that say one thing, and of which family it is."""

    family: str
    at: int
    end: int


class Phrase(Comparing):
    """Reads one phrase."""

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
        """Read to the end."""
        ways: list[Callable[[], bool]] = [
            self._bound,
            self._spoken_for,
            self._aside,
            self._joint,
            self._phrases,
            self._pick,
            self._pronoun,
            self._quantity,
            self._reference,
            self._elided,
            self._whole_name,
            self._possessive,
            self._owner,
            self._touched,
            self._tasks,
            self._membership,
            self._tag,
            self._field,
            self._verb,
            self._worth,
            self._living,
            self._time,
            self._nothing,
            self._duration,
            self._moment,
            self._scattered,
            self._place,
            self._state,
            self._value,
            self._stage_like,
            self._noun,
            self._title,
            self._name,
            self._titled,
            self._head,
            self._label,
            self._skip,
            self._corrected,
        ]
        while self.at < self.end:
            before, said = self.at, self._said_so_far()
            if self.excepted and self.low() in bag("are is were was have has had do does"):
                self.excepting = self.turned = self.excepted = False
            if not any(way() for way in ways):
                self.set.unknown.append(self.tokens[self.at].text)
                self.at += 1
            assert self.at > before
            if self._said_so_far() != said:
                self.parts.append(Part(self._family(len(said[2])), before, self.at))
        said = self.set.says() or bool(self.set.noun)
        if self.turned and said and not self.set.unknown and not self.denied_something:
            self.set.unknown.append("not")
        return self.set

    def _said_so_far(self) -> tuple[Any, ...]:
        of = self.set
        return tuple(of.atoms), len(of.either), tuple(of.names), len(of.without), of.pick

    def _family(self, names: int) -> str:
        """Return what was just said something of: of one family, one thing replaces another."""
        if len(self.set.names) > names:
            return f"name of a {self.set.names[-1].kind}"
        atom = self.last[-1] if self.last else None
        return "" if atom is None else "stage" if atom.on == "noun" else atom.name

    # --- How what is said is put together ---------------------------------------------------------
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

    def _put_order(self, event: Event, end: int, ascending: bool) -> bool:
        on = event.path[0] if event.path[0] != "any" else "own"
        on = self.set.kind or "position" if on == "own" else on
        limit = self.set.limit or (self.set.pick.limit if self.set.pick else 1)
        self.at, self.set.pick = end, Pick(on, (event.path[1],), ascending, limit)
        return self.put(*event.holds) if event.holds else True

    # --- Ways of saying something -----------------------------------------------------------------
    def _bound(self) -> bool:
        """What was asked about and settled."""
        for size in range(min(16, self.end - self.at), 0, -1):
            said = " ".join(each.low for each in self.tokens[self.at : self.at + size])
            if said in self.scope.bound:
                chosen = self.scope.bound[said]
                for ref in chosen:
                    kind, _, pk = ref.partition(":")
                    self.set.names.append(Named(kind, said, (int(pk),)))
                self.at += size
                return True
        return False

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
            return True
        if self.starts("as", "well", "as"):
            self.at += 3
            self.join = "and"
            return True
        return False

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
        first = Phrase(self.scope, self.tokens, self.at + 1, split - 1)
        second = Phrase(self.scope, self.tokens, split + 1, self.end)
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

    def _scattered(self) -> bool:
        """The offers we have made: a stage called Offer made, its words apart."""
        if self.low() in SKIPPED | SMALL or self.join:
            return False
        whole = self.scope.words.find(self.tokens, self.at, ["stage"])
        if whole and whole[0][1].sure > 1:
            return False
        near = range(self.at, min(self.at + 6, self.end))
        here = {self.tokens[at].stem: at for at in reversed(near)}
        for term in meanings.staged(self.tokens[self.at].stem, self.scope.words):
            places = [here[each] for each in meanings.content(term) if each in here]
            if len(places) == len(meanings.content(term)):
                self.spoken |= set(places)
                self.at += 1
                return self.put(Atom("position", "stage", "=", term.ref))
        return False

    def _head(self) -> bool:
        """Engineers, of whom some are QA engineers and some others: all that are called so."""
        token = self.tokens[self.at]
        says = token.kind == "word" and len(token.low) > 3 and token.low not in SKIPPED
        terms = meanings.headed(token.stem, self.scope.words) if says else []
        if not terms:
            return False
        if not self.set.noun:
            self.set.kind, self.set.noun = terms[0].on, token.low
            self.set.plural = _is_plural(token)
        self.at += 1
        named = sorted({term.value for term in terms})
        return self.put(Atom(terms[0].on, terms[0].name, "in", named))

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

    def _phrases(self) -> bool:
        for size in (4, 3, 2, 1):
            said = tuple(each.low for each in self.tokens[self.at : min(self.at + size, self.end)])
            if said in PHRASES:
                self.at += len(said)
                if said[-2:] == ("to", "do"):
                    self.set.kind = self.set.kind or "task"
                name, op = PHRASES[said]
                return self._put_state(name, op)
        if self.low() in ("not", "never") or (self.low() == "no" and self.low(1) == "longer"):
            self.turned = True
            self.at += 1 + (self.low() == "no")
            return True
        return False

    def _put_state(self, name: str, op: str) -> bool:
        value = None
        if name == "unstarted":
            firsts: dict[int, str] = {}
            for stage in self.scope.words.stages:
                if stage.kind == "active":
                    firsts.setdefault(stage.pipeline_id, stage.ref)
            value = sorted(firsts.values())
        return self.put(Atom("state", name, op, value))

    def _pick(self) -> bool:
        found = read_pick(self)
        if found is None:
            return False
        self.at, pick, plural = found
        if self.set.limit and pick.limit == 1:
            pick = replace(pick, limit=self.set.limit)
        self.set.pick, self.set.plural = pick, self.set.plural or plural
        return True

    def _pronoun(self) -> bool:
        low, rest = self.low(), self.tokens[self.at : self.end]
        alone = len(rest) == 1
        if low == "the" and self.low(1) in lexicon.ORDINALS and self._names_place(2):
            self.set.pronoun = f"at:{lexicon.ORDINALS[self.low(1)]}"
            self.at += 2 + (self.low(2) in ("one", "ones"))
            return True
        if low in lexicon.ORDINALS and alone:
            self.set.pronoun = f"at:{lexicon.ORDINALS[low]}"
            self.at += 1
            return True
        if (
            self.starts("the", "rest")
            or self.starts("the", "others")
            or self.starts("the", "other", "ones")
        ):
            self.set.pronoun, self.set.plural = "rest", True
            self.at = self.end if len(rest) <= 3 else self.at + 2
            return True
        if low in bag("them him her it both he she they hers") and not self.set.says():
            if low == "her" and not alone:
                return False
            if low == "both" and not alone:
                return False
            self.set.pronoun = lexicon.PRONOUNS[low]
            self.set.plural = self.set.plural or low in ("them", "both", "they")
            self.at += 1
            if self.low() in ("all", "both") and self.at < self.end:
                self.at += 1
            return True
        if (
            low in ("that", "this", "these", "those")
            and (alone or self._noun_follows())
            and not self.set.says()
        ):
            self.set.pronoun = {"these": "many", "those": "many"}.get(low, "it")
            self.set.plural = low in ("these", "those")
            self.at += 1
            return True
        return False

    def _names_place(self, ahead: int) -> bool:
        """Whether `the first` is a place in a list: followed by one, or by nothing."""
        at = self.at + ahead
        return at >= self.end or self.tokens[at].low in ("one", "ones")

    def _noun_follows(self) -> bool:
        after = self.tokens[self.at + 1] if self.at + 1 < self.end else None
        return after is not None and after.stem in lexicon.NOUN_STEMS and after.low != "who"

    def _quantity(self) -> bool:
        """All, every, any of, the first three, two of."""
        low = self.low()
        if low in bag("all every each everything everyone everybody any anyone whichever"):
            self.set.all = self.set.plural = True
            self.at += 1
            if low.startswith(("everyone", "everybody", "anyone")):
                self.set.kind = self.set.kind or "contact"
                self.set.noun = low
            return True
        counted = amounts.count(self.tokens, self.at)
        if counted and counted[0] < self.end and self._counts_rows(counted[0]):
            self.at, self.set.limit = counted
            if self.set.pick:
                self.set.pick = replace(self.set.pick, limit=counted[1])
            self.set.plural = self.set.plural or self.set.limit > 1
            return True
        return False

    def _counts_rows(self, at: int) -> bool:
        """Whether a number counts records: two deals, five of them; not 3 bedrooms."""
        token = self.tokens[at]
        if token.low in bag("of oldest newest biggest largest most smallest"):
            return True
        if self.scope.words.find(self.tokens, at, ["field"]) and token.stem not in lexicon.GENERIC:
            return False
        return token.stem in lexicon.NOUN_STEMS and not self.set.limit

    def _reference(self) -> bool:
        token = self.tokens[self.at]
        if token.kind == "ref":
            kind, _, pk = token.low.partition(":")
            self.set.names.append(Named(kind, token.text, (int(pk),), labels=(token.text,)))
        elif token.kind == "email":
            members = self.scope.words.terms.get(token.low, [])
            if members:
                return self.put(self._owned(members[0].ref)) and self.step()
            named = self.scope.names.email(token.text)
            if named is None:
                return False
            self.set.names.append(named)
        elif token.kind in ("code", "number") and (token.kind == "code" or len(token.low) >= 4):
            named = self.scope.names.code(token.text) or self.scope.names.code(f"#{token.text}")
            if named is None:
                return False
            self.set.names.append(named)
        else:
            return False
        return self.step()

    def _whole_name(self) -> bool:
        """The whole name of somebody, before any word of it is taken for something else."""
        token = self.tokens[self.at]
        if token.kind not in ("word", "quote") or (
            token.kind == "word" and self.at + 1 >= self.end
        ):
            return False
        if token.kind == "word" and token.low in SKIPPED | JOINING | NEGATIONS | SMALL:
            return False
        found = self.scope.names.contact(self.tokens, self.at, self.end)
        if found and found[1].whole and (found[0] - self.at > 1 or token.kind == "quote"):
            members = self.scope.words.find(self.tokens, self.at, ["member"])
            if members and members[0][0] >= found[0]:
                return False
            return self._add_name(found)
        firm = self.scope.names.company(self.tokens, self.at, self.end)
        if firm and firm[1].whole and (firm[0] - self.at > 1 or token.kind == "quote"):
            return self._add_name(firm)
        return False

    def _add_name(self, found: tuple[int, Named]) -> bool:
        self.at = found[0]
        if self.turned:
            self.set.without.append(found[1])
            self.turned = self.excepting
        else:
            self.set.names.append(found[1])
        self.join = ""
        return True

    def _possessive(self) -> bool:
        """Tom's deals, my tasks, her card, their deals."""
        low = self.low()
        if low == "my" and self.at + 1 < self.end:
            return self.put(self._owned(self.scope.me)) and self.step()
        if low in ("their", "his", "her", "its") and self.at + 1 < self.end:
            return self._possessed(low)
        members = self.scope.words.find(self.tokens, self.at, ["member"])
        if not members:
            return False
        end = members[0][0]
        if end >= self.end or self.tokens[end].kind != "possessive":
            return False
        refs = sorted({term.ref for _, term in members})
        if self._is_of_contact(end) and self.scope.names.contact(self.tokens, self.at, self.end):
            return False
        self.at = end + 1
        return self.put(self._owned(*refs))

    def _is_of_contact(self, end: int) -> bool:
        """
        Whether what follows a possessive is one thing of a person: Tom's deal, not Tom's deals.
        """
        after = [each for each in self.tokens[end + 1 : self.end] if each.kind == "word"]
        nouns = [each for each in after if each.stem in lexicon.NOUN_STEMS or self._is_board(each)]
        return bool(nouns) and not _is_plural(nouns[0])

    def _is_board(self, token: Token) -> bool:
        return bool(self.scope.words.find([token], 0, ["pipeline"]))

    def _possessed(self, low: str) -> bool:
        """Their deals: of the colleague or the contact that was spoken of."""
        for ref in reversed(self.scope.about if not self.scope.sets else []):
            if ref.startswith("member:"):
                return self.put(self._owned(ref)) and self.step()
        for before in reversed(self.scope.sets):
            for atom in before.atoms:
                if atom.name == "owner" and atom.value:
                    return self.put(atom) and self.step()
            if before.names:
                self.set.names += before.names
                return self.step()
        self.set.pronoun = lexicon.PRONOUNS[low]
        self.set.plural = self.set.plural or low == "their"
        return self.step()

    def _state(self) -> bool:
        low = self.low()
        terms = self.scope.words.find(self.tokens, self.at, ["stage", "value", "pipeline"])
        if terms and terms[0][1].sure == 3:
            return False
        if low in OUTCOMES and not terms:
            return self.step() and self.put(Atom("position", "outcome", "=", OUTCOMES[low]))
        if low in STATES:
            self.at += 1
            return self._put_state(*STATES[low])
        if low in ("won", "lost"):
            return self.step() and self.put(Atom("position", "outcome", "=", low))
        return False

    def _noun(self) -> bool:
        """What the records are called."""
        token = self.tokens[self.at]
        if token.kind != "word":
            return False
        meaning = lexicon.noun(token.low)
        if meaning not in bag("position task company contact activity"):
            return False
        if self.join and self.set.noun and meaning != self.set.kind:
            return False
        if self.set.noun and token.stem not in lexicon.GENERIC and self.set.kind == meaning:
            self.at += 1
            return True
        if not self.set.noun or self.set.noun in ("everyone", "everybody"):
            self.set.kind, self.set.noun = meaning, token.low
        elif self.set.kind != meaning:
            self.set.kind, self.set.noun = self._compound(meaning, token.low)
        self.set.plural = self.set.plural or _is_plural(token)
        self.at += 1
        return True

    def _compound(self, meaning: str, word: str) -> tuple[str, str]:
        """Of customer deals the deals, of deals of customers the deals too."""
        before = self.tokens[self.at - 1].stem
        return (meaning, word) if before == stem(self.set.noun) else (self.set.kind, self.set.noun)

    def _title(self) -> bool:
        token = self.tokens[self.at]
        if token.kind != "quote":
            return False
        named = self.scope.names.title(token.text)
        if named is None:
            return False
        self.set.names.append(named)
        return self.step()

    def _titled(self) -> bool:
        """The whole title of a card: 69 Quay Street."""
        token = self.tokens[self.at]
        if token.kind not in ("word", "number", "code") or token.low in SKIPPED | SMALL | JOINING:
            return False
        found = self.scope.names.titled(self.tokens, self.at, self.end)
        return self._add_name(found) if found else False

    def _name(self) -> bool:
        """A part of a name: Karen, Smith, Acme."""
        token = self.tokens[self.at]
        if token.kind not in ("word", "quote", "code") or token.low in SKIPPED | SMALL:
            return False
        people = self.scope.names.contact(self.tokens, self.at, self.end)
        firms = self.scope.names.company(self.tokens, self.at, self.end)
        members = self.scope.words.find(self.tokens, self.at, ["member"])
        if members and not (people and people[0] > members[0][0]) and self._means_member(people):
            self.at = members[0][0]
            return self.put(self._owned(*sorted({term.ref for _, term in members})))
        if people and firms and firms[0] > people[0]:
            return self._add_name(firms)
        found = people or firms
        if found is None:
            found = self.scope.names.misspelt(self.tokens, self.at, self.end)
        return self._add_name(found) if found else False

    def _means_member(self, people: tuple[int, Named] | None) -> bool:
        return people is None or bool(self.set.noun and self.set.plural)

    def _label(self) -> bool:
        """Words that only name what the value before them is of: the gold plan, Demo stage."""
        low = self.low()
        if low in bag("stage column phase pipeline board funnel list queue lane status"):
            return self.step()
        terms = self.scope.words.find(self.tokens, self.at, ["field"])
        recent = {(atom.on, atom.name) for atom in self.last}
        for end, term in terms:
            if (term.on, term.name) in recent or ("any", term.name) in recent:
                self.at = end
                return True
        return False

    def _skip(self) -> bool:
        low = self.low()
        if low in WAITING and low != "been":
            return self.step()
        if low == "due" and self.low(1) == "for":
            self.at += 2
            return True
        if low in SKIPPED or low in lexicon.FILLERS or low in bag(". ? ! ; :"):
            return self.step()
        if low in bag("in on at with from of for to by") and self.at + 1 < self.end:
            return self.step()
        if self.tokens[self.at].kind == "possessive":
            return self.step()
        if low in ("called", "named") and self.at + 1 < self.end:
            return self.step()
        return False

    def _corrected(self) -> bool:
        """A misspelt word, read as the one that was meant."""
        token = self.tokens[self.at]
        if token.kind != "word" or len(token.low) < 4:
            return False
        meant = self.scope.words.correct(token.low)
        if meant is None or meant == token.low:
            return False
        tokens = list(self.tokens)
        tokens[self.at] = Token(token.text, meant, stem(meant), "word", token.start, token.end)
        self.tokens = tokens
        return any(
            way()
            for way in (
                self._place,
                self._state,
                self._value,
                self._stage_like,
                self._noun,
                self._field,
                self._time,
            )
        )


def _is_plural(token: Token) -> bool:
    return token.low in lexicon.PLURALS or (
        token.low.endswith("s") and not token.low.endswith("ss")
    )


def _listed(atom: Atom) -> list[object]:
    return list(atom.value) if isinstance(atom.value, list | tuple) else [atom.value]


def read(scope: Scope, tokens: Sequence[Token], at: int, end: int) -> Set:
    """Return what the tokens from `at` to before `end` describe."""
    return Phrase(scope, tokens, at, end).read()


def parts(scope: Scope, tokens: Sequence[Token], at: int, end: int) -> tuple[list[Part], Set]:
    """Return what of the tokens says what, and the records that they describe."""
    phrase = Phrase(scope, tokens, at, end)
    of = phrase.read()
    return phrase.parts, of
