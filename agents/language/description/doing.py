"""What records do or have, as fields keep it: earns less than 80k, takes the bus, has no pets."""

from agents.language.description.happening import Event
from agents.language.description.worth import PERIODS, Worth
from agents.language.organization import meanings
from agents.language.words.wording import bag

DOING = bag("who that which do does did have has had we to want wants can could would will")


class Doing(Worth):
    """What verbs say of fields."""

    def _verb(self) -> bool:
        """What a verb says of a field: earns less than 80k, pays over 500, gave at some point."""
        at, denied = self._skip_words(self.at, DOING)
        terms = meanings.fields_of(self.tokens[at].low, self.scope.words) if at < self.end else []
        if not terms:
            return False
        end = at + 1
        while end < self.end and self.tokens[end].low in bag(
            "for in up out us to at a an the on from from within through via by around"
        ):
            if self._compare_amount(end) or self._bounds(end, past=True):
                break
            end += 1
        counted = [term for term in terms if term.type in ("number", "money")]
        for term in sorted(counted, key=lambda each: each.on != (self.set.kind or "contact")):
            if self._number(term, end, denied, True):
                self.at += (self.low() in ("a", "per", "each")) * 2 if self.low(1) in PERIODS else 0
                return True
        for term in terms:
            if term.type == "text" and self._text(term, end, denied or self.turned, False):
                return True
        for stop, term in self._fields(end) if end < self.end else ():
            if any((term.on, term.name) == (each.on, each.name) for each in terms):
                return self._put_presence(term, stop, denied=denied)
        dated = [term for term in terms if term.type == "date"]
        if dated:
            self.event = Event((dated[0].on, dated[0].name))
            happened = self._own_event(at)
            if happened and self._bounds(happened[0], past=True):
                return False
        if not self._closes(at + 1) or not (counted or dated):
            return False
        self.turned = False
        return self._put_presence((counted or dated)[0], at + 1, denied=denied)

    def _closes(self, at: int) -> bool:
        """Whether what is said of something ends here, but for words that say little."""
        while at < self.end and self.tokens[at].low in bag(
            "at some point ever us before already anything something any money yet so far"
        ):
            at += 1
        return self._ends(at)
