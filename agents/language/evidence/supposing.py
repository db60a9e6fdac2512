"""Conditions: what must be so for the rest of a message to be done, and whether it is."""

from dataclasses import replace
from datetime import date
from typing import Any

from agents.language.evidence.evidence import Message, Said
from agents.language.evidence.suppositions import holds_now
from agents.language.evidence.units import Unit, split
from agents.language.organization.mentions import RECORDS, Mention, Mentions
from agents.language.organization.sets import Set, today
from agents.language.words.wording import bag
from crm.models import Activity, Task
from pipelines.models import Position

NOTHING = "That does not hold, so there is nothing to do. Nothing was changed."
OPENS = {("if",): False, ("unless",): True, ("only", "if"): False, ("in", "case"): False,
         ("provided",): False, ("provided", "that"): False, ("should",): False}  # fmt: skip
DENIALS = bag("no not nobody nothing none never without neither")
TOUCHED = {
    "call": "call", "called": "call", "phoned": "call", "rung": "call", "met": "meeting",
    "visited": "meeting", "seen": "meeting", "written": "email", "emailed": "email",
    "mailed": "email", "spoken": "call", "talked": "call",
}  # fmt: skip
SPOKEN = bag("touch contacted spoken heard talked contact written called met")


def suppose(message: Message) -> Message | None:
    """
    Return what is left to do of a message with a condition: nothing where it does not hold.

    None where there is no condition.
    """
    tokens = message.tokens
    asked = _asked_first(message)
    if asked is not None:
        return asked
    found = _opening(message)
    if found is None:
        return None
    at, begin, turned = found
    end = _end_of(message, begin)
    named = message.mentions.of(*RECORDS, at=at, end=end) or message.mentions.of(*RECORDS)
    focus = _focus(message, named)
    if focus is not None and Said(message, Unit(begin, end))._speaks_of_card(()):
        focus.kind = focus.noun = "position"
    holds = _holds(message, begin, end, focus) != turned
    other = next((i for i in range(end, len(tokens)) if _turns(message, i)), len(tokens))
    begin = other + 1 + (other < len(tokens) and tokens[other].low == "if")
    rest = [(0, at), (end, other)] if holds else [(begin, len(tokens))]
    return _rest(message, rest, focus)


def _asked_first(message: Message) -> Message | None:
    """Is her grant still in Research? If so …; does he have …? If not …."""
    first = message.units[0] if message.units else None
    tokens = message.tokens
    checks = first is not None and tokens[first.at].low in bag("check see") and tokens[
        first.at + 1
    ].low in ("if", "whether")  # fmt: skip
    if first is None or (first.mood != "asked" and not checks) or len(message.units) < 2:
        return None
    at = message.units[1].at
    while tokens[at].low in (",", "?", "."):
        at += 1
    said = [each.low for each in tokens[at : at + 2]]
    if said[:1] != ["if"] or said[1:] not in (
        ["so"],
        ["not"],
        ["yes"],
        ["no"],
        ["it"],
        ["he"],
        ["she"],
        ["they"],
    ):
        return None
    focus = _focus(message, message.mentions.of(*RECORDS, end=at) or message.mentions.of(*RECORDS))
    holds = _holds(message, first.at + 1 + checks, first.end, focus)
    spans = [(start, end) for start, end, wanted in _branches(message, at) if wanted == holds]
    return _rest(message, spans, focus)


def _branches(message: Message, at: int) -> list[tuple[int, int, bool]]:
    """Return what is to be done if so, and if not: from where to where."""
    tokens = message.tokens
    starts = [i for i in range(at, len(tokens)) if i == at or _turns(message, i)]
    found: list[tuple[int, int, bool]] = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        other = tokens[start].low in ("otherwise", "else")
        wanted = not found[-1][2] if other and found else tokens[start + 1].low not in ("not", "no")
        begin = start + 1 + (not other)
        while begin < end and tokens[begin].low in bag(", is does has do not then"):
            begin += 1
        leaves = begin < end and tokens[begin].low == "leave"  # if so, leave it
        found.append((end if leaves else begin, end, wanted))
    return found


def _turns(message: Message, at: int) -> bool:
    """Whether what is to be done otherwise begins: otherwise, if not."""
    tokens = message.tokens
    pair = tokens[at].low == "if" and at + 1 < len(tokens)
    return tokens[at].low in ("otherwise", "else") or (
        pair and tokens[at + 1].low in ("so", "not", "yes", "no")
    )


def _opening(message: Message) -> tuple[int, int, bool] | None:
    tokens = message.tokens
    for i, token in enumerate(tokens):
        if token.kind != "word" or message.mentions.covering(i, "quote"):
            continue
        starts = (
            i == 0 or tokens[i - 1].low in (".", ",", "!", ";") or token.low in ("if", "unless")
        )
        for words in sorted(OPENS, key=len, reverse=True):
            if (not starts and words != ("in", "case")) or tuple(
                each.low for each in tokens[i : i + len(words)]
            ) != words:
                continue
            if words == ("should",) and (
                i > 0 or tokens[-1].low == "?" or not message.mentions.starting(i + 1, *RECORDS)
            ):
                continue
            if (
                token.low == "if"
                and (
                    tokens[i - 1].low
                    in bag("as even know check ask asks asked wonder wonders wondered")
                    or tokens[i + 1].low in bag("possible you so")
                )
                and i
            ):
                continue
            return i, i + len(words), OPENS[words]
    return None


