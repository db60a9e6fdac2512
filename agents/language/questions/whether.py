"""Whether something is so: is Karen in Demo; and of how many it is: a share."""

from collections.abc import Sequence
from typing import Any

from agents.language.frames import Frame, Step, Unclear, row_ref
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.questions import asking, figures
from agents.language.questions.lookups import end_of
from agents.language.words.wording import bag

SHARES = bag("share percentage percent proportion fraction ratio")
PARTING = bag("is are was were has have had that who which with do does did got")
LOOKED_AT = 3  # records that a question names, each looked at


def yes_no(frame: Frame, words: Sequence[str]) -> bool:
    """Is Karen in Demo; does Karen have an open task; are there overdue deals."""
    if not bag("is are does do has have did was were") & set(words[:1]):
        return False
    start = frame.at + 1 + (frame.low(frame.at + 1) in ("there", "we", "any"))
    of = _described(frame, start)
    frame.check_understood(of)
    if of.is_empty:
        return False
    on = {atom.on for atom in of.every_atom()}
    kind = of.kind or ("contact" if on <= {"contact", "any", "company", "activity"} else "position")
    kind = "position" if "position" in on else kind
    for ref in frame.antecedents(of.pronoun) if of.pronoun else ():
        if not ref.startswith("$"):
            of.ref_ids.setdefault(ref.partition(":")[0], []).append(int(ref.partition(":")[2]))
    try:
        rows = list(sets.query(of, kind, frame.scope.by)[:200])
    except sets.Unfit:
        raise Unclear("Can you ask that in another way?") from None
    _say(frame, of, kind, rows, several=words[:1] == ["are"])
    frame.plan.about = [row_ref(row) for row in rows] or frame.plan.about
    return True


def _described(frame: Frame, start: int) -> Set:
    """Return what is asked about; this, without a noun, is what the page shows."""
    pointed = frame.low(start) in ("this", "that") and frame.low(start + 1) in bag(
        "one in at on overdue open closed won lost still already due late stuck assigned"
    )
    if not pointed:
        return frame.read(start, end_of(frame))
    of = frame.read(start + 1 + (frame.low(start + 1) == "one"), end_of(frame))
    of.pronoun = of.pronoun or "it"
    return of


def _say(frame: Frame, of: Set, kind: str, rows: Sequence[Any], *, several: bool) -> None:
    """Have it counted, or looked at where the records are known already."""
    says: dict[str, Any] = {"as": "whether", "kind": kind, "count": len(rows), "several": several}
    if (found := sets.comparisons(of, kind)) is not None:
        frame.plan.steps.append(figures.count(kind, found))
        says["calls"] = 1
    else:
        named = [f"{each.kind}:{pk}" for each in of.names for pk in each.ids]
        named += [f"{each}:{pk}" for each, ids in of.ref_ids.items() for pk in ids]
        steps = [Step("get_object", {"ref": ref}, "looked up") for ref in named[:LOOKED_AT]]
        frame.plan.steps += steps
        says["looked"] = len(steps)
    frame.plan.render.append(says)


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
    says: dict[str, Any] = {"as": "share", "kind": kind}
    for name, of in (("whole", whole), ("some", some)):
        if (found := sets.comparisons(of, kind)) is not None:
            frame.plan.steps.append(figures.count(kind, found))
        else:
            says[name] = sets.query(of, kind, frame.scope.by).count()
    frame.plan.render.append(says)
    figures.remember(frame, some, kind)
    return True


def _is_noun(frame: Frame, at: int, end: int) -> bool:
    """Whether some words say what records are called, and all of them are understood."""
    of = frame.read(at, end)
    return bool(of.noun) and not of.unknown


def _unmarked(frame: Frame, at: int, end: int) -> list[int]:
    return [i for i in range(at, end) if frame.tokens[i].kind != "mark" or frame.low(i) == ","]
