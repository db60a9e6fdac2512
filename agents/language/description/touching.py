"""What passed between us and people: not called since Easter, had no mail, met in May."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.language.description.happening import Happening
from agents.language.organization.sets import Atom, Touch, today
from agents.language.words.tokens import stem
from agents.language.words.wording import bag
from crm.models.activities import ActivityKind

MAILS = tuple(kind.value for kind in (ActivityKind.EMAIL, ActivityKind.EMAIL_SENT))
ANSWERS = (ActivityKind.EMAIL_REPLIED.value,)
TOUCHES = (*MAILS, *ANSWERS, ActivityKind.CALL.value, ActivityKind.MEETING.value)
# What is said to have happened, in any form of the word, and what counts as it.
HAPPENED = {
    stem(word): kinds
    for said, kinds in {
        "call called phone phoned ring rang rung telephone telephoned dial dialled phonecall": (
            ActivityKind.CALL.value,
        ),
        "mail mailed email emailed wrote written write letter message messaged": MAILS,
        "meet met meeting visit visited appointment seen interview interviewed": (
            ActivityKind.MEETING.value,
        ),
        "spoken spoke speak talk talked chatted": (
            ActivityKind.CALL.value,
            ActivityKind.MEETING.value,
        ),
        "contact contacted touch touched heard hear activity interaction engagement engaged "
        "engage approached reached reach communication conversation word news sign replied reply "
        "responded respond response answered": TOUCHES,
    }.items()
    for word in said.split()
}
SILENT = bag("silent quiet inactive dormant untouched idle cold unresponsive neglected")
LEADING = bag(
    """
    have has had having been be being was were is are am we i us our that who whom which with did
    do does got get gone went last any a an the anyone anybody someone somebody of them yet from
    anything either even single so much as made make
    """
)
DENYING = bag("not no never without nothing nobody none neither nor lacking noone")
AFTER = bag("to with from by at all ever yet back in us them him her anymore any more of life")
JOINING = bag("or and nor , / either")


@dataclass(frozen=True)
class _Said:
    """Which kinds of activity were named, where that ends, and how it was put."""

    kinds: tuple[str, ...]
    end: int
    denied: bool
    never: bool
    led: bool
    last: bool


class Touching(Happening):
    """What is said of calls, mails and meetings."""

    def _touched(self) -> bool:
        """Had something, or nothing, in some time; ever, or never."""
        said = self._kinds_named()
        if said is None:
            return False
        end = self._named(self._after_kinds(said.end))
        found = self._bounds(end, past=True)
        if found is None and not (said.never or (said.denied and said.led)):
            return self._ever(said, end)
        self.at = found[0] if found else end
        denied, self.turned = said.denied or self.turned, False
        bounds = found[1] if found else []
        if set(said.kinds) >= {*MAILS, ActivityKind.CALL, ActivityKind.MEETING}:
            return self._put_contact(bounds, denied)
        touch = Touch(said.kinds, tuple((op, value) for op, value in bounds))
        return self.put(Atom("activity", "touch", "!=" if denied else "=", touch))

    def _kinds_named(self) -> _Said | None:
        at, low = self.at, ""
        never = led = last = False
        denied = self.turned
        kinds: list[str] = []
        first = True
        while at < self.end:
            token, low = self.tokens[at], self.tokens[at].low
            if low in SILENT and first:
                denied, kinds, at = True, list(TOUCHES), at + 1
                break
            found = HAPPENED.get(token.stem)
            if found and self._is_label(at):
                return None
            if found and not (first and self._is_ours(at, led or denied)):
                kinds, first, at = [*kinds, *found], False, at + 1
            elif low in DENYING:
                denied, never, at = True, never or low == "never", at + 1
            elif (
                low in LEADING
                or (low == "in" and self._in_touch(at))
                or (kinds and low in JOINING)
                or (kinds and low in ("to", "with"))
            ):
                led, last, at = True, last or low == "last", at + 1
            else:
                break
        if not kinds:
            return None
        while self.tokens[at - 1].low in JOINING | LEADING:
            at -= 1
        return _Said(tuple(dict.fromkeys(kinds)), at, denied, never, led, last)

    def _is_label(self, at: int) -> bool:
        """Whether a word begins what a field is called by: e-mail address, phone number."""
        found = self.scope.words.find(self.tokens[: self.end], at, ["field"])
        return any(end > at + 1 for end, _ in found)

    def _in_touch(self, at: int) -> bool:
        return at + 1 < self.end and self.tokens[at + 1].low in ("touch", "contact")

    def _is_ours(self, at: int, led: bool) -> bool:
        """Whether a word is a stage's or field's own before it is said of what happened."""
        if self.scope.words.find(self.tokens, at, ["stage"]) and not led:
            return True
        alone = self.set.kind in ("task", "") and not led
        return alone and self.tokens[at].low in bag("call mail email phone meeting visit contact")

    def _after_kinds(self, at: int) -> int:
        while at < self.end and self.tokens[at].low in AFTER:
            if self.tokens[at].low in ("in", "at", "from") and self._bounds(at, past=True):
                break
            at += 1
        return at

    def _named(self, at: int) -> int:
        """Nobody has spoken to Karen for two months: with whom, before the time."""
        if at >= self.end or not self.tokens[at].is_capital:
            return at
        found = self.scope.names.contact(self.tokens, at, self.end)
        if found is None or not self._bounds(self._past_possessed(found[0]), past=True):
            return at
        self.set.names.append(found[1])
        return self._past_possessed(found[0])

    def _past_possessed(self, at: int) -> int:
        """Samuel's family, Joaquín's mother: whoever speaks for somebody is somebody."""
        if at < self.end and self.tokens[at].kind == "possessive":
            return at + 1 + (at + 1 < self.end and self.tokens[at + 1].kind == "word")
        return at

    def _ever(self, said: _Said, end: int) -> bool:
        """Whom we have met, without a time: only where it is said as something done."""
        done = self.tokens[said.end - 1].low.endswith(("ed", "t", "en", "ang"))
        if not (said.led and done) or said.kinds == TOUCHES or self.turned:
            return False
        if self.tokens[self.at].low not in bag("we i that who whom which have has"):
            return False
        self.at = end
        return self.put(Atom("activity", "touch", "=", Touch(said.kinds, ())))

    def _put_contact(self, bounds: Sequence[tuple[str, Any]], denied: bool) -> bool:
        """Any touch at all is kept with the contact: when we were last in touch."""
        path = ("contact", "last_contacted_at")
        if not bounds:
            return self.put(Atom(*path, "is_empty" if denied else "is_not_empty"))
        if len(bounds) == 2 and str(bounds[1][1]) < today().isoformat():
            touch = Touch(TOUCHES, tuple(bounds))
            return self.put(Atom("activity", "touch", "!=" if denied else "=", touch))
        if not denied:
            return self.put(*(Atom(*path, op, value) for op, value in bounds))
        return self._put_before(path, bounds)