def _end_of(message: Message, begin: int) -> int:
    """Return where a condition ends: before a comma, a colon, then."""
    tokens = message.tokens
    for i in range(begin, len(tokens)):
        if tokens[i].low in (",", ":", "then", ";", ".") and tokens[i].kind in ("mark", "word"):
            return i + 1 if tokens[i].low != "then" else i
    return len(tokens)


def _focus(message: Message, named: list[Mention]) -> Set | None:
    if not named:
        return None
    first = next((m for m in named if m.kind == "position"), None) or named[0]
    return Set(names=[first.means[0]], text=message.frame.text(first.at, first.end))


def _rest(message: Message, spans: list[tuple[int, int]], focus: Set | None) -> Message:
    """Return a message of what stands in some spans."""
    frame = message.frame
    units: list[Unit] = []
    found = []
    for at, end in spans:
        if at >= end:
            continue
        for unit in split(frame.tokens[:end], frame.scope, message.mentions, frame.source):
            if unit.end <= at:
                continue
            start = max(unit.at, at)
            while start < unit.end and frame.tokens[start].low in (",", ":", "then", "so", "and"):
                start += 1
            if start < unit.end:
                units.append(Unit(start, unit.end, unit.mood))
        found += message.mentions.of(*{m.kind for m in message.mentions.found}, at=at, end=end)
    if not units:
        frame.plan.says.append(NOTHING)
    if focus is not None:
        frame.scope.sets.append(focus)
    condition = Mentions([m for m in message.mentions.found if m not in found])
    return Message(frame, Mentions(found), units, focus, supposed=True, condition=condition)


# --- Whether it is so -----------------------------------------------------------------------------
def _holds(message: Message, at: int, end: int, focus: Set | None) -> bool:
    """:raises Unclear: if the condition is not understood"""
    said = Said(message, Unit(at, end))
    denied = any(said.low(i) in DENIALS for i in said.places())
    if focus is not None or message.frame.scope.page:
        of = focus or Set(pronoun="it", text="it")
        for way in (_in_stage, _has_task, _in_touch, _holds_value):
            found = way(said, of)
            if found is not None:
                return found != denied
    if focus is not None:
        message.frame.scope.sets.append(focus)
    return holds_now(replace(message.frame, at=at, end=end))[0]


def _people(said: Said, of: Set) -> list[int]:
    return [row.pk for row in said.frame.rows(of, "contact")]


def _has_task(said: Said, of: Set) -> bool | None:
    tasked = (
        said.cue("task") is not None
        or said.says("to do")
        or said.has("planned", "todos", "scheduled", "pending")
    )
    if not tasked:
        return None
    mine = Task.objects.visible_to(said.frame.scope.by).filter(done_at=None)
    return mine.filter(contact__in=_people(said, of)).exists()


def _in_touch(said: Said, of: Set) -> bool | None:
    if not any(said.low(i) in SPOKEN for i in said.places()):
        return None
    since = _since(said)
    if since is None:
        return None
    kinds = {TOUCHED[said.low(i)] for i in said.places() if said.low(i) in TOUCHED}
    if {"spoken", "talked"} & {said.low(i) for i in said.places()}:
        kinds.add("meeting")
    rows = Activity.objects.visible_to(said.frame.scope.by).filter(
        contact__in=_people(said, of), occurred_at__date__gte=since
    )
    rows = rows.exclude(kind="note")
    if kinds and "email" not in kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.exists()


def _since(said: Said) -> date | None:
    calendar = said.frame.scope.calendar
    for length in said.of("length"):
        return calendar.shift(today(), -length.means[0][0], length.means[0][1])
    for day in said.of("day"):
        past = calendar.read(said.message.tokens[: said.end], day.at, past=True)
        return past[1].start if past else day.means[0].start
    return None


def _in_stage(said: Said, of: Set) -> bool | None:
    stages = [m for m in said.of("stage") if m.means[0].sure > 1]
    if not stages:
        return None
    refs = {term.ref for term in stages[-1].means}
    boards = sorted({int(term.pipeline.partition(":")[2]) for term in stages[-1].means})
    said.hint(stages[-1].places)
    ids = {pk for name in of.names if name.kind == "contact" for pk in name.ids}
    cards: list[Any]
    if ids:
        mine = Position.objects.visible_to(said.frame.scope.by).in_use()
        cards = list(mine.filter(contact__in=ids, pipeline__in=boards))
    else:
        cards = said.frame.rows(of, "position")
    length = next(iter(said.of("length")), None)
    for card in cards:
        if f"stage:{card.stage_id}" not in refs:
            continue
        if length is None:
            return True
        edge = said.frame.scope.calendar.shift(today(), -length.means[0][0], length.means[0][1])
        if card.entered_stage_at.date() < edge:
            return True
    return False


def _holds_value(said: Said, of: Set) -> bool | None:
    """Needs a visa, is on the gold plan: what a contact's field holds."""
    for mention in said.of("field"):
        for term in mention.means:
            if term.type == "yes_no" and term.on == "contact":
                rows = said.frame.rows(of, "contact")
                return bool(rows[0].properties.get(term.name.removeprefix("custom.")))
    return None
