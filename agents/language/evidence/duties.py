"""Duties: tasks that somebody is to do, and tasks that are done, by what a whole message tells."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from agents.language.description import phrases
from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import QUANTIFIERS, Message, Said
from agents.language.frames import Step, Unclear, row_ref, which
from agents.language.operations.fields import moment
from agents.language.operations.owners import email_of
from agents.language.operations.tasks import finish_tasks
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set, today
from agents.language.words import lexicon, senses
from agents.language.words.tokens import words
from agents.language.words.wording import bag
from crm.models import Task

OBLIGED = bag("needs need has have should must ought could can is to")
DONE = bag("done finished complete completed over")
DOING = bag("to that : ,")


# --- To be done -----------------------------------------------------------------------------------
def assigning(message: Message) -> Iterator[Candidate]:
    """A task is asked for, with what it is, whose, about whom and until when."""
    unit = next((u for n, u in message.unread() if asks_for_task(Said(message, u))), None)
    if unit is None:
        return
    said = Said(message, unit)
    units = frozenset(n for n, each in message.unread() if each.mood != "reason")
    made = _Duty(message, said)
    if not made.title and said.low(said.first()) == "remind":
        yield Candidate("task", 6.0, frozenset(), _ask_of_what, units)
    if made.title:
        yield Candidate("task", 6.0, frozenset(), made.make, units)


def _ask_of_what() -> None:
    raise Unclear("Of what?", join="to")


def asks_for_task(said: Said) -> bool:
    """Whether a unit asks for a new task: remind me, a task for Tom, put it on my list."""
    at = said.cue("task")
    listed = (
        said.says("my list")
        or said.says("his list")
        or said.says("her list")
        or said.says("their list")
    )
    if listed:
        return True
    if at is None and said.cue("add") == said.at and said.of("quote"):
        return any(each.stem in senses.CUES["task"] for each in said.frame.tokens)
    if at is None:
        start = _is_told_to(said)
        chore = start is not None and _is_chore(said, start)
        return start is not None and (chore or bool(said.message.mentions.of("quote")))
    if said.low(at) == "remind":
        return True
    if said.low(at - 1) in bag("that this"):
        units = [Said(said.message, unit) for unit in said.message.units if unit.at < said.at]
        told = any(_is_told_to(each) is not None for each in units)
        return said.cue("add", said.at, at) is not None and told
    making = {said.low(i) for i in range(said.at, at)} & bag("add create make new set put")
    if said.low(at).endswith("s") and not making:
        return False  # reassign Tom's tasks to Mira
    if _goes_on_a_board(said, at + 1):
        return False
    quoted = bool(said.of("quote")) and said.cue("add", said.at, at) is not None
    new = (
        quoted
        or said.low(at - 1) in bag("a new another")
        or said.low(at + 1) in bag("for on to : about called")
    )
    asked = bool(
        {said.low(i) for i in range(said.at, at)}
        & bag("add create make give new put get gets need note set")
    )
    return (
        new
        and (
            asked
            or said.low(said.at) in ("task", "new")
            or (at <= said.at + 1 and said.low(at + 1) in ("for", "to"))
        )
        and not said.has("done", "finished", "complete", "off", "overdue")
    )


def _goes_on_a_board(said: Said, at: int) -> bool:
    """Whether what is added is a card: a new task to the Design backlog."""
    start = at + 1 + (said.low(at + 1) == "the")
    place = said.message.mentions.starting(start, "pipeline", "stage")
    return said.low(at) in ("to", "in", "on") and place is not None


def _is_chore(said: Said, at: int) -> bool:
    """Whether what a colleague has to do is no change of ours: has to descale the machine."""
    low = said.low(at)
    cues = {*senses.CUES["hold"], *senses.CUES["go"], *senses.CUES["hand"]}
    obliged = said.low(at - 1) in ("to", "should", "must")
    return (
        obliged
        and low not in lexicon.VERBS
        and low not in senses.PLAIN
        and said.message.tokens[at].stem not in cues
        and bool(said.message.mentions.of("contact", "day"))
    )


def _is_told_to(said: Said) -> int | None:
    """Return where what a colleague is to do begins: Rhys should …."""
    for member in said.of("member"):
        i = member.end
        if said.low(i) in OBLIGED - bag("is to could can") or (
            said.low(i) in ("could", "can") and member.at <= said.at + 1
        ):
            return i + 1 + (said.low(i + 1) in ("to", "have"))
        if (
            said.low(member.at - 1) in bag("could can should will would")
            and member.at - 1 == said.at
        ):
            return i
    return None


class _Duty:
    """What a message says of a task."""

    def __init__(self, message: Message, said: Said) -> None:
        self.message, self.said = message, said
        quotes = message.mentions.of("quote")
        self.member = self._assignee()
        self.day = self._due()
        self.title = quotes[0].means[0] if quotes else self._wording()

    def _assignee(self) -> Mention | str | None:
        tokens = self.message.tokens
        for member in self.message.mentions.of("member"):
            end = tokens[member.end] if member.end < len(tokens) else None
            if end is None or end.kind != "possessive":
                return member
        low = [each.low for each in tokens]
        said = " ".join(low)
        if (
            "my list" in said
            or "for me" in said
            or "give me" in said
            or "remind me" in said
            or "i need a task" in said
            or "me a task" in said
        ):
            return "me"
        return None

    def _due(self) -> Mention | None:
        days = [m for m in self.message.mentions.of("day") if m.means[0].last >= today()]
        led = [
            m
            for m in days
            if self.message.tokens[m.at - 1].low in bag("by due until for on before till")
            or (m.at and True)
        ]
        return led[-1] if led else None

    def _wording(self) -> str:
        """Return what is to be done, as it is worded: behind a task to …, or somebody should …."""
        tokens = self.message.tokens
        for unit in self.message.units:
            said = Said(self.message, unit)
            at = said.cue("task")
            for i in range(at + 1, unit.end) if at is not None else ():
                if tokens[i].low in DOING and i + 1 < unit.end and not self._is_person(i + 1):
                    return self._text(i + 1, unit.end)
                whose = self.message.mentions.starting(i + 1, "member")
                if tokens[i].low == ":" and whose is not None and tokens[whose.end].low == ",":
                    return self._text(whose.end + 1, self.message.units[-1].end)
            announced = at is not None and unit.end + 1 < len(tokens)
            if announced and tokens[unit.end].low == ":" and not self._is_person(unit.end + 1):
                return self._text(unit.end + 1, self.message.units[-1].end)
        if self.said.low(self.said.first()) == "remind":
            about = next((i for i in self.said.places() if self.said.low(i) == "about"), None)
            topic = self._text(about, self.said.end) if about else ""
            return f"Follow up {topic[:1].lower()}{topic[1:]}" if topic else ""
        for unit in self.message.units:
            said = Said(self.message, unit)
            start = _is_told_to(said)
            if start is not None:
                return self._text(start, unit.end)
            passive = next(
                (
                    i
                    for i in said.places()
                    if said.low(i) in ("be", "is")
                    and said.low(i + 1) in ("to", "rung", "called", "sent", "visited")
                ),
                None,
            )
            if passive is not None and said.of("contact", "member"):
                return self._text(unit.at, unit.end)
        return ""

    def _is_person(self, at: int) -> bool:
        return self.message.mentions.starting(
            at, "member", "contact"
        ) is not None and self.message.tokens[at - 1].low in (":", ",")

    def _text(self, at: int, end: int) -> str:
        """Return the wording without the day at its end, and without who does it."""
        day = self.day
        if day is not None and at < day.at <= end:
            stop = day.at
            while stop > at and self.message.tokens[stop - 1].low in bag(
                "by on until before for due at the"
            ):
                stop -= 1
            end = stop if day.end >= end - 1 else end
        text = self.said.frame.text(at, end).strip(" .,:-")
        return text[:1].upper() + text[1:]

    def make(self) -> None:
        frame = self.said.frame
        arguments: dict[str, Any] = {"title": self.title}
        if self.member == "me":
            arguments["assignee"] = email_of(frame, frame.scope.me)
        elif isinstance(self.member, Mention):
            refs = list(dict.fromkeys(term.ref for term in self.member.means))
            text = frame.text(self.member.at, self.member.end)
            refs = frame.scope.bound.get(text.casefold(), refs)
            if len(refs) > 1:
                raise which(text, [(ref, str(frame.scope.words.member(ref).user)) for ref in refs])
            arguments["assignee"] = email_of(frame, refs[0])
        if self.day is not None:
            span = self.day.means[0]
            arguments["due_at"] = moment(span.start if span.is_day else max(span.start, today()))
        people = self._about()
        if len(people) > 1:
            return frame.apply("create_task", "contact", people, arguments, f"task “{self.title}”")
        if people:
            arguments["contact"] = row_ref(people[0])
        frame.plan.steps.append(Step("create_task", arguments, f"task “{self.title}”"))
        frame.plan.count += 1
        frame.plan.about = [*(row_ref(each) for each in people), f"${len(frame.plan.steps)}.task"]

    def _each(self) -> Set | None:
        """Return those of whom each gets the task: for everyone in Ordered."""
        tokens, end = self.message.tokens, self.said.end
        for i in range(self.said.at, end):
            if tokens[i].low == "for" and i + 1 < end and tokens[i + 1].low in QUANTIFIERS:
                of = phrases.read(self.said.frame.scope, tokens, i + 1, end)
                of.plural = of.all = True
                return of
        return None

    def _about(self) -> list[Any]:
        each = self._each()
        if each is not None:
            return self.said.frame.rows(each, "contact")
        of = named_in(self.message) or (self.message.focus if self.message.supposed else None)
        if of is not None:
            return self.said.frame.rows(of, "contact")
        if (many := self._described()) is not None:
            return self.said.frame.rows(many, "contact")
        low = {each.low for each in self.message.tokens}
        scope = self.said.frame.scope
        told = [each for each in scope.sets if each.names]
        if told and low & bag("him her them he she they"):
            return self.said.frame.rows(told[-1], "contact")
        if (scope.page and not self.message.mentions.of("member")) or low & bag("her them"):
            known = scope.page or (scope.about or [""])[0]
            if known.startswith(("contact:", "position:")):
                return self.said.frame.rows(Set(pronoun="it", text="it"), "contact")
        return []

    def _described(self) -> Set | None:
        """Return all whom a task is about, one each: a task for every deal in Demo."""
        said = self.said
        for i in said.places():
            if said.low(i) in bag("for about with") and said.low(i + 1) in QUANTIFIERS:
                of = said.frame.read(i + 1, said.end)
                return of if of.says() and not of.unknown else None
        return None


def named_in(message: Message) -> Set | None:
    """Return the contact that a message names: outside what it quotes."""
    found = message.mentions.of("contact", "position")
    found = [m for m in found if not _is_rather_a_place(message, m)]
    people = [m for m in found if m.kind == "contact"]
    whole = [m for m in people if m.means[0].whole] or people
    if whole:
        chosen = [whole[0]]
        for each in whole[1:]:
            between = message.tokens[chosen[-1].end : each.at]
            if between and all(token.low in ("and", ",", "&") for token in between):
                chosen.append(each)
        names = [named for m in chosen for named in m.means]
        text = message.frame.text(chosen[0].at, chosen[-1].end)
        return Set(names=names, text=text, plural=len(names) > 1)
    cards = [m for m in found if m.kind == "position"]
    return Set(names=[cards[0].means[0]], text=cards[0].means[0].text) if cards else None


def _is_rather_a_place(message: Message, mention: Mention) -> bool:
    """Whether words that begin somebody's name are a pipeline's or stage's whole name."""
    return (
        not mention.means[0].whole
        and message.mentions.covering(mention.at, "pipeline", "stage") is not None
    )


