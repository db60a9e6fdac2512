"""Counting, adding up and listing; shares, and one figure beside another."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.language.frames import Frame, Impossible, Step, Unclear, noun_of, row_ref
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.questions import asking, figures, grouping
from agents.language.words.wording import bag

SHARES = bag("share percentage percent proportion fraction ratio")
PARTING = bag("is are was were has have had that who which with do does did got")


def measure(frame: Frame) -> None:
    """Answer with a figure, a table, or a list of what is described."""
    if share(frame):
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


def share(frame: Frame) -> bool:
    """What share of the tenants have pets: those of which it holds, of all."""
    at = next((i for i in range(frame.at, frame.end) if frame.low(i) in SHARES), None)
    if at is None or frame.low(at + 1) != "of" or frame.low(at - 1) == "win":
        return False
    start = at + 2
    part = next((i for i in range(start + 1, frame.end) if frame.low(i) in PARTING), None)
    part = part or next((i for i in range(start + 1, frame.end) if _is_noun(frame, start, i)), None)
    if part is None:
        return False
    words = ["how", "many"]
    whole, kind = asking.describe(frame, _unmarked(frame, start, part), None, words)
    some, _ = asking.describe(frame, _unmarked(frame, start, frame.end), None, words)
    rows = frame.scope
    all_of = sets.query(whole, kind, rows.by).count()
    held = sets.query(some, kind, rows.by).count()
    percent = f"{held / all_of:.0%}".replace("%", " %") if all_of else "none"
    noun = noun_of(kind, one=all_of == 1)
    frame.plan.render.append({"as": "text", "text": f"{percent}: {held} of {all_of} {noun}."})
    figures.remember(frame, some, kind)
    return True


def _is_noun(frame: Frame, at: int, end: int) -> bool:
    """Whether some words say what records are called, and all of them are understood."""
    of = frame.read(at, end)
    return bool(of.noun) and not of.unknown


def _unmarked(frame: Frame, at: int, end: int) -> list[int]:
    return [i for i in range(at, end) if frame.tokens[i].kind != "mark" or frame.low(i) == ","]


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
    pick = _pick_path(of, kind)
    frame.plan.render.append({"as": "rows", "refs": refs, "kind": kind, "pick": pick})
    frame.plan.about = refs


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
