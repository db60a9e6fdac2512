"""New records: people, companies, cards, tasks, notes, pipelines, drafts."""

from typing import Any

from agents.language import amounts, lexicon
from agents.language.frames import Frame, Impossible, Made, Step, Unclear, row_ref
from agents.language.sets import Set, today
from agents.language.targets import Target, moment, read_member, read_target
from agents.language.tokens import Token
from agents.language.wording import bag
from crm.models import Contact
from pipelines.models import Position

CALLED = ("called", "named", "titled", "entitled", "saying", ":")
LOGGED = {
    "call": "call",
    "meeting": "meeting",
    "note": "note",
    "email": "email",
    "conversation": "call",
    "comment": "note",
    "remark": "note",
    "visit": "meeting",
    "chat": "call",
    "phonecall": "call",
    "activity": "other",
    "appointment": "meeting",
    "demo": "meeting",
}
STAGES = {
    "partner": (["Application", "Review", "Training", "Active"], ["Declined"]),
    "onboard": (["Kickoff", "Setup", "Training", "Live"], ["Stopped"]),
    "support": (["New", "Triaged", "In progress", "Resolved"], ["Won't do"]),
    "hir": (["Applied", "Screening", "Interview", "Offer", "Hired"], ["Rejected"]),
    "recruit": (["Applied", "Screening", "Interview", "Offer", "Hired"], ["Rejected"]),
    "event": (["Invited", "Registered", "Confirmed", "Attended"], ["Declined"]),
    "renewal": (["Due", "Contacted", "Committed", "Renewed"], ["Churned"]),
    "upsell": (["Identified", "Pitched", "Quoted", "Sold"], ["Declined"]),
    "fund": (["Identified", "Cultivation", "Asked", "Pledged", "Received"], ["Declined"]),
}
PLAIN_STAGES = (["New", "Qualified", "Proposal", "Won"], ["Lost"])


def add(frame: Frame) -> None:
    """Add, create, open …: what it is depends on what is named."""
    from agents.language.edits import add_amount

    if add_amount(frame):
        return None
    at = _skip(frame, frame.at)
    word, stem = frame.low(at), frame.tokens[at].stem if at < frame.end else ""
    article = at > frame.at and frame.low(frame.at) in bag("a an new another one")
    if _tags_it(frame, at):
        return None
    if stem in ("pipelin", "board", "funnel") or (
        _noun_in(frame, at, ("pipelin", "board", "funnel")) and article
    ):
        return pipeline(frame)
    if (stem == "stage" and article) or (article and stem in ("column", "phase")):
        return stage(frame)
    kind = LOGGED.get(word) or LOGGED.get(
        frame.low(at + 1) if frame.low(at) in ("phone", "quick", "short") else ""
    )
    if kind and (article or word in ("note", "notes", "comment")) and word not in ("demo", "email"):
        return log(frame, kind, at)
    meaning = lexicon.NOUN_STEMS.get(stem, "")
    if meaning == "task" and article and frame.low(at + 1) != "for" and _is_card(frame, at):
        return card(frame, at)
    if meaning == "task" and (article or frame.low(frame.at) not in ("the", "all", "every")):
        return task(frame, at + 1)
    target = _into_pipeline(frame)
    if target is not None and not (article and meaning in ("position", "contact")):
        return enter(frame, frame.read(frame.at, target[0]), target[1])
    if meaning == "position" and (article or frame.low(at + 1) in ("for", "with")):
        return card(frame, at)
    if article and _pipeline_noun(frame, at):
        return card(frame, at)
    if meaning == "company" and article:
        return company(frame, at + 1)
    if (meaning == "contact" and article) or (article and _value_noun(frame, at)):
        return contact(frame, at)
    if _as_contact(frame):
        return None
    if frame.verb == "add" and frame.word in ("enroll", "enrol", "register", "include"):
        frame.check_understood(frame.read(frame.at, frame.end))
    raise Unclear("What should I add: a contact, a task, a note or a deal?", join="")


def _skip(frame: Frame, at: int) -> int:
    while frame.low(at) in bag("a an new another one the fresh quick short follow up brief some"):
        if (
            frame.low(at) == "follow"
            and frame.low(at + 1) == "up"
            and frame.low(at + 2) not in ("task", "todo", "reminder", "call")
        ):
            break
        at += 1
    return at


def _noun_in(frame: Frame, at: int, stems: tuple[str, ...]) -> bool:
    stop = next(
        (i for i in range(at, frame.end) if frame.low(i) in bag("for called named with to in :")),
        frame.end,
    )
    return any(frame.tokens[i].stem in stems for i in range(at, stop))


