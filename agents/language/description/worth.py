"""What amounts are of: worth more than 10k, over $80k, more than 50 seats, high-value."""

from agents.language.description.holding import Holding, scaled
from agents.language.organization.sets import Atom
from agents.language.organization.vocabulary import Term
from agents.language.words import amounts, lexicon
from agents.language.words.tokens import Token
from agents.language.words.wording import bag
from approvals.defaults import BIG_DEAL

PERIODS = bag("year month week quarter day hour")
# What goes on after an amount that has no unit.
FOLLOWING = bag(
    "expected due closing created added opened won lost from since for with of to by not still"
)
WORTH = bag(
    """
    worth valued priced costing at with of for have has having a value who that which are is an
    need about money cost costs gave given donated paid spent contributed
    """
)


class Worth(Holding):
    """What is said of amounts."""

    def _worth(self) -> bool:
        """Worth over 10k, over $80k, more than 50 seats, 3 bedrooms."""
        start, at = self.at, self.at
        worth = False
        while at < self.end and self.tokens[at].low in WORTH and not self._compare_words(at):
            worth = worth or self.tokens[at].low in bag(
                "worth valued priced costing value cost costs"
            )
            at += 1
        if (large := self._large()) > 0:
            self.at += large
            return self.put(Atom("position", "value_cents", ">=", BIG_DEAL * 100))
        found = self._compare_amount(at)
        if found is None:
            return False
        end, compared = found
        money = any(
            each.kind == "amount"
            or each.low in amounts.CURRENCIES
            or each.low in amounts.TIMES
            or _shortened(each)
            for each in self.tokens[at:end]
        )
        after = end + (end < self.end and self.tokens[end].low in ("of", "in", "a", "as"))
        if self.low(after - self.at) in PERIODS and after > end:
            return (worth or money) and self._put_amounts(self._worth_field(), compared, after + 1)
        if counted := self._counted(after, end):
            return self._put_amounts(counted[1], compared, counted[0])
        if not (worth or money or self._of_cards(at, end)):
            self.at = start
            return False
        return self._put_amounts(self._worth_field(), compared, end)

    def _counted(self, after: int, end: int) -> tuple[int, Term] | None:
        """Return where the field ends that a number is of, and which it is: 50 seats."""
        for place in (after, end):
            for stop, term in self._fields(place) if place < self.end else ():
                if term.type in ("number", "money"):
                    return stop, term
        return None

    def _large(self) -> int:
        """Return how many words say that cards are worth much: high-value, big, where cards are."""
        if self.starts("high", "value") or self.starts("big", "ticket"):
            return 2
        follows = self.tokens[self.at + 1] if self.at + 1 < self.end else None
        card = follows is not None and (
            lexicon.noun(follows.low) == "position" or follows.low in bag("leads prospects")
        )
        return int(self.low() in bag("big large sizeable hefty") and card)

    def _of_cards(self, at: int, end: int) -> bool:
        """Whether a number without a unit is what cards are worth: claims over 15,000."""
        on_cards = self.set.kind == "position" or any(
            atom.name in ("stage", "pipeline") for atom in self.set.atoms
        )
        compared = self._compare_words(at) is not None or self.tokens[at].low == "between"
        more = self.tokens[end].low if end < self.end else ""
        return on_cards and compared and (self._ends(end) or more in FOLLOWING)

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
        if len(compared) == 1 and compared[0][0] == "=" and (more := self._suffix(end)):
            end, compared = more[0], [(more[1], compared[0][1])]
        self.at = self._rest_of_label(term, end)
        return self.put(
            *(Atom(term.on, term.name, op, scaled(value, scale)) for op, value in compared)
        )


def _shortened(token: Token) -> bool:
    return token.kind == "number" and token.low[-1:] in ("k", "m")
