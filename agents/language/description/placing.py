"""Where records stand, and what they are called by: in Demo, from Berlin, gold, qualified leads."""

from typing import Any

from agents.language.description.owning import Owning
from agents.language.organization.sets import Atom
from agents.language.organization.vocabulary import Term
from agents.language.words import lexicon
from agents.language.words.tokens import Token
from agents.language.words.wording import bag, sayings
from crm.models import Company

VAGUE = bag("high low medium normal none critical no yes other")
BOARD = bag("pipeline board funnel process workflow")
STEP = bag("stage column phase step lane status")
LIVING = {
    (verb, "in") for verb in ("lives", "live", "living", "based", "located", "resides", "residing")
}


class Placing(Owning):
    """What is said of places and kinds."""

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
        sure = self._board_named(at)
        found = sure or self.scope.words.find(
            self.tokens, at, ["stage", "pipeline", "value", "tag"]
        )
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
            if sure or term.sure > 1 or self._stage_word(end) or low in ("stage", "in")
        ]
        return self._put_place([term for _, term in found], found[0][0], low) if found else False

    def _board_named(self, at: int) -> list[tuple[int, Term]]:
        """The design process: what stands before such a word is a pipeline, or a stage of one."""
        if self.low() in bag("for in on within") and (exact := self._exactly(at)):
            return exact
        for kind, nouns in (("pipeline", BOARD), ("stage", STEP)):
            found = self.scope.words.find(self.tokens, at, [kind])
            if found and found[0][0] < self.end and self.tokens[found[0][0]].low in nouns:
                return found
        return []

    def _exactly(self, at: int) -> list[tuple[int, Term]]:
        """For design: a word of a pipeline's name as written, where values only resemble it."""
        found = self.scope.words.find(self.tokens, at, ["pipeline"])
        values = self.scope.words.find(self.tokens, at, ["value", "tag", "stage"])
        word = self.tokens[at].low
        if not found or found[0][0] > at + 1 or any(word in term.words for _, term in values):
            return []
        return [each for each in found if word in each[1].words]

    def _names_it(self, at: int) -> bool:
        found = self.scope.words.find(self.tokens, at, ["stage", "pipeline"])
        return bool(found) and found[0][0] > at + 1

    def _add_firm(self, named: Any) -> bool:
        (self.set.without if self.turned else self.set.names).append(named)
        self.turned = False
        return True

    def _stage_word(self, at: int) -> bool:
        return at < self.end and self.tokens[at].low in bag(
            "stage column phase pipeline board funnel lane step process workflow"
        )

    def _put_place(self, terms: list[Term], end: int, low: str) -> bool:
        kinds = {term.kind for term in terms}
        follows = self.tokens[end].low if end < self.end else ""
        stage_next = follows in bag("stage column phase step lane")
        board_next = follows in BOARD
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
        if (
            token.stem in lexicon.NOUN_STEMS
            and not self.join
            and any(atom.name == "stage" for atom in self.set.atoms)
        ):
            return False
        if token.low in VAGUE and end == self.at + 1 and not self._field_follows(found):
            same = [each for each in found if self._is_of_last(each[1])]
            return self._put_value([term for _, term in same], end) if same else False
        if (
            token.stem in lexicon.NOUN_STEMS
            and found[0][1].sure < 3
            and not self._field_follows(found)
            and not (self.join and self._is_of_last(found[0][1]))
            and not self._stands_for(token, found[0][1])
        ):
            return False
        if low in ("in", "on", "at", "no"):
            return False
        return self._put_value([term for _, term in found], end)

    def _stands_for(self, token: Token, term: Term) -> bool:
        """Whether a noun is a type of people where no such records are kept: firms that give."""
        typed = term.name == "subtype" or term.name.startswith("custom.")
        if lexicon.noun(token.low) != "company" or not typed:
            return False
        return not Company.objects.visible_to(self.scope.by).exists()

    def _is_of_last(self, term: Term) -> bool:
        """Whether a value is of the field that was spoken of last: urgent or high."""
        near = self.last if self.join else self.beside
        return any((atom.on, atom.name) == (term.on, term.name) for atom in near)

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

    def _subtypes(self, end: int) -> list[Term]:
        """Return the types of people that the last word before a place names."""
        found = self.scope.words.find(self.tokens, end - 1, ["value"])
        return [term for _, term in found if term.name == "subtype"]

    def _is_called(self, term: Term) -> bool:
        """
        Whether a noun is a stage's own name and does not only share its stem: not contacts,
        Contacted.
        """
        token, before = self.tokens[self.at], self.tokens[self.at - 1].low if self.at else ""
        if before in bag("we i they you us been was were be got get"):
            return True  # a verb: did we hire
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
            and not self.join
            and any(atom.name in ("stage",) for atom in self.set.atoms)
        ):
            return False
        if self.set.kind == "contact" and self.set.noun and (own := self._subtypes(end)):
            return self._put_value(own, end)
        boards = sorted({term.ref for term in terms if term.kind == "pipeline"})
        if boards and not (end < self.end and self.tokens[end].low in ("stage", "column")):
            self.at = end + (end < self.end and self.tokens[end].low in BOARD)
            if not self.set.noun:
                self.set.kind, self.set.noun = "position", token.low
                called = max(term.words[-1] for term in terms if term.kind == "pipeline")
                self.set.plural = not (called.endswith("s") and not token.low.endswith("s"))
            return self.put(_among("position", "pipeline", boards))
        stages = self.scope.stage_terms(terms, self._board())
        self.at = end + (end < self.end and self.tokens[end].low in ("stage", "column", "phase"))
        values = self._subtypes(end)
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