def _tags_it(frame: Frame, at: int) -> bool:
    """Add the tag VIP to Karen."""
    if frame.low(at) not in ("tag", "tags", "label", "labels") and frame.low(at + 1) not in (
        "tag",
        "label",
    ):
        return False
    from agents.language.edits import _tag, _tags

    marker = next(
        (i for i in range(frame.end - 1, at, -1) if frame.low(i) in ("to", "on", "for")), None
    )
    if marker is None:
        return False
    _tag(frame, frame.read(marker + 1, frame.end), _tags(frame, frame.at, marker), [])
    return True


def _into_pipeline(frame: Frame) -> tuple[int, Target] | None:
    for at in range(frame.end - 1, frame.at, -1):
        if frame.low(at) in bag("to into in on onto"):
            target = read_target(frame, at + 1, frame.end)
            if target is not None and target.kind in ("pipeline", "stage"):
                wider = _pipeline_at_stage(frame, at, target)
                return wider or (at, target)
            pair = _both(frame, at)
            if pair is not None:
                return pair
    return None


def _pipeline_at_stage(frame: Frame, at: int, target: Target) -> tuple[int, Target] | None:
    """To Renewals in Contacted: the pipeline first, then the stage."""
    if target.kind != "stage":
        return None
    for before in range(at - 1, frame.at, -1):
        if frame.low(before) in ("to", "into", "on"):
            outer = read_target(frame, before + 1, at)
            if outer is not None and outer.kind == "pipeline":
                board = outer.terms[0].ref
                terms = tuple(term for term in target.terms if term.pipeline == board)
                return (before, Target("stage", terms)) if terms else None
    return None


def _both(frame: Frame, at: int) -> tuple[int, Target] | None:
    """To the Renewals pipeline at Contacted."""
    for middle in range(at + 2, frame.end):
        if frame.low(middle) in ("at", "as", "with", ","):
            outer, inner = (
                read_target(frame, at + 1, middle),
                read_target(frame, middle + 1, frame.end),
            )
            if outer and inner and outer.kind == "pipeline" and inner.kind == "stage":
                terms = tuple(term for term in inner.terms if term.pipeline == outer.terms[0].ref)
                if terms:
                    return at, Target("stage", terms)
    return None


def enter(frame: Frame, of: Set, target: Target) -> None:
    """Put contacts into a pipeline, those who are not in it yet."""
    of.kind = "contact" if of.kind in ("", "position") else of.kind
    board = target.terms[0].ref if target.kind == "pipeline" else target.terms[0].pipeline
    if target.kind == "stage" and len({term.pipeline for term in target.terms}) > 1:
        raise Unclear("Into which pipeline?", join="in")
    people = frame.rows(of, "contact")
    here = set(
        Position.objects.visible_to(frame.scope.by)
        .in_use()
        .filter(
            pipeline_id=int(board.partition(":")[2]),
            contact__in=[each.pk for each in people],
            closed_at=None,
        )
        .values_list("contact_id", flat=True)
    )
    new = [each for each in people if each.pk not in here]
    name = frame.scope.words.pipeline(board).name
    if not new:
        if target.kind == "stage":
            from agents.language.moves import move_to

            return move_to(frame, of, target)
        raise Impossible(
            f"{'They are' if len(people) > 1 else people[0].name + ' is'} in {name} already; "
            "nothing was changed."
        )
    arguments: dict[str, Any] = {"pipeline": board}
    if target.kind == "stage":
        arguments["stage"] = target.terms[0].ref
    frame.apply("add_contact_to_pipeline", "contact", new, arguments, f"added to {name}")


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
        self._called()
        for _ in range(6):
            if not (self._due() or self._assignee() or self._about(bool(self.title))):
                break
        if not self.title:
            self._take_title()

    def _called(self) -> None:
        for i in range(self.at, self.end):
            if self.frame.low(i) in CALLED and not self.title and i + 1 < self.end:
                stop = self._stop(i + 1)
                self.title = self.frame.text(i + 1, stop)
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
            self._about_inside()

    def _about_inside(self) -> None:
        """Whom the title itself names: call Karen."""
        frame = self.frame
        for i in range(self.at, self.end):
            token: Token = frame.tokens[i]
            if token.is_capital or token.kind in ("code", "email"):
                found = frame.scope.names.contact(frame.tokens[: self.end], i, self.end)
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
    said = _Details(frame, frame.at, frame.end)
    title = said.title or "Follow up"
    if frame.verb == "schedule":
        at = _skip(frame, frame.at)
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