# --- Done -----------------------------------------------------------------------------------------
def finishing(message: Message) -> Iterator[Candidate]:
    """A task is done by what is told: that is done, tick it off."""
    unit = next((u for n, u in message.unread() if _says_done(Said(message, u))), None)
    if unit is None:
        return
    said = Said(message, unit)
    tasked = any(_speaks_of_task(Said(message, each)) for each in message.units)
    of = named_in(message)
    if of is None:
        yield from _done_of_set(message, said)
        return
    rows = _open_tasks(said, of)
    told = {row.pk: _likeness(message, row) for row in rows}
    best = [row for row in rows if told[row.pk] == max(told.values())] if rows else []
    if not best or not (
        tasked or max(told.values()) >= 1 or said.says("that off") or said.says("it off")
    ):
        return
    units = frozenset(n for n, _ in message.unread())

    def make() -> None:
        if len(best) > 1:
            raise which(of.text, [(row_ref(row), row.title) for row in best])
        said.frame.apply("complete_task", "task", best, {}, "done")

    yield Candidate(
        "done", 5.0 if tasked or said.cue("done") is not None else 3.5, frozenset(), make, units
    )


def _says_done(said: Said) -> bool:
    if said.unit.mood != "said":
        return False
    tick = said.says("off") and any(
        said.low(i) in bag("tick check cross strike") for i in said.places()
    )
    closed = _speaks_of_task(said) and said.has(
        "closed", "close", "complete", "completed", "done", "finished", "finish"
    )
    done = any(
        said.low(i) in DONE and said.is_last(i + 1) and not said.negated(i) for i in said.places()
    )
    done = done or (said.verb == "complete" and bool(said.of("task")))
    return tick or closed or done


