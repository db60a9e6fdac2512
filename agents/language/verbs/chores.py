"""Tasks: what is to be done, by whom, about whom and until when."""

from typing import Any

from agents.language.frames import Frame, Made, Step, Unclear, row_ref
from agents.language.organization.sets import Set, today
from agents.language.verbs.articles import skip
from agents.language.verbs.cards import CALLED
from agents.language.verbs.targets import moment, read_member
from agents.language.words.tokens import Token
from agents.language.words.wording import bag


# --- Tasks ----------------------------------------------------------------------------------------
def task(frame: Frame, at: int) -> None:
    """Create a task: its title, for whom, about whom, until when."""
    said = _Details(frame, at, frame.end)
    if not said.title and any(frame.lows(i, 2) == ("follow", "up") for i in range(frame.at, at)):
        said.title = "Follow up"
    if not said.title:
        raise Unclear("What is to be done?", join="to")
    _make_task(frame, said)


def _make_task(frame: Frame, said: "_Details") -> None:
    arguments: dict[str, Any] = {"title": said.title}
    if said.assignee:
        arguments["assignee"] = said.assignee
    if said.due:
        arguments["due_at"] = said.due
    people = _people(frame, said)
    if len(people) > 1:
        frame.apply("create_task", "contact", people, arguments, f"task “{said.title}”")
    else:
        if people:
            arguments["contact"] = row_ref(people[0])
        frame.plan.steps.append(Step("create_task", arguments, f"task “{said.title}”"))
        frame.plan.count += 1
    frame.plan.about = [*([row_ref(each) for each in people]), f"${len(frame.plan.steps)}.task"]


def _people(frame: Frame, said: "_Details") -> list[Any]:
    if said.about is None:
        return []
    of = said.about
    if of.pronoun:
        known = [
            ref
            for ref in frame.antecedents(of.pronoun)
            if not ref.startswith(("task:", "member:")) and not ref.endswith(".task")
        ]
        if known and known[0].startswith("$"):
            return [Made(known, "contact")]
    return frame.rows(of, "contact")