# --- Notes and what happened ----------------------------------------------------------------------
def log(frame: Frame, kind: str, at: int) -> None:
    """Write down a note, call, meeting or e-mail: with whom, and what was said."""
    at += frame.low(at) in LOGGED
    text, stop = "", frame.end
    for i in range(at, frame.end):
        low = frame.low(i)
        if frame.tokens[i].kind == "quote" and (
            frame.low(i - 1) not in ("to", "on", "for", "with")
        ):
            text, stop = frame.tokens[i].text, i
            rest = (i + 1, frame.end)
            if frame.low(i + 1) in ("to", "on", "for"):
                at, stop = i + 1, frame.end
            del rest
            break
        if low in (":", "saying") or (low == "that" and i > at) or (low == "-" and i > at):
            text, stop = frame.text(i + 1, frame.end), i
            break
        if low == "that" and i == at:
            continue
    occurred = _day_off(frame, at, stop)
    if occurred:
        stop = occurred[1]
    while frame.low(at) in bag("to on for with about from") and at < stop:
        at += 1
    if not text and frame.low(at) == "that":
        raise Unclear("On whom should I write that down?", join="on")
    split = (
        None
        if text
        else next(
            (
                i
                for i in range(at + 1, stop)
                if frame.low(i) in ("about", "regarding", "where", "and")
            ),
            None,
        )
    )
    if split is not None and not _is_set(frame, at, stop):
        text, stop = frame.text(split + 1, stop), split
    of = frame.read(at, stop) if at < stop else Set(pronoun="it", text="it")
    people = frame.rows(of, "contact")
    if not text and kind == "note":
        raise Unclear("What should the note say?", join=":")
    arguments: dict[str, Any] = {"kind": kind}
    if text:
        arguments["body"] = text[:1].upper() + text[1:]
    if occurred:
        arguments["occurred_at"] = occurred[0]
    frame.apply("log_activity", "contact", people, arguments, f"{kind} written down")


def _is_set(frame: Frame, at: int, stop: int) -> bool:
    of = frame.read(at, stop)
    return not of.unknown and not of.is_empty


def _day_off(frame: Frame, at: int, end: int) -> tuple[str, int] | None:
    for i in range(max(at, end - 5), end):
        start = i + (frame.low(i) in ("on", "from", "dated"))
        found = frame.scope.calendar.read(frame.tokens[:end], start, past=True)
        if found and found[0] == end and found[1].start <= today():
            return moment(found[1].start), i
    return None


def log_frame(frame: Frame) -> None:
    """Log a call with Karen: …; note that Karen …; record a meeting."""
    at = _skip(frame, frame.at)
    word = frame.low(at)
    if word in LOGGED:
        return log(frame, LOGGED[word], at)
    if word in ("phone",) and frame.low(at + 1) in LOGGED:
        return log(frame, LOGGED[frame.low(at + 1)], at + 1)
    if frame.low(frame.at) in ("it", "that", "this") and frame.low(frame.at + 1) == "as":
        named = next(
            (frame.low(i) for i in range(frame.at, frame.end) if frame.low(i) in LOGGED), ""
        )
        if named:
            return _log_told(frame, LOGGED[named])
    if frame.word in ("note", "jot", "write"):
        return _note_that(frame, at)
    from agents.language.edits import set_fields

    set_fields(frame)


def _log_told(frame: Frame, kind: str) -> None:
    """I spoke to Karen yesterday, log it as a call."""
    people = frame.rows(Set(pronoun="one", text="it"), "contact")
    arguments: dict[str, Any] = {"kind": kind}
    for i in range(frame.at):
        day = frame.scope.calendar.read(frame.tokens[: frame.at], i, past=True)
        if day and day[1].is_day and day[1].start <= today():
            arguments["occurred_at"] = moment(day[1].start)
    frame.apply("log_activity", "contact", people, arguments, f"{kind} written down")


def _note_that(frame: Frame, at: int) -> None:
    """Note that Karen prefers mornings; note on Karen: prefers mornings."""
    if frame.low(at) in ("on", "for", "about", "to"):
        return log(frame, "note", at)
    at += frame.low(at) in ("that", "down")
    for i in range(at, min(at + 4, frame.end)):
        found = frame.scope.names.contact(frame.tokens[: frame.end], i, frame.end)
        pronoun = frame.low(i) in ("he", "she", "they", "it")
        if found or pronoun:
            of = (
                Set(names=[found[1]], text=found[1].text)
                if found
                else Set(pronoun="one", text=frame.low(i))
            )
            people = frame.rows(of, "contact")
            body = frame.text(at, frame.end)
            arguments = {"kind": "note", "body": body[:1].upper() + body[1:]}
            return frame.apply("log_activity", "contact", people, arguments, "note written down")
    raise Unclear("On whom should I write that down?", join="on")


