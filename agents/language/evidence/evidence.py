"""
Evidence: one unit of a message, with what is linked in it, and how its parts bear on each other.

A unit says of some records what is to become of them. What becomes of them is an argument (a
stage, a colleague, a value …) that stands where something is said to come to be; whom it is about
is named, or described, or was spoken of. Beside a record that is named, other words are harmless;
within the description of a set none may be left over, for it might narrow it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from agents.language.description import phrases
from agents.language.evidence.units import Unit
from agents.language.frames import Frame, Impossible
from agents.language.organization.mentions import RECORDS, Mention, Mentions
from agents.language.organization.names import Named
from agents.language.organization.sets import Atom, Set
from agents.language.words import lexicon, senses
from agents.language.words.tokens import Token
from agents.language.words.wording import bag

QUANTIFIERS = bag(
    "all every each everyone everybody everything any anyone anybody anything whoever whatever"
    " whichever both"
)
HIM = bag("he him his she her hers")
IT = bag("it its this that")
THEM = bag("they them their those these both")


@dataclass
class Message:
    """
    What was said, unit by unit.

    :param focus: whom or what the message has named so far
    :param read: units that an operation has explained
    :param supposed: it is what is left of a condition that holds, which is about `focus`
    :param condition: what the condition mentions
    :param problem: why something that was told could not be
    :param spared: who is not meant by what is described; None where that was not understood
    """

    frame: Frame
    mentions: Mentions
    units: list[Unit]
    focus: Set | None = None
    read: set[int] = field(default_factory=set)
    spared: list[Named] | None = field(default_factory=list)
    supposed: bool = False
    condition: Mentions = field(default_factory=Mentions)
    problem: Impossible | None = None

    @property
    def tokens(self) -> list[Token]:
        return self.frame.tokens

    def unread(self) -> Iterator[tuple[int, Unit]]:
        return ((n, unit) for n, unit in enumerate(self.units) if n not in self.read)


@dataclass
class Said:
    """One unit of a message; `taken` are the places that the argument at hand explains."""

    message: Message
    unit: Unit
    taken: set[int] = field(default_factory=set)

    @property
    def at(self) -> int:
        return self.unit.at

    @property
    def end(self) -> int:
        return self.unit.end

    @property
    def frame(self) -> Frame:
        return self.message.frame

    # --- Words ------------------------------------------------------------------------------------
    def low(self, at: int) -> str:
        return self.message.tokens[at].low if self.at <= at < self.end else ""

    def places(self, at: int | None = None, end: int | None = None) -> range:
        return range(self.at if at is None else at, self.end if end is None else end)

    def cue(self, sense: str, at: int | None = None, end: int | None = None) -> int | None:
        """Return where something points to a sense; words within names and quotes do not."""
        stems = senses.CUES[sense]
        for i in self.places(at, end):
            token = self.message.tokens[i]
            if token.kind == "word" and token.stem in stems and not self._within_name(i):
                return i
        return None

    def has(self, *words: str) -> bool:
        return any(self.low(i) in words for i in self.places())

    def says(self, phrase: str) -> bool:
        said = " ".join(self.low(i) for i in self.places())
        return f" {phrase} " in f" {said} "

    def _within_name(self, at: int) -> bool:
        held = self.message.mentions.covering(at, "contact", "company", "position")
        return held is not None and (held.end - held.at > 1 or self.message.tokens[at].is_capital)

    def negated(self, at: int) -> bool:
        """Whether what stands at a place is denied: not, no longer before it, any more after."""
        before = [self.low(i) for i in range(max(self.at, at - 4), at)]
        return bool(set(before) & senses.NEGATORS) or self.no_longer

    @property
    def no_longer(self) -> bool:
        said = [self.low(i) for i in self.places()]
        more = any(pair in (("any", "more"), ("any", "longer")) for pair in pairwise(said))
        return "anymore" in said or more or ("no" in said and bool({"longer", "more"} & set(said)))

    def first(self) -> int:
        """Return where a unit begins, politeness aside: please could you move."""
        at, changed = self.at, True
        while changed and at < self.end - 1:
            changed = False
            for words in sorted(lexicon.POLITE, key=len, reverse=True):
                if tuple(self.low(i) for i in range(at, at + len(words))) == words:
                    at, changed = at + len(words), True
                    break
            if self.message.tokens[at].kind == "mark" or self.low(at) in lexicon.FILLERS:
                at, changed = at + 1, True
        return min(at, self.end - 1)

    @property
    def verb(self) -> str:
        """What the verb that begins a unit asks for, "" where none does."""
        at = self.first()
        pair = (self.low(at), self.low(at + 1))
        return lexicon.PARTICLES.get(pair) or lexicon.VERBS.get(pair[0], "")

    # --- Mentions ---------------------------------------------------------------------------------
    def of(self, *kinds: str) -> list[Mention]:
        return self.message.mentions.of(*kinds, at=self.at, end=self.end)

    def before(self, at: int) -> tuple[int, str]:
        """Return the word before a place that bears on it, adverbs and articles aside."""
        i = at - 1
        while i >= self.at and (
            self.low(i) in senses.ADVERBS or self.message.tokens[i].kind == "mark"
        ):
            i -= 1
        return i, self.low(i)

    def is_last(self, end: int) -> bool:
        """Whether nothing follows that says more."""
        return all(
            self.low(i) in senses.TRAILING | lexicon.FILLERS
            or self.message.tokens[i].kind == "mark"
            or i in self.taken
            or self.message.mentions.covering(i, "day") is not None
            or self._is_tail(i)
            for i in range(end, self.end)
        )

    def _is_tail(self, at: int) -> bool:
        return " ".join(self.low(i) for i in range(at, self.end)).strip(" .!?") in (
            "would you", "will you", "could you", "can you", "to be", "on in", "if you can",
        )  # fmt: skip

    # --- Whom it is about -------------------------------------------------------------------------
    def subject(self, taken: Iterable[int], kind: str) -> Set | None:
        """
        Return whom or what a unit is about, the places of its argument aside; None if nothing.

        :param kind: of record, that the operation is for
        """
        self.taken = set(taken)
        many = self._describes_many()
        named = self.named(kind)
        if many is not None and (named is None or many < self._first_name()):
            described = self.described(kind)
            return described if described or self._points_back(many) is None else self.spoken_of()
        if named is not None:
            return named
        if many is None and self._is_of_who_is_named_before():
            return self.spoken_of()
        return self.described(kind) or self.spoken_of()

    def _is_of_who_is_named_before(self) -> bool:
        """Whether a unit says something of whoever stands before a colon: Karen's deal: …."""
        focus = self.message.focus
        return bool(focus and focus.names) and self.message.tokens[self.at - 1].low == ":"

    def _first_name(self) -> int:
        return min((m.at for m in self._records()), default=self.end)

    def _records(self) -> list[Mention]:
        """Return who and what is named, the argument aside; Tom's deals are a colleague's."""
        found = [m for m in self.of(*RECORDS) if not self.taken & set(m.places)]
        return [m for m in found if not self._is_colleague(m)]

    def _is_colleague(self, mention: Mention) -> bool:
        """Whether part of a contact's name is rather a colleague, who has several of something."""
        if mention.kind != "contact" or mention.means[0].whole:
            return False
        member = self.message.mentions.starting(mention.at, "member")
        many = self._describes_many()
        owns = self.message.tokens[min(mention.end, self.end - 1)].kind == "possessive"
        return member is not None and member.end >= mention.end and owns and many is not None

    def _points_back(self, at: int) -> int | None:
        """Return a place where many are spoken of by no more than a pronoun: them all."""
        return next((i for i in self.places() if self.low(i) in THEM | HIM | IT), None)

    def named(self, kind: str) -> Set | None:
        """Return the records that are named: the first, and those joined to it."""
        found = [m for m in self._records() if m.kind != "task" or kind == "task"]
        first = next((m for m in found if m.kind == "position"), None) or next(
            (m for m in found if m.kind == "contact"), found[0] if found else None
        )
        if first is None:
            return None
        chosen = [first]
        for each in found[found.index(first) + 1 :]:
            if each.kind == first.kind and self._joined(chosen[-1].end, each.at):
                chosen.append(each)
        of = Set(
            names=[each for m in chosen for each in m.means],
            text=self._text(chosen[0].at, chosen[-1].end),
        )
        of.plural = len(of.names) > 1
        of.all = any(self.low(i) == "both" for i in range(max(self.at, first.at - 2), first.at))
        if first.kind == "contact":
            firms = [m for m in found if m.kind == "company" and self._narrows(first, m)]
            of.ref_ids = {"company": list(firms[0].means[0].ids)} if firms else {}
        if first.kind == "position":
            whose = [m for m in found if m.kind == "contact" and self.low(m.end) == "'s"]
            if len(first.means[0].ids) > 1 and whose:
                of.ref_ids = {"contact": list(whose[0].means[0].ids)}
        if self._speaks_of_card(taken_by=chosen):
            of.kind = of.noun = "position"
        return of

    def _narrows(self, person: Mention, firm: Mention) -> bool:
        return firm.at == person.end + 1 and self.low(person.end) in bag("at from of (")

    def _joined(self, end: int, at: int) -> bool:
        return 0 < at - end <= 2 and all(self.low(i) in bag("and , & plus") for i in range(end, at))

    def _speaks_of_card(self, taken_by: Sequence[Mention]) -> bool:
        own = {i for m in taken_by for i in m.places} | self.taken
        for i in self.places():
            if i in own or self.message.tokens[i].kind != "word":
                continue
            if i == self.at and self.low(i) in lexicon.VERBS:
                continue
            if lexicon.noun(self.low(i)) == "position":
                return True
            board = self.message.mentions.starting(i, "pipeline")
            if board is not None and not self.message.mentions.covering(i, "field", "stage"):
                return True
        return False

    def _describes_many(self) -> int | None:
        """Return where more than one record begins to be described."""
        for i in self.places():
            token = self.message.tokens[i]
            if i in self.taken or token.kind != "word" or self._within_name(i):
                continue
            if token.low in QUANTIFIERS and not (token.low == "any" and self.no_longer):
                return i
            if self._is_plural_noun(i):
                return i
        return None

    def _is_plural_noun(self, at: int) -> bool:
        """Whether a word names records, more than one: deals, renewals, viewings."""
        token = self.message.tokens[at]
        if not token.low.endswith("s") or (token.is_capital and at > self.at):
            return False
        if self.low(at - 1) in ("a", "an") or self.low(at + 1) == "'s":
            return False
        noun = lexicon.noun(token.low) in bag("position contact company task")
        held = self.message.mentions.covering(at, "stage", "pipeline")
        named = held is not None and held.end == at + 1 and held.means[0].words[-1] != token.low
        called = held is not None and held.end == at + 1 and held.kind == "pipeline"
        kind = self.message.mentions.starting(at, "value")
        typed = kind is not None and kind.end == at + 1 and _is_many_of_a_kind(kind, token)
        return noun or named or called or typed

    def described(self, kind: str) -> Set | None:
        """Return the set that what is left of the unit describes, if nothing of it is left over."""
        best: Set | None = None
        tokens = self._with_colleagues()
        for at, end in self._segments():
            of = phrases.read(self.frame.scope, tokens, at, end)
            if of.unknown or of.is_empty or of.pronoun:
                if of.pronoun == "many" and of.atoms and not of.unknown and best is None:
                    best = of  # those of them who …
                    continue
                if self._light(at, end) or (of.pronoun and not of.unknown):
                    continue
                return None
            if best is not None and not self._light(at, end):
                return None
            best = best or of
        if best is None:
            return None
        if self._quantified():
            best.plural = best.all = True
        elif self._describes_many() is not None:
            best.plural = True
        elif all(atom.name == "pipeline" for atom in best.every_atom()) and not best.pick:
            return None  # the ticket: the one that is spoken of
        elif self._is_definite(best):
            return None
        if not best.says() and not (best.all and best.noun):
            return None
        if not (best.noun or best.all or best.pick or self._quantified()):
            return None
        if not best.noun and any(atom.name == "overdue" for atom in best.atoms):
            best.kind = best.noun = "task"
        if self.message.spared is None:
            return None
        best.without += self.message.spared
        return best

    def tells_which(self, mention: Mention) -> bool:
        """Whether a field only tells which of many are meant: cards whose close date has passed."""
        many, at = self._describes_many(), mention.at - 1
        while self.low(at) in bag("a an the any no their expected"):
            at -= 1
        whose = self.low(at) in bag("whose with without having who that which")
        return whose and many is not None and many < mention.at

    def _is_definite(self, of: Set) -> bool:
        """Whether one card is meant of whom the message has named: the insurance card."""
        focus = self.message.focus
        one = not of.noun.endswith("s") and of.kind in ("", "position") and not of.pick
        return bool(one and focus is not None and focus.names and not focus.plural)

    def _with_colleagues(self) -> list[Token]:
        """Return the tokens, where she has is said of a colleague who was named before."""
        named = self.message.mentions.of("member", end=self.at)
        told = self.message.mentions.of("contact", end=self.at)
        if not named or told:
            return self.message.tokens
        name = self.message.tokens[named[-1].at]
        return [
            name
            if token.low in ("he", "she") and self.low(i + 1) in bag("has is was handles owns")
            else token
            for i, token in enumerate(self.message.tokens)
        ]

    def _quantified(self) -> bool:
        return any(self.low(i) in QUANTIFIERS for i in self.places() if i not in self.taken)

    def is_spared(self, mention: Mention) -> bool:
        """Whether somebody is named who is not meant: all of them except her."""
        before = tuple(self.low(i) for i in range(mention.at - 2, mention.at))
        return before[1] in bag("except excluding but") or before in (
            ("except", "for"), ("apart", "from"), ("other", "than"), ("but", "not"),
            ("aside", "from"),
        )  # fmt: skip

    def introduced(self) -> Set | None:
        """Return the set that a unit begins by describing, and then only tells something of."""
        at, end = self._bare(self.at, self.end)
        for stop in range(end, at, -1):
            ends = (
                stop == end or self.low(stop) in FINITE or self.message.tokens[stop].kind == "mark"
            )
            if not ends or self.low(stop - 1) in bag("who that which whose and or"):
                continue
            of = phrases.read(self.frame.scope, self.message.tokens, at, stop)
            said = of.plural or of.all or of.noun or self._quantified()
            said = said or of.pick is not None
            if not of.unknown and (of.pick or not of.pronoun) and of.says() and said:
                of.plural = of.plural or self._quantified()
                if not of.noun and any(atom.name == "overdue" for atom in of.atoms):
                    of.kind = of.noun = "task"
                if self.low(at + 1) == "i" and not any(a.name == "owner" for a in of.atoms):
                    of.atoms.append(Atom("any", "owner", "=", self.frame.scope.me))
                return of
        return None

    def _segments(self) -> list[tuple[int, int]]:
        """Return what is left of the unit where its argument is taken out: runs of words."""
        found: list[tuple[int, int]] = []
        i = self.at
        while i < self.end:
            if i in self.taken:
                i += 1
                continue
            stop = i
            while stop < self.end and stop not in self.taken:
                stop += 1
            at, end = self._bare(i, stop)
            if at < end:
                found.append((at, end))
            i = stop
        return found

    def _bare(self, at: int, end: int) -> tuple[int, int]:
        """Take what only leads over off a run of words."""
        words = (
            senses.MODALS
            | senses.BECOMING
            | lexicon.FILLERS
            | bag("please can could you we i to and so , : ( ) . ? ! - of from that 's")
        )
        while at < end and (self.low(at) in words or self._leads(at, end)):
            at += 1
        while end > at and (self.low(end - 1) in words or self.low(end - 1) in LAST):
            end -= 1
        return at, end

    def _leads(self, at: int, end: int) -> bool:
        """Whether a verb begins the unit here: move, tag, give."""
        return at <= self.first() and self.low(at) in lexicon.VERBS and at + 1 <= end

    def _light(self, at: int, end: int) -> bool:
        return all(
            self.low(i) in senses.PLAIN
            or self.low(i) in lexicon.VERBS
            or self.message.tokens[i].kind in ("mark", "possessive")
            for i in range(at, end)
        )

    def spoken_of(self) -> Set | None:
        """Return what a pronoun stands for, or what was spoken of where nothing is named."""
        pronoun, text = self._pronoun()
        focus = self.message.focus
        cards = [ref for ref in self.frame.plan.about if ref.startswith(("position:", "$"))]
        if pronoun in ("it", "") and cards:
            many = not pronoun and len(cards) > 1
            return Set(pronoun="many" if many else "it", plural=many, text=text)
        alone = focus is not None and not (focus.plural or focus.all)
        theirs = text in ("they", "their") and focus is not None and len(focus.names) == 1
        if focus is not None and (pronoun != "many" or not alone or theirs):
            of = replace(focus)
            if self._speaks_of_card(()) and not of.kind:
                of.kind = of.noun = "position"
            return of
        scope = self.frame.scope
        if not (scope.page or scope.about or self.frame.plan.about or scope.sets):
            return None
        return Set(pronoun=pronoun or "it", plural=pronoun == "many", text=text)

    def _pronoun(self) -> tuple[str, str]:
        for i in self.places():
            low = self.low(i)
            if i in self.taken or (low in IT and i + 1 < self.end and low == "that" and i == 0):
                continue
            if (place := self._place_in_list(i)) is not None:
                return place, low
            if low in HIM:
                return "one", low
            if low == "one" and self.low(i - 1) in ("the", "that", "this"):
                return "it", "one"
            if low in THEM and not (low == "both" and lexicon.noun(self.low(i + 1))):
                return "many", low
            if low in ("it", "its") or (
                low in ("this", "that") and self.low(i + 1) in bag("one , . !")
            ):
                return "it", low
        return "", "it"

    def _place_in_list(self, at: int) -> str | None:
        """Return which of those spoken of is meant: the first one, the other one."""
        low = self.low(at)
        alone = low == "other" and self.low(at + 1) in bag("to in into goes is should") | {""}
        if self.low(at - 1) != "the" or not (self.low(at + 1) == "one" or alone):
            return None
        return (
            "rest"
            if low == "other"
            else f"at:{lexicon.ORDINALS[low]}"
            if low in lexicon.ORDINALS
            else None
        )

    def _text(self, at: int, end: int) -> str:
        return self.frame.text(at, end)

    def hint(self, taken: Iterable[int]) -> None:
        """Let the words beside tell which card of somebody is meant."""
        own = set(taken)
        stems = {
            each.stem
            for i, each in enumerate(self.message.tokens)
            if i not in own and each.kind in ("word", "number") and each.low not in HARMLESS
        }
        self.frame.hints = frozenset(stems)


def _is_many_of_a_kind(value: Mention, token: Token) -> bool:
    """Whether a value of what people are is said of several: hotels, where each is a hotel."""
    return any(t.name in ("subtype", "job_title") and t.words[-1] != token.low for t in value.means)


FINITE = bag(
    "is are was were has have had will would can could should may must do does did gets get goes go"
    " deserve deserves need needs want wants said says came come went"
)
LAST = bag("in on with instead too again already either now")
HARMLESS = bag("the a an of in on at to for is are be has it his her and so")
