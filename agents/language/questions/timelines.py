"""When something was done or became so, how long that is ago, and who of us did it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from agents.language.description.touching import HAPPENED, TOUCHES
from agents.language.frames import Frame, Step, row_ref
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.questions import activities, subjects
from agents.language.questions.lookups import end_of, look_up
from agents.language.questions.shown import write_day
from agents.language.words.tokens import stem
from agents.language.words.wording import bag, sayings
from audit import clock
from crm import refs
from crm.models.activities import ActivityKind
from pipelines.models import StageVisit

WHEN = sayings(
    "until when, since when, by when, when, on what date, on which date, on what day, "
    "on which day, what day, what date, which day, at what date, from when, how long ago"
)
LONG = sayings(
    "how long, for how long, how many days, for how many days, how many weeks, "
    "for how many weeks, how many months, for how many months, since when"
)
TURNS = {
    "position.closed_at": bag("close closed won win lost lose signed sign completed"),
    "position.entered_stage_at": bag("enter entered move moved reach get go reached went come"),
    "contact.created_at": bag("created added join joined register registered imported"),
}
LABELS = {
    "position.closed_at": "closed",
    "position.entered_stage_at": "time of entering the stage",
    "contact.created_at": "created",
}
NOTES = bag("note notes remark remarks comment comments")
HISTORY = bag("activities activity history timeline interactions")
TELLING = (
    NOTES
    | HISTORY
    | bag(
        "including his her summary summarise summarize know read on about with of between passed "
        "latest last recent"
    )
)


def when_question(frame: Frame, words: Sequence[str]) -> bool:
    """When was Karen last called; until when does her contract run; when did she reach Demo."""
    start = _after(frame, WHEN)
    found = subjects.split(frame, start, end_of(frame)) if start is not None else None
    if found is None:
        return False
    of, rest = found
    stage = _stage(frame, rest)
    if (kinds := _kinds(frame, rest)) and not (stage and stage.sure == 3):
        return _last_touch(frame, of, kinds)
    dated = [
        each
        for each in subjects.find_fields(frame, rest, ("date", "moment"))
        if each[0].name not in ("entered_stage_at", "closed_at", "created_at")
    ]
    said = {frame.low(at) for at in rest}
    if dated and not (stage and said >= set(stage.words)):
        return _look_up_date(frame, of, dated[0][0])
    if stage:
        return _entered(frame, of, stage)
    for path, verbs in TURNS.items():
        if any(frame.low(at) in verbs for at in rest):
            row = frame.rows(of, path.partition(".")[0])[0]
            return look_up(frame, row_ref(row), path, LABELS[path])
    return False


def how_long(frame: Frame, words: Sequence[str]) -> bool:
    """How many days has Leon been waiting in Interview; how long have we not spoken to her."""
    start = _after(frame, LONG)
    found = subjects.split(frame, start, end_of(frame)) if start is not None else None
    if found is None:
        return False
    of, rest = found
    stage = _stage(frame, rest)
    if (kinds := _kinds(frame, rest)) and not stage:
        return _last_touch(frame, of, kinds)
    waiting = bag("in been here waiting stuck stood sitting standing at there there stage stayed")
    if not any(frame.low(at) in waiting for at in rest):
        return False
    return _entered(frame, of, stage)


def who_did(frame: Frame, words: Sequence[str]) -> bool:
    """Who did the screening call with Una; who of us last wrote to him."""
    if not bag("who which") & set(words[:1]) or set(words[1:2]) & activities.NOUNS.keys():
        return False
    found = subjects.split(frame, frame.at + 1, end_of(frame))
    if found is None or found[0].pronoun == "many":
        return False
    of, rest = found
    if not bag("did last called met wrote spoke phoned visited made held had had") & set(words):
        return False
    kinds, about = _kinds(frame, rest), {frame.tokens[at].stem for at in rest}
    contact = frame.rows(of, "contact")[0]
    rows = _activities(frame, contact).select_related("owner__user")[:200]
    fitting = [row for row in rows if _fits(row, kinds, about)]
    if not fitting:
        return bool(kinds) and _tell(
            frame, contact, f"Nothing of the kind with {contact} is on record."
        )
    best = max(fitting, key=lambda row: (len(about & _subject(row)), row.occurred_at))
    by = str(best.owner.user) if best.owner else "Nobody known"
    what = best.subject or best.get_kind_display()
    return _tell(
        frame, contact, f"{by}: {what} with {contact.name} on {write_day(best.occurred_at)}."
    )


def history(frame: Frame, words: Sequence[str]) -> bool:
    """Read me the notes on him; which calls did we have with Karen."""
    said = {at for at in range(frame.at, frame.end) if frame.low(at) in NOTES | HISTORY}
    if not said:
        return False
    found = subjects.split(frame, frame.at, end_of(frame))
    if found is None:
        return False
    of, rest = found
    if subjects.says_more(frame, [at for at in rest if frame.low(at) not in TELLING]):
        return False
    contact = frame.rows(of, "contact")[0]
    rows = _activities(frame, contact)
    if any(frame.low(at) in NOTES for at in said):
        rows = rows.filter(kind=ActivityKind.NOTE)
    lines = [_line(row) for row in rows[:10]]
    none = f"Nothing of that is on record of {contact.name}."
    return _tell(frame, contact, "\n".join([f"{contact.name}:", *lines]) if lines else none)


# --- What is on record ----------------------------------------------------------------------------
def _last_touch(frame: Frame, of: Set, kinds: Iterable[str]) -> bool:
    contact = frame.rows(of, "contact")[0]
    if set(kinds) >= set(TOUCHES):
        return look_up(frame, row_ref(contact), "contact.last_contacted_at", "last contact")
    row = _activities(frame, contact).filter(kind__in=list(kinds)).first()
    if row is None:
        return _tell(frame, contact, f"Never, as far as is on record of {contact.name}.")
    return _tell(
        frame, contact, f"{contact.name}: {row.get_kind_display()} on {_since(row.occurred_at)}."
    )


def _look_up_date(frame: Frame, of: Set, term: Term) -> bool:
    kind = "position" if term.on == "position" else "contact"
    if of.names and of.names[0].kind == "task" and term.on in ("any", "task"):
        kind = "task"
    name = {"due": "due_at" if kind == "task" else "next_follow_up_at"}.get(term.name, term.name)
    row = frame.rows(of, kind)[0]
    return look_up(frame, row_ref(row), f"{kind}.{name}", term.called)


def _entered(frame: Frame, of: Set, stage: Term | None) -> bool:
    """When the card came into a stage, or into the one where it stands."""
    cards = frame.rows(Set(kind="position", names=of.names, pronoun=of.pronoun, plural=True,
                           text=of.text), "position")  # fmt: skip
    inside = [card for card in cards if stage and f"stage:{card.stage_id}" == stage.ref]
    card = (inside or [card for card in cards if card.closed_at is None] or cards)[0]
    entered: datetime | None = card.entered_stage_at
    where = card.stage.name
    if stage is not None and not inside:
        visits = StageVisit.objects.filter(
            position__in=cards, stage_id=int(stage.ref.partition(":")[2])
        )
        visit = visits.order_by("-entered_at").first()
        entered, where = (visit.entered_at if visit else None), stage.called
    if entered is None:
        return _tell(
            frame, card, f"{card.contact.name} has not been in {where}, as far as is on record."
        )
    return _tell(frame, card, f"{card.contact.name}: in {where} since {_since(entered)}.")


def _since(moment: datetime) -> str:
    days = max(0, (clock.now() - moment).days)
    return f"{write_day(moment)}, {days} {'day' if days == 1 else 'days'} ago"


def _activities(frame: Frame, contact: Any) -> Any:
    rows = refs.visible("activity", by=frame.scope.by).filter(contact=contact.pk)
    return rows.order_by("-occurred_at", "-pk")


def _fits(row: Any, kinds: Sequence[str], about: set[str]) -> bool:
    return row.kind in kinds or bool(about & _subject(row))


def _subject(row: Any) -> set[str]:
    return {stem(word.casefold()) for word in row.subject.split() if len(word) > 3}


def _line(row: Any) -> str:
    said = ": ".join(part for part in (row.subject, row.body) if part)
    return (
        f"- {write_day(row.occurred_at)}, {row.get_kind_display()}: {said or '(nothing written)'}"
    )


# --- What is asked --------------------------------------------------------------------------------
def _after(frame: Frame, ways: Iterable[tuple[str, ...]]) -> int | None:
    for said in sorted(ways, key=len, reverse=True):
        if frame.lows(frame.at, len(said)) == said:
            return frame.at + len(said)
    return None


def _kinds(frame: Frame, places: Sequence[int]) -> tuple[str, ...]:
    """Return the kinds of activity that some tokens speak of."""
    own = {at for term, spoken in subjects.find_fields(frame, places, ("date",)) for at in spoken
           if term.name.startswith("custom.")}  # fmt: skip
    found = [
        kind for at in places if at not in own for kind in HAPPENED.get(frame.tokens[at].stem, ())
    ]
    return tuple(dict.fromkeys(found))


def _stage(frame: Frame, places: Sequence[int]) -> Term | None:
    """Return the stage that some tokens name."""
    tokens = [frame.tokens[at] for at in places]
    found = [
        (term.sure, end - at, term)
        for at in range(len(tokens))
        for end, term in frame.scope.words.find(tokens, at, ["stage"])
    ]
    return max(found, key=lambda each: (each[0], each[1]))[2] if found else None


def _tell(frame: Frame, row: Any, text: str) -> bool:
    """Look at a record, and say what its timeline holds."""
    ref = row_ref(row)
    frame.plan.steps.append(Step("get_object", {"ref": ref}, "looked up"))
    frame.plan.render.append({"as": "text", "text": text, "of": 1})
    frame.plan.about = [ref]
    return True