# --- People, companies, cards ---------------------------------------------------------------------
def contact(frame: Frame, at: int) -> None:
    """Create a contact: name, e-mail, phone, job, company, type."""
    details: dict[str, Any] = {}
    value = _value_noun(frame, at)
    if value:
        details[value.name] = value.value
    at += 1
    while frame.low(at) in bag("called named : for contact person"):
        at += 1
    stop = at
    while (
        stop < frame.end
        and frame.low(stop)
        not in (
            "from",
            "at",
            "with",
            "as",
            "(",
            ",",
            "in",
            "who",
            "to",
            "and",
            "whose",
            "working",
            "owned",
            "for",
            "of",
        )
        and frame.tokens[stop].kind in ("word", "quote")
    ):
        stop += 1
    name = frame.text(at, stop)
    if not name:
        raise Unclear("What is the name?", join="called")
    details["name"] = name
    _known_already(frame, name)
    entered = _more_of(frame, stop, details)
    frame.plan.steps.append(Step("create_contact", details, f"{name} added"))
    number = len(frame.plan.steps)
    frame.plan.count += 1
    frame.plan.about = [f"${number}.contact"]
    if entered is not None:
        board = entered.terms[0].ref if entered.kind == "pipeline" else entered.terms[0].pipeline
        given: dict[str, Any] = {"contact": f"${number}.contact", "pipeline": board}
        if entered.kind == "stage":
            given["stage"] = entered.terms[0].ref
        frame.plan.steps.append(Step("add_contact_to_pipeline", given, "added to the pipeline"))
        frame.plan.about.append(f"${number + 1}.position")


def _known_already(frame: Frame, name: str) -> None:
    if Contact.objects.visible_to(frame.scope.by).in_use().filter(name__iexact=name).exists():
        raise Unclear(
            f"There is a contact called {name} already. Do you want another one? Say their "
            "e-mail address too."
        )


def _more_of(frame: Frame, at: int, details: dict[str, Any]) -> Target | None:
    """Read what else is said of a new contact; return the pipeline they are to enter."""
    entered = None
    while at < frame.end:
        token, low = frame.tokens[at], frame.low(at)
        if token.kind == "email":
            details["email"] = token.text
        elif token.kind == "phone" or (token.kind == "number" and len(token.low) > 6):
            details["phone"] = token.text
        elif (
            low in ("to", "into", "in")
            and (target := read_target(frame, at + 1, frame.end))
            and target.kind in ("pipeline", "stage")
        ):
            return target
        elif low in ("at", "from", "of") and (stop := _until(frame, at + 1)) > at + 1:
            details["company"] = frame.text(at + 1, stop)
            at = stop
            continue
        elif low == "in" and (stop := _until(frame, at + 1)) > at + 1:
            details["city"] = frame.text(at + 1, stop)
            at = stop
            continue
        elif low == "as" and (stop := _until(frame, at + 1)) > at + 1:
            start = at + 1 + (frame.low(at + 1) in bag("a an the our their"))
            details.setdefault("job_title", frame.text(start, stop))
            at = stop
            continue
        elif (
            low == "owned"
            and frame.low(at + 1) == "by"
            and (member := read_member(frame, at + 2, _until(frame, at + 2)))
        ):
            details["owner"] = member
            at = _until(frame, at + 2)
            continue
        elif (found := frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])) and (
            value := _field_value(frame, found, details)
        ):
            at = value
            continue
        elif low not in (
            "(",
            ")",
            ",",
            "with",
            "and",
            "the",
            "a",
            "email",
            "who",
            "is",
            "works",
            "phone",
            "number",
            "whose",
            "working",
            "address",
            ".",
            "has",
            "for",
            "new",
            "contact",
            "-",
            "an",
            "his",
            "her",
        ):
            raise Unclear(
                f"I do not know what “{frame.text(at, frame.end)}” means here. Can you say it in "
                "other words?"
            )
        at += 1
    return entered


def _field_value(frame: Frame, found: list[Any], details: dict[str, Any]) -> int | None:
    from agents.language.targets import read_value

    end, term = found[0]
    if term.on not in ("contact", "any"):
        return None
    value = read_value(frame, term, end, _until(frame, end))
    if value is None or value[1] is None:
        return None
    if term.name.startswith("custom."):
        details.setdefault("custom", {})[term.name.removeprefix("custom.")] = value[1]
    else:
        details[term.name] = value[1]
    return value[0]


