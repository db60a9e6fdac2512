"""Counting, adding up and listing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.language.frames import Frame, Impossible, Step, Unclear, noun_of, row_ref
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.questions import asking, figures, grouping, whether

MOST_RANKED = 100  # as many as one call lists


def measure(frame: Frame) -> None:
    """Answer with a figure, a table, or a list of what is described."""
    if whether.share(frame):
        return
    question = asking.read(frame)
    if question.measure == "count" and not question.group and wants_list(question.words):
        return show(frame, question.of, question.kind)
    figures.answer(frame, question)


def wants_list(words: Sequence[str]) -> bool:
    """Whether the records themselves are asked for, and not how many they are."""
    joined = " ".join(words[:10])
    figures_asked = ("how many", "number of", "count of", "how much")
    return not any(each in joined for each in figures_asked) and words[:1] != ["count"]


def find_group(frame: Frame) -> int | None:
    """Return where “per owner” begins, if there is such a thing."""
    group, _, tokens = grouping.find_group(frame)
    return min(tokens) if group else None


def show(frame: Frame, of: Set, kind: str) -> None:
    """List the records."""
    if not of.says() and not of.noun:
        raise Unclear("What would you like to know?", join="")
    limit = of.pick.limit if of.pick else 50
    found = sets.comparisons(of, kind)
    if found is None or of.pick or of.limit:
        return _show_rows(frame, of, kind, of.limit or limit)
    every, either = found
    arguments: dict[str, Any] = {"type": kind, "measure": "list", "limit": limit}
    if every:
        arguments["filter"] = every
    if either:
        arguments["either"] = either
    if kind == "position":
        arguments["field"] = "position.value_cents"
    frame.plan.steps.append(Step("measure_objects", arguments, "listed"))
    frame.plan.render.append({"as": "list", "kind": kind, "text": of.text})
    figures.remember(frame, of, kind)


def _show_rows(frame: Frame, of: Set, kind: str, limit: int) -> None:
    try:
        rows = frame.rows(replace(of, plural=True, all=True), kind)[:limit]
    except Impossible:
        text = f"No {noun_of(kind, one=True)} fits “{of.text}”."
        frame.plan.render.append({"as": "text", "text": text})
        return
    refs = [row_ref(row) for row in rows]
    frame.plan.about = refs
    pick = _pick_path(of, kind)
    ranked = _ranking(of, kind, pick, len(rows))
    if ranked is None:
        frame.plan.render.append({"as": "rows", "refs": refs, "kind": kind, "pick": pick})
        return
    frame.plan.steps.append(Step("measure_objects", ranked, "ranked"))
    frame.plan.render.append({"as": "list", "kind": kind, "pick": pick, "most": len(rows)})


def _ranking(of: Set, kind: str, path: str, limit: int) -> dict[str, Any] | None:
    """Return what has the first few listed by what tells them apart, where one field does."""
    found = sets.comparisons(of, kind)
    if found is None or of.pick is None or len(of.pick.names) > 1 or limit > MOST_RANKED:
        return None
    held = {"field": path, "op": "is_not_empty"}
    arguments: dict[str, Any] = {"type": kind, "measure": "list", "field": path, "limit": limit}
    arguments["filter"] = [*found[0], held]
    if found[1]:
        arguments["either"] = found[1]
    if of.pick.ascending:
        arguments["ascending"] = True
    return arguments


def _pick_path(of: Set, kind: str) -> str:
    if of.pick is None:
        return ""
    on = kind if of.pick.on in ("any", "due") else of.pick.on
    if of.pick.on == "due":
        return f"{kind}.{'due_at' if kind == 'task' else 'next_follow_up_at'}"
    prefix = {
        ("contact", "position"): "contact",
        ("company", "position"): "contact.company",
        ("company", "contact"): "contact.company",
    }.get((on, kind), on)
    return f"{prefix}.{of.pick.names[0]}"
