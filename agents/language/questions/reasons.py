"""Why cards were lost: of one that is named, or of those that were listed."""

from collections.abc import Sequence

from agents.language.frames import Frame, Impossible, Step, Unclear, row_ref
from agents.language.organization.sets import Set
from agents.language.questions import subjects
from agents.language.questions.lookups import end_of
from agents.language.words.wording import bag

LOSING = bag("lose lost losing loss rejected declined refused refuse withdrew reject")
MOST = 25  # cards whose reasons are told at once


def asks_why_lost(frame: Frame) -> bool:
    """Whether a clause asks why something was lost; not why it is at risk."""
    words = {frame.low(at) for at in range(frame.at, frame.end)}
    return frame.low(frame.at) == "why" and bool(words & LOSING)


def why_lost(frame: Frame, words: Sequence[str]) -> bool:
    """Why did we lose the Acme deal; what was the reason for losing her; why?"""
    alone = [word for word in words if word not in ("?", ".", "and")] == ["why"]
    reason = bool(bag("reason reasons") & set(words)) and bool(LOSING & set(words))
    if not (alone or asks_why_lost(frame) or reason):
        return False
    found = subjects.split(frame, frame.at + 1, end_of(frame))
    of = Set(pronoun="many", text="them") if alone else found[0] if found else None
    if of is None:
        return False
    of.plural = of.all = True
    try:
        cards = frame.rows(of, "position")
    except (Impossible, Unclear):
        return False
    lost = [card for card in cards if card.outcome == "lost"][:MOST]
    if not lost:
        return False
    for card in lost:
        frame.plan.steps.append(Step("get_object", {"ref": row_ref(card)}, "looked up"))
    refs = [row_ref(card) for card in lost]
    frame.plan.render.append(
        {"as": "rows", "refs": refs, "kind": "position", "pick": "position.lost_reason",
         "calls": len(refs)}
    )  # fmt: skip
    frame.plan.about = refs
    return True