def _until(frame: Frame, at: int) -> int:
    stop = at
    while stop < frame.end and frame.low(stop) not in (
        ",",
        "with",
        "and",
        "as",
        "(",
        ")",
        "in",
        "who",
        "to",
        "at",
        "whose",
        "from",
        "owned",
        ".",
    ):
        if frame.tokens[stop].kind in ("email", "phone"):
            break
        stop += 1
    return stop


def _value_noun(frame: Frame, at: int) -> Any:
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["value"])
    return next((term for _, term in found if term.name == "subtype"), None)


def _as_contact(frame: Frame) -> bool:
    """Add Jane Doe (jane@…) from Acme; add Jane Doe as a contact."""
    until = next(
        (
            i
            for i in range(frame.at, frame.end)
            if frame.lows(i, 3) in (("as", "a", "contact"), ("as", "a", "new"))
            or frame.lows(i, 2) == ("as", "contact")
        ),
        None,
    )
    at = frame.at
    if not frame.tokens[at].is_capital or frame.tokens[at].kind != "word":
        return False
    if until is None and not any(
        frame.tokens[i].kind in ("email", "phone") for i in range(at, frame.end)
    ):
        return False
    if until is not None:
        frame.tokens = [*frame.tokens[:until], *frame.tokens[frame.end :]]
        frame.end = until
    contact(frame, at - 1)
    return True


