"""Whom no card is of: clients without an open claim, who have never had a loan, with no deal."""

from agents.language.description.joining import Joining
from agents.language.organization.sets import Atom, Set
from agents.language.words import lexicon
from agents.language.words.fillers import JOINING, STATES
from agents.language.words.wording import bag

LEAD = bag("that who which with have has had having do does did currently still got")
DENIAL = bag("no without never not lacking")
AMONG = bag("a an any single ever had have got the one of our")
# What cards are called anywhere; a house or a contract may be something else.
CARDS = bag(
    "deal deals card cards opportunity opportunities ticket tickets case cases application "
    "applications matter matters"
)
STOPS = JOINING | bag("but who that which whose with . ? ! ; :")


class Lacking(Joining):
    """What is said of the cards that people have not."""

    def _lacks(self) -> bool:
        """Without an open claim: a description of cards, none of which they have."""
        start = self._denied_cards() if self.set.kind in ("contact", "company") else None
        if start is None:
            return False
        end = start
        while end < self.end and self.tokens[end].low not in STOPS:
            end += 1
        cards = type(self)(self.scope, self.tokens, start, end).read() if end > start else Set()
        if not self._are_cards(cards, start, end):
            return False
        self.at, self.turned = end, False
        return self.put(Atom("contact", "cards", "!=", tuple(cards.atoms)))

    def _denied_cards(self) -> int | None:
        """Return where what is denied begins."""
        at, denied = self.at, self.turned
        while at < self.end and self.tokens[at].low in LEAD | DENIAL | AMONG:
            if self.tokens[at].low in AMONG - LEAD and not denied:
                return None
            denied = denied or self.tokens[at].low in DENIAL
            at += 1
        return at if denied and at > self.at else None

    def _are_cards(self, of: Set, at: int, end: int) -> bool:
        """Whether a description is of cards alone, and its noun names no stage, field or value."""
        plain = not (of.unknown or of.names or of.without or of.either or of.pick or of.limit)
        if not plain or of.kind != "position" or of.pronoun:
            return False
        if any(atom.on not in ("position", "state") for atom in of.atoms):
            return False
        if any(atom.name == "pipeline" for atom in of.atoms):
            return True
        said = [at for at in range(at, end) if self.tokens[at].low not in STATES]
        nouns = [at for at in said if lexicon.noun(self.tokens[at].low) == "position"]
        own = ["stage", "field", "value", "tag"]
        return all(self.tokens[each].low in CARDS for each in nouns) and not any(
            self.scope.words.find(self.tokens, each, own) for each in nouns
        )