class _Details:
    """What is said of a task: taken from the end and the beginning, until the title is left."""

    def __init__(self, frame: Frame, at: int, end: int) -> None:
        self.frame = frame
        self.assignee: str = ""
        self.due: str = ""
        self.about: Set | None = None
        self.at, self.end = at, end
        while self.end > self.at and frame.tokens[self.end - 1].kind == "mark":
            self.end -= 1
        quoted = [i for i in range(self.at, self.end) if frame.tokens[i].kind == "quote"]
        self.title = frame.tokens[quoted[0]].text if quoted else ""
        self.worded: tuple[int, int] | None = None  # where a title that was announced stands
        self._called()
        for _ in range(6):
            if not (self._due() or self._assignee() or self._about(bool(self.title))):
                break
        if not self.title:
            self._take_title()
        elif self.worded and self.about is None:
            self._about_inside(*self.worded)

    def _called(self) -> None:
        for i in range(self.at, self.end):
            if self.frame.low(i) in CALLED and not self.title and i + 1 < self.end:
                stop = self._stop(i + 1)
                self.title, self.worded = self.frame.text(i + 1, stop), (i + 1, stop)
                head, tail = (self.at, i), (stop, self.end)
                self._rest = tail
                self.at, self.end = head
                self._tail(*tail)
                return

    def _stop(self, at: int) -> int:
        """Return where a title that was announced ends: before for whom and until when."""
        for i in range(at + 1, self.end):
            low = self.frame.low(i)
            if low in ("due", "by", "until", ",") and (
                low == "," or self.frame.scope.calendar.read(self.frame.tokens[: self.end], i + 1)
            ):
                return i
            if low in ("for", "about") and (self._names(i + 1)):
                return i
        return self.end

    def _names(self, at: int) -> bool:
        return bool(
            self.frame.scope.names.contact(self.frame.tokens[: self.end], at, self.end)
            or self.frame.scope.words.find(self.frame.tokens[: self.end], at, ["member"])
            or self.frame.low(at) in bag("me her him them it")
        )

    def _tail(self, at: int, end: int) -> None:
        keep = self.at, self.end
        self.at, self.end = at, end
        for _ in range(6):
            if not (self._due() or self._assignee() or self._about(True)):
                break
        self.at, self.end = keep

    def _due(self) -> bool:
        """Take a day off the end, or off the beginning."""
        frame, tokens = self.frame, self.frame.tokens[: self.end]
        while self.end > self.at and (
            frame.tokens[self.end - 1].kind == "mark"
            or (frame.low(self.end - 1) in ("it", "is", "and") and False)
        ):
            self.end -= 1
        for i in range(max(self.at, self.end - 8), self.end):
            start = i
            while (
                frame.low(start) in bag("due by on until before for at and is it date")
                and start < self.end
            ):
                start += 1
            if start == i and frame.low(i - 1) in ("for", "of"):
                pass
            found = frame.scope.calendar.read(tokens, start)
            if found and found[0] == self.end and not self.due:
                self.due = moment(
                    found[1].start if found[1].is_day else max(found[1].start, today())
                )
                self.end = i
                return True
        found = frame.scope.calendar.read(
            tokens, self.at + (frame.low(self.at) in ("due", "on", "by", "for"))
        )
        if (
            found
            and found[0] < self.end
            and not self.due
            and frame.low(found[0]) in ("to", "for", ":", "about")
        ):
            self.due = moment(found[1].start)
            self.at = found[0]
            return True
        return False

    def _assignee(self) -> bool:
        """Take the colleague: for Tom to …, assigned to Tom, remind Tom."""
        frame = self.frame
        if self.assignee:
            return False
        if frame.low(self.at) in ("for", "to") or frame.lows(self.at, 2) == ("assigned", "to"):
            start = self.at + 1 + (frame.low(self.at) == "assigned")
            for stop in range(min(start + 3, self.end), start, -1):
                if (
                    stop <= self.end
                    and (
                        frame.low(stop) in ("to", ",", ":", "due", "about", "on", "by", "called")
                        or stop == self.end
                    )
                    and (member := self._member(start, stop))
                ):
                    self.assignee, self.at = member, stop
                    return True
        for i in range(self.end - 1, max(self.at - 1, self.end - 5), -1):
            if (
                frame.low(i) in ("for", "to", "by")
                and (frame.low(i) != "to" or frame.low(i - 1) == "assigned")
                and (member := self._member(i + 1, self.end))
            ):
                self.assignee = member
                self.end = i - (frame.low(i - 1) == "assigned")
                return True
        return False

    def _member(self, at: int, end: int) -> str | None:
        frame = self.frame
        if at >= end or frame.low(at) in ("him", "her", "them"):
            return None
        named = frame.scope.names.contact(frame.tokens[:end], at, end)
        if named and named[1].whole and named[0] - at > 1:
            return None
        return read_member(frame, at, end) or None

    def _about(self, titled: bool) -> bool:
        """
        Take whom it is about: off the end; where no title was given yet, they may be part of it.
        """
        frame = self.frame
        if self.about is not None:
            return False
        for i in range(self.end - 1, self.at - 1, -1):
            if frame.low(i) not in bag("for about with on regarding to of"):
                continue
            if frame.low(i) == "to" and not titled and i == self.at:
                continue
            of = self._set(i + 1, self.end)
            if of is not None and (
                titled or frame.low(i) in ("for", "about", "regarding", "on") or i == self.at
            ):
                self.about = of
                if titled or frame.low(i) in ("for", "about", "regarding", "on"):
                    self.end = i
                else:
                    self.at = self.end
                return True
        if frame.low(self.at) in ("for", "about", "on", "with"):
            stop = next(
                (
                    i
                    for i in range(self.at + 1, self.end)
                    if frame.low(i) in ("to", ":", ",", "called")
                ),
                None,
            )
            of = self._set(self.at + 1, stop) if stop else None
            if of is not None and stop:
                self.about, self.at = of, stop
                return True
        return False

    def _set(self, at: int, end: int) -> Set | None:
        """Return whom the tokens describe, if they are records and nothing else."""
        if at >= end:
            return None
        of = self.frame.read(at, end)
        if of.unknown or of.is_empty:
            return None
        if of.names or of.pronoun or ((of.all or of.plural) and of.says()):
            return of
        return None

    def _take_title(self) -> None:
        frame = self.frame
        while self.at < self.end and (
            frame.low(self.at) in ("to", ":", ",", "that", "says")
            or frame.tokens[self.at].kind == "mark"
        ):
            self.at += 1
        text = frame.text(self.at, self.end)
        self.title = text[:1].upper() + text[1:]
        if self.about is None and text:
            self._about_inside(self.at, self.end)

    def _about_inside(self, at: int, end: int) -> None:
        """Whom the title itself names: call Karen."""
        frame = self.frame
        for i in range(at, end):
            token: Token = frame.tokens[i]
            if token.is_capital or token.kind in ("code", "email"):
                found = frame.scope.names.contact(frame.tokens[:end], i, end)
                if found and (len(found[1].ids) == 1 or found[1].whole):
                    self.about = Set(names=[found[1]], text=found[1].text)
                    return
            if token.low in ("him", "her", "them") and frame.antecedents("one"):
                self.about = Set(
                    pronoun="one" if token.low != "them" else "many",
                    plural=token.low == "them",
                    text=token.text,
                )
                return


def remind(frame: Frame) -> None:
    """Remind me to call Karen on Friday."""
    at = frame.at
    member = ""
    for stop in range(min(at + 3, frame.end), at, -1):
        if frame.low(stop) in bag("to about of that on in tomorrow next") or stop == at + 1:
            found = read_member(frame, at, stop)
            if found:
                member, at = found, stop
                break
    said = _Details(frame, at, frame.end)
    if said.title.casefold().startswith("about "):
        said.title = f"Follow up {said.title}"
    said.assignee = member or said.assignee
    if not said.title:
        if said.about is None:
            raise Unclear("Of what?", join="to")
        said.title = "Follow up"
    _make_task(frame, said)


def do_later(frame: Frame) -> None:
    """Follow up with Karen on Friday; schedule a call with Karen; call Karen tomorrow."""
    if frame.low(frame.at) == "one":
        raise Unclear("What is to be planned?", join=":")
    said = _Details(frame, frame.at, frame.end)
    title = said.title or "Follow up"
    if frame.verb == "schedule":
        at = skip(frame, frame.at)
        noun = frame.low(at)
        label = said.about.text if said.about else ""
        title = f"{noun.capitalize()} {'with ' + label if label else ''}".strip() if noun else title
    elif frame.verb in ("call", "email", "follow"):
        label = said.about.text if said.about else ""
        word = {"follow": "Follow up", "call": frame.word.capitalize(), "email": "E-mail"}[
            frame.verb
        ]
        joiner = " with " if frame.verb == "follow" else " "
        title = f"{word}{joiner}{label}".strip() if label else f"{word} {title}".strip()
    said.title = title
    if said.about is None:
        raise Unclear("With whom?", join="with")
    _make_task(frame, said)