def _speaks_of_task(said: Said) -> bool:
    return any(said.low(i) in bag("task tasks todo todos job jobs reminder") for i in said.places())


def _open_tasks(said: Said, of: Set) -> list[Any]:
    people = said.frame.rows(replace(of), "contact")
    mine = Task.objects.visible_to(said.frame.scope.by).filter(done_at=None)
    return list(mine.filter(contact__in=[each.pk for each in people]).order_by("due_at", "pk"))


def _likeness(message: Message, row: Any) -> int:
    """Return how many words of a task's title a message says."""
    said = {each.stem for each in message.tokens}
    own = {
        each.stem for each in words(row.title) if each.low not in senses.PLAIN - bag("call note")
    }
    return len(own & said)


def _done_of_set(message: Message, said: Said) -> Iterator[Candidate]:
    """All that fit a description are done."""
    if said.message.focus is None and said.has("those", "these", "them") and not said.of("quote"):
        return
    words = DONE | bag("tick check off are is as")
    taken = {said.first()} if said.verb in ("complete", "close", "mark") else set()
    taken |= {i for i in said.places() if said.low(i) in words}
    of = said.subject(taken, "task")
    if of is None or not (of.kind == "task" or (of.pronoun and _spoke_of_tasks(said))):
        return
    own = frozenset(n for n, unit in said.message.unread() if unit == said.unit)
    yield Candidate("done", 4.0, frozenset(taken), lambda: finish_tasks(said.frame, of), own)


def _spoke_of_tasks(said: Said) -> bool:
    """Whether a pronoun stands for tasks: there they are listed, or were just made."""
    known = said.frame.antecedents("it")
    spoken = bool(known) and (known[0].startswith("task:") or known[0].endswith(".task"))
    return spoken or _speaks_of_task(said)
