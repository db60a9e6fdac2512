"""Days that are set, shifted and cleared: follow-ups, close dates, tasks, dates of one's own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from agents.language.evidence import dated
from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import Impossible, Made, Step, row_ref
from agents.language.operations.fields import FIXED, TOOLS, moment, put
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set, today
from agents.language.organization.vocabulary import Term
from agents.language.words import lexicon, senses
from agents.language.words.dates import Span
from agents.language.words.dates import day as one_day
from agents.language.words.wording import bag
from pipelines.models import Position

FOLLOW_UP = Term(
    "field", "next follow-up", (), (), on="position", name="next_follow_up_at", type="moment"
)
DUE = Term("field", "due date", ("due",), ("due",), on="task", name="due_at", type="moment")
LATER = bag("by back out later exactly add push to that date")
MARKERS = bag("get gets to on for is are by until till in : becomes become from at it them be due")


def scheduling(said: Said) -> Iterator[Candidate]:
    """A day is to be, is from now on, or is no more."""
    if dated.called_by(said) is not None:
        return  # it only tells which are meant
    for field, places in list(_fields(said)) or _field_before(said):
        yield from _shifted(said, field, places)
        yield from _cleared(said, field, places)
        yield from _set(said, field, places)


def _fields(said: Said) -> Iterator[tuple[Term, set[int]]]:
    """Return the dates that a unit speaks of, with the places that do."""
    at = said.cue("follow")
    if at is not None:
        places = {at, *([at + 1] if said.low(at + 1) in ("up", "ups", "back") else [])}
        places |= {i for i in (at - 1,) if said.low(i) == "next"}
        places |= {i for i in (max(places) + 1,) if said.low(i) == "with"}
        places |= {i for i in (max(places) + 1,) if said.low(i) in ("date", "day", "dates")}
        if (
            any(said.message.tokens[i].low in bag("ups followups") for i in places)
            and said._describes_many() is not None
            and said.low(max(places) + 1) not in ("of", "for", "on")
        ):
            places = set()  # the follow-ups that …: they tell which are meant
        yield (
            (DUE if said.cue("task") is not None and said.has("task", "tasks") else FOLLOW_UP),
            places,
        )
        return
    for mention in said.of("field"):
        terms = [t for t in mention.means if t.type in ("date", "moment") and t.name not in FIXED]
        if terms:
            term = terms[0]
            if term.name in ("next_follow_up_at", "due_at"):
                tasks = said.message.focus is not None and said.message.focus.kind == "task"
                term = DUE if tasks or said.cue("task") is not None else FOLLOW_UP
            plural = said.low(mention.end - 1).endswith("s") and said._describes_many() is None
            which = said.tells_which(mention) or (plural and dated.called_by(said) is not None)
            yield term, set() if which else set(mention.places)
    if said.has("task", "tasks", "todo", "todos", "job", "jobs") or said.of("task"):
        yield DUE, set()
    elif said.verb in ("postpone", "move") and not said.of("field", "stage", "value"):
        known = said.frame.antecedents("it")
        tasks = bool(known) and known[0].startswith("task:")
        if tasks or said.verb == "postpone":
            yield (DUE if tasks else FOLLOW_UP), {said.first()}


def _field_before(said: Said) -> Iterator[tuple[Term, set[int]]]:
    """Return the date that was spoken of: those whose offer date has passed, set it to Monday."""
    message, focus = said.message, said.message.focus
    if not said.of("day") or not _is_short(said):
        return
    verb = {next(i for i in said.places() if said.low(i) not in lexicon.FILLERS)}
    if focus is not None and focus.kind == "task":
        yield DUE, verb
        return
    for start in [message.frame.at, *[unit.at for unit in message.units]]:
        if start < said.at:
            before = Said(message, replace(said.unit, at=start, end=said.at))
            found = list(_fields(before))
            if found:
                yield found[-1][0], verb
                return


def _is_short(said: Said) -> bool:
    """Whether a unit only says what becomes of what was spoken of: set it to Monday."""
    days = {i for m in said.of("day") for i in m.places}
    first = next((i for i in said.places() if said.low(i) not in lexicon.FILLERS), said.at)
    return said.low(first) in lexicon.VERBS and all(
        i in days
        or i == first
        or said.low(i) in MARKERS | lexicon.FILLERS | bag("it them all those that in forward back")
        for i in said.places()
    )


def _day(said: Said) -> Mention | None:
    """Return the day that something is set to: the last that is said, here or just before."""
    days = [m for m in said.of("day") if _may_be_set(said, m)]
    if days:
        return days[-1]
    if said.cue("clear") is not None or said.no_longer:
        return None
    around = [m for m in said.message.mentions.of("day") if m.means[0].is_day]
    return around[0] if len(around) == 1 else None


def _may_be_set(said: Said, day: Mention) -> bool:
    return said.low(day.at - 1) not in bag("before after since than")


def _set(said: Said, field: Term, places: set[int]) -> Iterator[Candidate]:
    day = _day(said)
    if day is None or said.no_longer:
        return
    marker = _marker(said, day)
    if said._describes_many() is not None and (not marker or marker in bag("in by until")):
        return  # it tells which are meant
    within = said.at <= day.at < said.end
    score = (
        2.0
        + 1.0 * bool(places)
        + (1.0 if within and (marker or day.end == said.end) else 0.0)
        + 0.5 * said.is_last(day.end)
    )
    taken = places | set(day.places) | _lead(said, day.at) if within else set(places)
    span = _seen_from(said, day)
    on = span.start if span.is_day else max(span.start, today())
    yield from _change(said, field, taken, score, lambda held: on)


def _seen_from(said: Said, day: Mention) -> Span:
    """Return a day that is told from another: the 30th of that month, the Tuesday after it."""
    after = [said.low(i) for i in range(day.end, day.end + 3)]
    before = [m for m in said.message.mentions.of("day") if m.end <= day.at]
    span: Span = day.means[0]
    if not before:
        return span
    base: Span = before[-1].means[0]
    if after[:2] in (["of", "that"], ["of", "the"]) and after[2] in ("month", "same"):
        return one_day(base.last.replace(day=span.start.day))
    if after[0] in ("after", "following") and after[1] in ("it", "that", "this"):
        ahead = (span.start.weekday() - base.last.weekday() - 1) % 7 + 1
        return one_day(base.last + timedelta(days=ahead))
    return span


def _marker(said: Said, day: Mention) -> str:
    """Return the word that leads to a day: to, on, becomes; "" where none does."""
    at = day.at - 1
    while said.low(at) in bag("the our now a done") and at > said.at:
        at -= 1
    described = said.low(at - 1) in bag("due planned expected scheduled closing created were was")
    return said.low(at) if said.low(at) in MARKERS and not described else ""


def _lead(said: Said, at: int) -> set[int]:
    words = (
        MARKERS
        | senses.ADVERBS
        | senses.MODALS
        | senses.BECOMING
        | bag("put set make moved move planned done")
    )
    places, i = set(), at - 1
    while i >= said.at and said.low(i) in words - bag("his her its my our their them him it"):
        places.add(i)
        i -= 1
    return places


def _shifted(said: Said, field: Term, places: set[int]) -> Iterator[Candidate]:
    """By a week, back by a fortnight, one year out: from the day that each has."""
    for length in said.of("length"):
        number, unit = length.means[0]
        near = {
            said.low(i)
            for i in (length.at - 1, length.at - 2, length.at - 3, length.end, length.end + 1)
        }
        if "in" in (said.low(length.at - 1),) or not (
            near & bag("by back out later earlier forward another add")
        ):
            continue
        sign = -1 if said.has("earlier", "forward", "sooner") else 1

        def by(
            held: date | None, number: float = number, unit: str = unit, sign: int = sign
        ) -> date:
            if held is None:
                raise Impossible("There is no date to put off; nothing was changed.")
            return said.frame.scope.calendar.shift(held, sign * number, unit)

        taken = places | set(length.places) | _lead(said, length.at) | {
            i for i in said.places() if said.low(i) in LATER
            or said.message.tokens[i].stem in senses.CUES["put_off"]
        }  # fmt: skip
        yield from _change(said, field, taken, 4.5, by)


def _cleared(said: Said, field: Term, places: set[int]) -> Iterator[Candidate]:
    at = said.cue("clear")
    at = said.at if at is None and said.says("no need") else at
    if not (places and (at is not None or said.no_longer)) or (said.of("day") and at is None):
        return
    taken = places | ({at} if at is not None else set())
    taken |= {
        i for i in said.places() if said.low(i) in bag("date need not needs any more longer that")
    }
    yield from _change(said, field, taken, 4.5, lambda held: None)


def _change(
    said: Said, field: Term, taken: set[int], score: float, new: Any
) -> Iterator[Candidate]:
    said.taken = set(taken)
    of = dated.called_by(said) or said.subject(taken, field.on if field.on != "any" else "contact")
    if of is None:
        return

    def make() -> None:
        said.hint(taken)
        if field is FOLLOW_UP and _has_no_card(said, of):
            return _as_task(said, of, new(None))
        rows = said.frame.rows(of, field.on, only_open=True)
        _write(said, field, rows, new)

    yield Candidate("date", score, frozenset(taken), make)


def _has_no_card(said: Said, of: Set) -> bool:
    """Whether somebody is named who has no card under way: then it is a task to follow up."""
    ids = [pk for name in of.names if name.kind == "contact" for pk in name.ids]
    if len(ids) != 1:
        return False
    mine = Position.objects.visible_to(said.frame.scope.by).in_use()
    return not mine.filter(contact__in=ids, closed_at=None).exists()


def _as_task(said: Said, of: Set, on: date) -> None:
    person = said.frame.rows(replace(of, kind="", noun=""), "contact")[0]
    arguments = {
        "title": f"Follow up with {person.name}",
        "contact": row_ref(person),
        "due_at": moment(on),
    }
    said.frame.plan.steps.append(Step("create_task", arguments, f"task “{arguments['title']}”"))
    said.frame.plan.count += 1
    said.frame.plan.about = [row_ref(person), f"${len(said.frame.plan.steps)}.task"]


def _write(said: Said, field: Term, rows: list[Any], new: Any) -> None:
    """Write the new day of each record: all at once where it is the same of all."""
    frame = said.frame
    days: dict[date | None, list[Any]] = {}
    for row in rows:
        on = new(None if isinstance(row, Made) else _held(row, field))
        days.setdefault(on, []).append(row)
    tool, argument = TOOLS[field.on if field.on in TOOLS else "contact"]
    about: list[str] = []
    for on, some in days.items():
        changes: dict[str, Any] = {}
        value = None if on is None else moment(on) if field.type == "moment" else on.isoformat()
        if field is DUE:
            changes["due_at"] = value
        else:
            put(changes, field, value, frame)
        frame.apply(
            tool, argument, some, changes, f"{field.called} {'cleared' if on is None else 'set'}"
        )
        about += frame.plan.about
    frame.plan.about = about


def _held(row: Any, field: Term) -> date | None:
    if field.name.startswith("custom."):
        held = row.properties.get(field.name.removeprefix("custom."))
        return date.fromisoformat(held) if isinstance(held, str) and held else None
    held = getattr(row, field.name, None)
    return held.date() if isinstance(held, datetime) else held
