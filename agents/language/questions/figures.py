"""Figures: a question's records measured, as calls that only read."""

from dataclasses import replace
from typing import Any

from agents.language.frames import (
    Frame,
    Impossible,
    Step,
    Unclear,
    noun_of,
    row_ref,
    says_standing,
)
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.questions.asking import Question

MOST_GROUPS = 50


def path_of(frame: Frame, question: Question) -> tuple[str, str]:
    """Return of which kind the rows are, and which field of theirs is measured."""
    kind, term = question.kind, question.measured
    if question.measure == "count":
        return kind, ""
    if term is None:
        own = _amount_of_people(frame) if kind == "contact" and question.of.noun else ""
        return ("contact", own) if own else ("position", "position.value_cents")
    if term.on in (kind, "any"):
        return kind, f"{kind}.{term.name}"
    if term.on == "company":
        return kind, f"contact.company.{term.name}"
    if kind == "position" and term.on == "contact":
        return kind, f"contact.{term.name}"
    return term.on, f"{term.on}.{term.name}"


def _amount_of_people(frame: Frame) -> str:
    """Return the one amount that is kept of people, where there is one."""
    money = [
        each.key
        for each in frame.scope.words.customs
        if (each.on, each.type) == ("contact", "money")
    ]
    return f"contact.custom.{money[0]}" if len(money) == 1 else ""


def group_on(group: str, kind: str) -> str:
    """Return a group's field in the terms of a kind; of time, the time that is meant of it."""
    if not group:
        return ""
    if group == "when":
        return {
            "task": "task.due_at",
            "activity": "activity.occurred_at",
            "contact": "contact.created_at",
            "company": "company.created_at",
        }.get(kind, "position.closed_at")
    on, _, name = group.partition(".")
    if on == "any":
        return "task.assignee" if kind == "task" and name == "owner" else f"{kind}.{name}"
    if on == "company" and kind != "company":
        return f"contact.company.{name}"
    return group


def answer(frame: Frame, question: Question, *, label: str = "") -> None:
    """Add the calls that measure, and what is said of them."""
    if question.group and (of_each := _greatest(question)) is not None:
        question = of_each
    of = question.of
    kind, path = path_of(frame, question)
    by = group_on(question.group, kind)
    if by.startswith("position.") and kind == "contact":
        kind = "position"
    counted, distinct = kind, ""
    found = sets.comparisons(of, kind)
    if found is None and kind == "contact":
        found = sets.comparisons(of, "position")
        counted, distinct = ("position", "position.contact") if found is not None else (kind, "")
    if found is None or of.pick:
        return _count_here(frame, question, kind, path, label)
    arguments = _arguments(counted, question, found, path or distinct, by)
    frame.plan.steps.append(Step("measure_objects", arguments, "counted"))
    says: dict[str, Any] = {
        "as": "measure",
        "kind": kind,
        "measure": question.measure,
        "text": of.text,
        "label": question.measured.called if question.measured else "",
        "of": label,
        "by": by,
        "noun": of.noun,
        "distinct": bool(distinct),
    }
    whole = counted == "position" and not says_standing(of) and not by and not distinct
    if whole and question.measure in ("count", "sum"):
        says["open"] = True
        still = {"field": "position.closed_at", "op": "is_empty"}
        opened = {**arguments, "filter": [*found[0], still]}
        frame.plan.steps.append(Step("measure_objects", opened, "counted"))
    frame.plan.render.append(says)
    remember(frame, of, kind)


def _greatest(question: Question) -> Question | None:
    """The largest deal of each owner: the highest of what tells them apart, by group."""
    pick = question.of.pick
    if pick is None or pick.limit > 1 or len(pick.names) > 1 or question.measure != "count":
        return None
    money = pick.names[0] == "value_cents"
    term = Term("field", "value" if money else pick.names[0], (), (), on=pick.on,
                name=pick.names[0], type="money" if money else "number")  # fmt: skip
    measure = "lowest" if pick.ascending else "highest"
    of = replace(question.of, pick=None)
    return replace(question, of=of, measure=measure, measured=term)


def _arguments(kind: str, question: Question, found: Any, path: str, by: str) -> dict[str, Any]:
    every, either = found
    arguments: dict[str, Any] = {"type": kind, "measure": question.measure}
    if path:
        arguments["field"] = path
    if every:
        arguments["filter"] = every
    if either:
        arguments["either"] = either
    if by:
        arguments |= {"group_by": by, "limit": MOST_GROUPS}
    if question.span:
        arguments["span"] = question.span
    return arguments


def count(kind: str, found: Any) -> Step:
    """Return the call that counts what comparisons hold of."""
    every, either = found
    arguments: dict[str, Any] = {"type": kind, "measure": "count"}
    if every:
        arguments["filter"] = every
    if either:
        arguments["either"] = either
    return Step("measure_objects", arguments, "counted")


def remember(frame: Frame, of: Set, kind: str) -> None:
    """Let them be spoken of afterwards."""
    try:
        rows = sets.query(of, kind, frame.scope.by)
        frame.plan.about = [
            f"{kind}:{pk}" for pk in rows.order_by("pk").values_list("pk", flat=True)[:200]
        ]
    except sets.Unfit:
        frame.plan.about = []


def _count_here(frame: Frame, question: Question, kind: str, path: str, label: str) -> None:
    """What no condition can say is measured by looking the records up."""
    try:
        rows = frame.rows(replace(question.of, plural=True, all=True), kind)
    except Impossible:
        rows = []
    if question.measure != "count" or question.group:
        if question.of.pick or question.group:
            raise Unclear("I cannot add those up. Can you ask it in another way?")
        of = Set(ref_ids={kind: [row.pk for row in rows]}, text=question.of.text)
        return _measure_rows(frame, question, of, kind, path, label)
    text = f"{len(rows)} {noun_of(kind, one=len(rows) == 1)}."
    frame.plan.render.append({"as": "text", "text": f"{label}: {text}" if label else text})
    frame.plan.about = [row_ref(row) for row in rows]


def _measure_rows(
    frame: Frame, question: Question, of: Set, kind: str, path: str, label: str
) -> None:
    """Have the field of some rows measured that are known by their ids."""
    frame.plan.render.append(
        {
            "as": "reckoned",
            "refs": [f"{kind}:{pk}" for pk in of.ref_ids[kind]],
            "kind": kind,
            "path": path,
            "measure": question.measure,
            "label": question.measured.called if question.measured else "",
            "of": label,
        }
    )
    frame.plan.about = [f"{kind}:{pk}" for pk in of.ref_ids[kind]]