def company(frame: Frame, at: int) -> None:
    """Create a company."""
    while frame.low(at) in ("called", "named", ":"):
        at += 1
    name = frame.text(at, _until(frame, at))
    if not name:
        raise Unclear("What is it called?", join="called")
    frame.plan.steps.append(Step("create_company", {"name": name}, f"{name} added"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.company"]


def _pipeline_noun(frame: Frame, at: int) -> bool:
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
    return bool(found)


def _is_card(frame: Frame, at: int) -> bool:
    """Whether a new task is a card: it is put on a board, or there are no other tasks here."""
    return any(
        _names_place(frame, i + 1 + (frame.low(i + 1) in ("the", "our")))
        and frame.low(i) in ("to", "in", "on", "into")
        for i in range(at, _before_title(frame, at))
    ) or _after_title(frame, at)


def _names_place(frame: Frame, at: int) -> bool:
    """Whether a pipeline or stage is named as it is called, and not by a word of the same stem."""
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline", "stage"])
    return any(term.words[0] == frame.low(at) and term.sure > 1 for _, term in found)


def _after_title(frame: Frame, at: int) -> bool:
    stop = frame.end
    for i in range(stop - 1, at, -1):
        if frame.low(i) in ("to", "in", "into", "on"):
            target = read_target(frame, i + 1, stop)
            return target is not None and target.kind in ("pipeline", "stage")
    return False


def _before_title(frame: Frame, at: int) -> int:
    return next((i for i in range(at, frame.end) if frame.low(i) in CALLED), frame.end)


def card(frame: Frame, at: int) -> None:
    """Create a card: for a contact, or one that is called something; where, worth what, whose."""
    said = _Card(frame, at)
    if said.people is not None:
        people = frame.rows(said.people, "contact")
        given = said.arguments()
        frame.apply(
            "add_contact_to_pipeline", "contact", people, given, f"added to {said.board_name}"
        )
        first = len(frame.plan.steps)
        frame.plan.about = [*frame.plan.about, f"${first}.position"]
    else:
        if not said.title:
            raise Unclear("For whom, or what is it called?", join="for")
        frame.plan.steps.append(Step("create_contact", {"name": said.title}, f"{said.title} added"))
        number = len(frame.plan.steps)
        given = {"contact": f"${number}.contact", **said.arguments(), "title": said.title}
        frame.plan.steps.append(
            Step("add_contact_to_pipeline", given, f"{said.title} added to {said.board_name}")
        )
        frame.plan.count += 1
        frame.plan.about = [f"${number + 1}.position", f"${number}.contact"]
    if said.due:
        position = next(ref for ref in frame.plan.about if ref.endswith(".position"))
        frame.plan.steps.append(
            Step(
                "update_position",
                {"position": position, "next_follow_up_at": said.due},
                "follow-up set",
            )
        )


class _Card:
    """What is said of a new card."""

    def __init__(self, frame: Frame, at: int) -> None:
        self.frame = frame
        self.people: Set | None = None
        self.title = self.stage = self.owner = self.due = self.board = ""
        self.value: int | None = None
        self.currency = ""
        found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
        if found and found[0][1].sure >= 2:
            self.board, at = found[0][1].ref, found[0][0]
        else:
            at += 1
        while at < frame.end:
            at = self._part(at)
        if not self.board:
            self._usual()

    def _part(self, at: int) -> int:
        frame, end = self.frame, self.frame.end
        low = frame.low(at)
        if low in CALLED:
            stop = self._title_end(at + 1)
            self.title = frame.text(at + 1, stop)
            return stop
        if frame.tokens[at].kind == "quote":
            self.title = frame.tokens[at].text
            return at + 1
        if low in bag("to in into on at for"):
            for stop in range(end, at + 1, -1):
                if stop < end and frame.low(stop) not in (
                    *CALLED,
                    "worth",
                    "for",
                    "with",
                    "and",
                    ",",
                    "at",
                    "in",
                    "valued",
                    "due",
                    "owned",
                    "assigned",
                    "of",
                    "on",
                    "by",
                    "to",
                ):
                    continue
                target = read_target(frame, at + 1, stop)
                if (
                    target is not None
                    and target.kind in ("pipeline", "stage")
                    and not (target.kind == "pipeline" and low == "for")
                ):
                    self._place(target)
                    return stop
        if low in ("for", "with", "to"):
            for stop in range(end, at + 1, -1):
                of = frame.read(at + 1, stop)
                if not of.unknown and (of.names or of.pronoun) and not of.atoms:
                    self.people = of
                    return stop
        if low in bag("worth valued of value at for") and (
            found := amounts.read(frame.tokens[:end], at + 1 + (frame.low(at + 1) in ("of", "at")))
        ):
            self.value, self.currency = found[1].cents, found[1].currency
            return found[0]
        found = amounts.read(frame.tokens[:end], at)
        if found and (frame.tokens[at].kind == "amount" or found[1].currency):
            self.value, self.currency = found[1].cents, found[1].currency
            return found[0]
        if low in ("owned", "assigned", "for", "with") and frame.low(at + 1) in (
            "by",
            "to",
            "owner",
        ):
            stop = next(
                (
                    i
                    for i in range(at + 2, end)
                    if frame.low(i) in (",", "and", "worth", "in", "due")
                ),
                end,
            )
            member = read_member(frame, at + 2, stop)
            if member:
                self.owner = member
                return stop
        if low in ("due", "by", "closing", "until") and (
            day := frame.scope.calendar.read(
                frame.tokens[:end], at + 1 + (frame.low(at + 1) in ("on", "by", "in"))
            )
        ):
            self.due = moment(day[1].start)
            return day[0]
        if (
            low
            in (
                "and",
                ",",
                "the",
                "a",
                "with",
                "card",
                "deal",
                "of",
                ".",
                "is",
                "it",
                "value",
                "worth",
                "stage",
                "pipeline",
            )
            or frame.tokens[at].kind == "mark"
        ):
            return at + 1
        raise Unclear(
            f"I do not know what “{frame.text(at, end)}” means here. Can you say it in other words?"
        )

    def _title_end(self, at: int) -> int:
        frame = self.frame
        for i in range(at + 1, frame.end):
            if (
                frame.low(i) in ("to", "in", "into", "on")
                and (target := read_target(frame, i + 1, frame.end))
                and target.kind in ("pipeline", "stage")
            ):
                return i
            if frame.low(i) in ("for", "assigned", "owned") and frame.low(i + 1) in ("to", "by"):
                return i
            if frame.low(i) in ("worth", "due") or (
                frame.low(i) == "," and frame.low(i + 1) in ("worth", "due", "owned", "assigned")
            ):
                return i
        return frame.end

    def _place(self, target: Target) -> None:
        term = target.terms[0]
        if target.kind == "pipeline":
            self.board = term.ref
            return
        inside = [each for each in target.terms if not self.board or each.pipeline == self.board]
        if len({each.pipeline for each in inside}) > 1:
            raise Unclear("Into which pipeline?", join="in")
        self.stage, self.board = inside[0].ref, inside[0].pipeline

    def _usual(self) -> None:
        """The page's pipeline, the only one, or the default."""
        boards = self.frame.scope.words.pipelines
        if self.frame.scope.board():
            self.board = self.frame.scope.board()
        elif len(boards) == 1:
            self.board = boards[0].ref
        else:
            raise Unclear(
                f"Into which pipeline: {', '.join(each.name for each in boards[:8])}?", join="in"
            )

    @property
    def board_name(self) -> str:
        return self.frame.scope.words.pipeline(self.board).name

    def arguments(self) -> dict[str, Any]:
        given: dict[str, Any] = {"pipeline": self.board}
        if self.stage:
            given["stage"] = self.stage
        if self.value is not None:
            given |= {
                "value_cents": self.value,
                "currency": self.currency or self.frame.scope.organization.currency,
            }
        if self.owner:
            given["owner"] = self.owner
        if self.title and self.people is not None:
            given["title"] = self.title
        return given


# --- Pipelines ------------------------------------------------------------------------------------
def pipeline(frame: Frame) -> None:
    """Create a pipeline: with the stages named, or with fitting ones."""
    with_at = next(
        (
            i
            for i in range(frame.at, frame.end)
            if frame.low(i) in ("with", "having", ":") and i > frame.at + 1
        ),
        None,
    )
    stop = with_at if with_at is not None else frame.end
    named = next(
        (i for i in range(frame.at, stop) if frame.low(i) in ("for", "called", "named")), None
    )
    if named is not None:
        name = frame.text(named + 1, stop)
    else:
        at = _skip(frame, frame.at)
        noun = next(
            (i for i in range(at, stop) if frame.low(i) in ("pipeline", "board", "funnel")), at
        )
        name = frame.text(at, noun) if noun > at else frame.text(noun + 1, stop)
    name = name.strip()
    if not name:
        raise Unclear("What should the pipeline be called?", join="called")
    name = name[:1].upper() + name[1:]
    if any(each.name.casefold() == name.casefold() for each in frame.scope.words.pipelines):
        raise Impossible(f"There is a pipeline {name} already; nothing was changed.")
    stages = _stages_named(frame, with_at) if with_at is not None else _stages_for(name)
    purpose = next(
        (
            each
            for each in ("partner", "onboarding", "support", "sales")
            if each[:6] in name.casefold()
        ),
        "custom",
    )
    arguments = {"name": name, "subtype": purpose, "stages": stages}
    frame.plan.steps.append(Step("create_pipeline", arguments, f"pipeline {name} created"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.pipeline"]
    shown = " → ".join(each["name"] for each in stages if each["kind"] != "lost")
    frame.plan.says.append(f"Created the pipeline {name} with stages {shown}.")
    _offer_to_fill(frame, name)


def _stages_named(frame: Frame, at: int) -> list[dict[str, str]]:
    start = at + 1
    while frame.low(start) in bag(
        "the stages stage columns these following : fitting suitable steps"
    ):
        start += 1
    names, begin = [], start
    for i in range(start, frame.end + 1):
        if i == frame.end or frame.low(i) in (",", "and", "then", ">", ";"):
            text = frame.text(begin, i)
            if text:
                names.append(text[:1].upper() + text[1:])
            begin = i + 1
    if not names:
        return _stages_for(frame.text(frame.at, at))
    last = len(names) - 1
    kinds = {name: _kind(name, i == last) for i, name in enumerate(names)}
    return [{"name": name, "kind": kinds[name]} for name in names]


def _kind(name: str, last: bool) -> str:
    low = name.casefold()
    if any(word in low for word in ("lost", "declin", "reject", "withdraw", "churn", "cancel")):
        return "lost"
    return "won" if last or low in ("won", "done", "active", "live", "closed won") else "active"


def _stages_for(name: str) -> list[dict[str, str]]:
    """Return stages that fit what a pipeline is for."""
    low = name.casefold()
    going, ended = next((stages for word, stages in STAGES.items() if word in low), PLAIN_STAGES)
    return [
        *({"name": each, "kind": "won" if each == going[-1] else "active"} for each in going),
        *({"name": each, "kind": "lost"} for each in ended),
    ]


def _offer_to_fill(frame: Frame, name: str) -> None:
    """
    Offer to add the contacts of a type that the name speaks of: partners, to partner onboarding.
    """
    said = {word.rstrip("s") for word in name.casefold().split()}
    types = {
        term.value
        for terms in frame.scope.words.terms.values()
        for term in terms
        if term.kind == "value" and term.name == "subtype"
    }
    for subtype in sorted(types):
        if str(subtype).casefold().rstrip("s") in said:
            mine = (
                Contact.objects.visible_to(frame.scope.by).in_use().filter(subtype__iexact=subtype)
            )
            refs = [
                f"contact:{pk}" for pk in mine.order_by("pk").values_list("pk", flat=True)[:500]
            ]
            if refs:
                step = _fill(refs, f"${len(frame.plan.steps)}.pipeline")
                text = (
                    f"{len(refs)} contact{'s are' if len(refs) > 1 else ' is'} of type "
                    f"{subtype}. Shall I add {'them' if len(refs) > 1 else 'it'}?"
                )
                frame.plan.offer = {"text": text, "steps": [step], "about": refs}
            return


def _fill(refs: list[str], board: str) -> dict[str, Any]:
    if len(refs) == 1:
        return {
            "tool": "add_contact_to_pipeline",
            "arguments": {"contact": refs[0], "pipeline": board},
            "says": "added",
            "about": refs,
        }
    arguments = {"tool": "add_contact_to_pipeline", "arguments": {"pipeline": board}, "refs": refs}
    return {"tool": "bulk_update", "arguments": arguments, "says": "added", "about": refs}


def stage(frame: Frame) -> None:
    """Add a stage to a pipeline."""
    at = _skip(frame, frame.at) + 1
    while frame.low(at) in ("called", "named", ":"):
        at += 1
    marker = next(
        (i for i in range(at, frame.end) if frame.low(i) in ("to", "in", "on", "after")), None
    )
    name = frame.text(at, marker if marker is not None else frame.end)
    if not name:
        raise Unclear("What should the stage be called?", join="called")
    arguments: dict[str, Any] = {"name": name[:1].upper() + name[1:]}
    after = frame.find("after")
    to = next((i for i in range(at, frame.end) if frame.low(i) in ("to", "in", "on")), None)
    if to is None:
        raise Unclear("To which pipeline?", join="to")
    board = read_target(frame, to + 1, after if after and after > to else frame.end)
    if board is None or board.kind != "pipeline":
        raise Unclear("To which pipeline?", join="to")
    arguments["pipeline"] = board.terms[0].ref
    if after is not None:
        before = read_target(frame, after + 1, to if to > after else frame.end)
        inside = (
            [term for term in before.terms if term.pipeline == arguments["pipeline"]]
            if before
            else []
        )
        if not inside:
            raise Unclear("After which stage?", join="after")
        arguments["after"] = inside[0].ref
    frame.plan.steps.append(Step("create_stage", arguments, f"stage {name} added"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.stage"]


# --- Letters --------------------------------------------------------------------------------------
def letter_to(frame: Frame) -> None:
    """Send somebody an e-mail about something: it is drafted, for a person to read and send."""
    at = next(i for i in range(frame.at, frame.end) if frame.low(i) in ("email", "emails", "mail"))
    begin = at
    while frame.low(begin - 1) in bag("an a the quick short friendly"):
        begin -= 1
    if begin <= frame.at:
        frame.at = at
        return draft(frame)
    split = next(
        (i for i in range(at, frame.end) if frame.low(i) in ("about", "saying", ":")), frame.end
    )
    people = frame.rows(frame.read(frame.at, begin), "contact")
    topic = frame.text(split + 1, frame.end)
    frame.plan.steps += [letter(person, topic) for person in people[:25]]
    frame.plan.count += len(people)
    frame.plan.about = [row_ref(person) for person in people]


def draft(frame: Frame) -> None:
    """Draft an e-mail; it is not sent."""
    at = _skip(frame, frame.at)
    while frame.low(at) in bag(
        "email emails message letter mail reengagement re engagement follow up friendly to for"
    ):
        at += 1
    split = next(
        (
            i
            for i in range(at, frame.end)
            if frame.low(i) in bag("about saying regarding : that asking")
        ),
        frame.end,
    )
    of = frame.read(at, split) if at < split else Set(pronoun="many", plural=True, text="them")
    people = frame.rows(of, "contact")
    topic = frame.text(split + 1, frame.end)
    for person in people[:25]:
        frame.plan.steps.append(letter(person, topic))
    frame.plan.count += len(people)
    frame.plan.about = [row_ref(person) for person in people]


def letter(person: Any, topic: str) -> Step:
    """Return the draft of an e-mail to a contact."""
    name = getattr(person, "first_name", "") or str(getattr(person, "name", "")).split(" ")[0]
    subject = topic[:1].upper() + topic[1:] if topic else "Shall we talk?"
    said = (
        f"I am writing about {topic}."
        if topic
        else "It has been a while since we were last in touch."
    )
    body = f"Hello {name},\n\n{said} When would be a good time to talk?\n\nKind regards"
    return Step(
        "draft_email",
        {"contact": row_ref(person), "subject": subject[:200], "body": body},
        "draft written",
        (row_ref(person),),
    )
