"""
Phrases: from the words for some records to the set that they describe.

A phrase is read from left to right, each time by the first way of saying something that fits:
who is named, what the noun stands for, and whatever narrows it down. A word that nothing explains
is kept as unknown, so that no filter is ever dropped in silence.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agents.language.description.happening import WAITING, Event
from agents.language.description.joining import Part
from agents.language.description.lacking import Lacking
from agents.language.description.naming import is_plural
from agents.language.description.picking import BY, by_field, read_pick
from agents.language.organization import meanings
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Atom, Pick, Set
from agents.language.words import lexicon
from agents.language.words.fillers import (
    OUTCOMES,
    PHRASES,
    SKIPPED,
    SMALL,
    STATES,
)
from agents.language.words.tokens import Token, stem
from agents.language.words.wording import bag

# What is said before a value that is had, and small words between the two.
HAVING = bag(
    "with have has having had want wants wanted need needs like likes prefer prefers eat eats use "
    "uses take takes taking order orders choose chose chosen pick picked get on drive drives wear"
)
SMALL_JOINTS = bag("a an the or and , either both some any")


class Phrase(Lacking):
    """Reads one phrase."""

    def read(self) -> Set:
        """Read to the end."""
        ways: list[Callable[[], bool]] = [
            self._bound,
            self._spoken_for,
            self._aside,
            self._joint,
            self._lacks,
            self._phrases,
            self._pick,
            self._ordered,
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
            self._valued,
            self._name,
            self._titled,
            self._head,
            self._label,
            self._skip,
            self._corrected,
        ]
        while self.at < self.end:
            before, so_far = self.at, self._said_so_far()
            if self.excepted and self.low() in bag("are is were was have has had do does"):
                self.excepting = self.turned = self.excepted = False
            if not any(way() for way in ways):
                self.set.unknown.append(self.tokens[self.at].text)
                self.at += 1
            assert self.at > before
            if self._said_so_far() != so_far:
                self.parts.append(Part(self._family(so_far), before, self.at))
        said = self.set.says() or bool(self.set.noun)
        if self.turned and said and not self.set.unknown and not self.denied_something:
            self.set.unknown.append("not")
        return self.set

    def _said_so_far(self) -> tuple[Any, ...]:
        of = self.set
        return tuple(of.atoms), len(of.either), tuple(of.names), len(of.without), of.pick

    def _family(self, before: tuple[Any, ...]) -> str:
        """Return what was just said something of: of one family, one thing replaces another."""
        names, pick = before[2], before[4]
        if len(self.set.names) > len(names):
            return f"name of a {self.set.names[-1].kind}"
        if self.set.pick != pick and self.set.pick is not None:
            same = pick is not None and pick.limit == self.set.pick.limit
            return "order" if same else "pick"
        atom = self.last[-1] if self.last else None
        return "" if atom is None else "stage" if atom.on == "noun" else atom.name

    # --- How what is said is put together ---------------------------------------------------------

    def _put_order(self, event: Event, end: int, ascending: bool) -> bool:
        on = event.path[0] if event.path[0] != "any" else "own"
        on = self.set.kind or "position" if on == "own" else on
        limit = self.set.limit or (self.set.pick.limit if self.set.pick else 1)
        self.at, self.set.pick = end, Pick(on, (event.path[1],), ascending, limit)
        return self.put(*event.holds) if event.holds else True

    # --- Ways of saying something -----------------------------------------------------------------

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
        board = self.scope.words.find(self.tokens, self.at, ["pipeline"])
        whose = lexicon.noun(self.low(1)) in ("position", "contact")
        if board and token.low in board[0][1].words and whose:
            self.at += 1  # engineering applications: on the board Engineering hiring
            return self.put(Atom("position", "pipeline", "=", board[0][1].ref))
        terms = meanings.headed(token.stem, self.scope.words) if says else []
        if not terms:
            return False
        if not self.set.noun:
            self.set.kind, self.set.noun = terms[0].on, token.low
            self.set.plural = is_plural(token)
        self.at += 1
        named = sorted({term.value for term in terms})
        return self.put(Atom(terms[0].on, terms[0].name, "in", named))

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

    def _ordered(self) -> bool:
        """Top three by premium: the field that tells who they are."""
        by = next((said for said in BY if self.starts(*said)), None)
        if by is None or self.set.pick is None:
            return False
        told = by_field(self, self.at + len(by))
        if told is None:
            return False
        self.at, on, names = told
        on = (self.set.kind or "position") if on == "own" else on
        self.set.pick = replace(self.set.pick, on=on, names=names)
        return True

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
        self.set.plural = self.set.plural or is_plural(token)
        self.at += 1
        return True

    def _compound(self, meaning: str, word: str) -> tuple[str, str]:
        """Of customer deals the deals, of deals of customers the deals too."""
        before = self.tokens[self.at - 1].stem
        return (meaning, word) if before == stem(self.set.noun) else (self.set.kind, self.set.noun)

    def _valued(self) -> bool:
        """Want vegan food, with V90 turbines: what is had of a value, in a word of their own."""
        token, last = self.tokens[self.at], self.parts[-1] if self.parts else None
        if token.kind != "word" or token.is_capital or last is None or last.end != self.at:
            return False
        held = self.last[-1] if self.last else None
        if held is None or held.on not in ("contact", "company", "position") or last.family in (
            "stage", "pipeline", "owner", "outcome", "",
        ):  # fmt: skip
            return False
        start = last.at
        while start and self.tokens[start].low not in HAVING:
            behind = self.tokens[start - 1]
            if behind.low not in HAVING | SMALL_JOINTS and not self._is_valued(start - 1):
                return False
            start -= 1
        begins = self.tokens[start].low in HAVING
        own = self.scope.words.find(self.tokens, self.at, ["stage", "pipeline", "value", "tag"])
        if not begins or own or not self._ends(self.at + 1):
            return False
        return self.step()

    def _is_valued(self, at: int) -> bool:
        return any(part.at <= at < part.end and part.family for part in self.parts)

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


def read(scope: Scope, tokens: Sequence[Token], at: int, end: int) -> Set:
    """Return what the tokens from `at` to before `end` describe."""
    return Phrase(scope, tokens, at, end).read()


def parts(scope: Scope, tokens: Sequence[Token], at: int, end: int) -> tuple[list[Part], Set]:
    """Return what of the tokens says what, and the records that they describe."""
    phrase = Phrase(scope, tokens, at, end)
    of = phrase.read()
    return phrase.parts, of
