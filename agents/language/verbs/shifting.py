"""Raising and lowering numbers, putting off days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from agents.language.frames import Frame, Impossible, Step, Unclear, row_ref
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.verbs.edits import set_fields
from agents.language.verbs.fielded import TOOLS, fields_before, is_task, kind_of, put, whose
from agents.language.verbs.targets import moment
from agents.language.words import amounts


def add_amount(frame: Frame) -> bool:
    """Add 500 to the value of this deal."""
    amount = amounts.read(frame.tokens[: frame.end], frame.at)
    if amount is None or frame.low(amount[0]) not in ("to", "onto"):
        return False
    for at, stop, term in fields_before(frame, frame.end):
        if term.type not in ("money", "number") or at <= amount[0]:
            continue
        inner = replace(frame, at=amount[0] + 1)
        of = inner.read(stop + 1, frame.end) if frame.low(stop) in ("of", "for") else None
        if of is None and frame.tokens[at - 1].kind == "possessive":
            of = inner.read(amount[0] + 1, at - 1)
        if of is None:
            continue
        for row in frame.rows(of, kind_of(frame, of, term)):
            _shift(frame, row, term, amount[1], 1, kind_of(frame, of, term))
        return True
    return False


def change_amount(frame: Frame) -> None:
    """Raise or lower a number: by ten percent, by 5k, to 20k."""
    by = frame.find("by")
    if by is None:
        return set_fields(frame)
    found = amounts.read(frame.tokens[: frame.end], by + 1)
    if found is None:
        raise Unclear("By how much?", join="by")
    fields = fields_before(frame, by) or []
    sign = -1 if frame.verb == "lower" else 1
    for at, end, term in fields:
        of = whose(frame, at, end, by)
        if of is None or term.type not in ("money", "number"):
            continue
        rows = frame.rows(of, kind_of(frame, of, term))
        for row in rows:
            _shift(frame, row, term, found[1], sign, kind_of(frame, of, term))
        frame.plan.count += len(rows)
        frame.plan.about = [row_ref(row) for row in rows]
        return
    raise Unclear("Which number should I change?", join="")


def _shift(frame: Frame, row: Any, term: Term, by: amounts.Amount, sign: int, kind: str) -> None:
    """Add the step that raises or lowers a number of one record."""
    held = _held(row, term)
    if held is None:
        raise Impossible(f"There is no {term.called} to change; nothing was changed.")
    scale = 100 if term.type == "money" else 1
    step = held * by.number / 100 if by.percent else by.number * scale
    changes: dict[str, Any] = {}
    put(changes, term, round(held + sign * step), frame)
    tool, argument = TOOLS[kind]
    ref = row_ref(row)
    says = f"{term.called} changed"
    frame.plan.steps.append(Step(tool, {argument: ref, **changes}, says, (ref,)))
    frame.plan.about = [*([] if len(frame.plan.steps) == 1 else frame.plan.about), ref]


def _held(row: Any, term: Term) -> float | None:
    if term.name.startswith("custom."):
        held = row.properties.get(term.name.removeprefix("custom."))
    else:
        held = getattr(row, term.name, None)
    return held if isinstance(held, int | float) else None


def postpone(frame: Frame) -> None:
    """Put off a follow-up, a task or a close date: by a week, to Friday."""
    of_end, shift, to = _when_to(frame)
    of, term = _what_is_put_off(frame, of_end)
    kind = "task" if term == "due_at" else "position"
    rows = frame.rows(of, kind, only_open=True)
    tool, argument = TOOLS[kind]
    for row in rows:
        held = getattr(row, term, None)
        if isinstance(held, datetime):
            held = held.date()
        new = shift(held) if shift is not None and held is not None else to
        if new is None:
            raise Impossible("There is no date to put off; nothing was changed.")
        value = new.isoformat() if term == "expected_close_on" else moment(new)
        frame.plan.steps.append(
            Step(
                tool,
                {argument: row_ref(row), term: value},
                f"moved to {new:%-d %B %Y}",
                (row_ref(row),),
            )
        )
    frame.plan.count += len(rows)
    frame.plan.about = [row_ref(row) for row in rows]


def _when_to(frame: Frame) -> tuple[int, Callable[[date], date] | None, date | None]:
    """Return where what is put off ends, by how much it is shifted, and the day it goes to."""

    def by(length: tuple[int, float, str], sign: int = 1) -> Callable[[date], date]:
        return lambda day: calendar.shift(day, sign * length[1], length[2])

    calendar = frame.scope.calendar
    for at in range(frame.end - 1, frame.at, -1):
        word = frame.low(at)
        if word == "by" and (length := calendar.length(frame.tokens[: frame.end], at + 1)):
            return at, by(length, -1 if frame.word == "bring" else 1), None
        if word in ("to", "until", "till", "for") and (
            found := calendar.read(frame.tokens[: frame.end], at + 1)
        ):
            return at, None, found[1].start
        if word in ("for", "another") and (
            length := calendar.length(frame.tokens[: frame.end], at + (word == "for"))
        ):
            return at, by(length), None
    for at in range(frame.at + 1, frame.end):
        length = calendar.length(frame.tokens[: frame.end], at)
        if length and length[0] >= frame.end - 1:
            return at, by(length), None
    raise Unclear("Until when?", join="to")


def _what_is_put_off(frame: Frame, end: int) -> tuple[Set, str]:
    for at, stop, term in fields_before(frame, end):
        name = {"due": "next_follow_up_at"}.get(term.name, term.name)
        if name in ("next_follow_up_at", "expected_close_on", "due_at"):
            of = whose(frame, at, stop, end)
            if of is not None:
                return of, "due_at" if of.kind == "task" else name
    of = frame.read(frame.at, end)
    if of.kind == "task" or is_task(frame, of):
        return of, "due_at"
    if not of.kind and of.names and of.names[0].kind == "task":
        return of, "due_at"
    return of, "next_follow_up_at"
