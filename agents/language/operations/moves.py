"""Cards moved to a stage, along their board, or closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.language.frames import Frame, Impossible, Made, Unclear
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.words import reasons
from agents.language.words.wording import sayings

NEXT = sayings(
    "next stage, the next stage, next step, the next step, the next one, "
    "the following stage, the next column, next column, the next phase, "
    "the stage after, one stage forward, one step forward, a stage forward, "
    "forward one stage, one stage further, forward a stage, one stage ahead, "
    "a step forward, one stage on, one stage up, whatever comes next, "
    "the stage that follows, its next stage, their next stage, "
    "her next stage, his next stage"
)


BACK = sayings(
    "previous stage, the previous stage, the stage before, one stage back, "
    "a stage back, back one stage, back a stage, one step back, a step back, "
    "the prior stage, the last stage, the previous column, the previous one, "
    "where it was, where they were, its previous stage, "
    "their previous stage"
)


@dataclass(frozen=True)
class Target:
    """
    Where cards are to go.

    :param kind: stage, next, previous, won or lost
    :param terms: the stages that the words may mean
    """

    kind: str
    terms: tuple[Term, ...] = ()
    text: str = ""


def move_to(frame: Frame, of: Set, target: Target) -> None:
    """Move the cards of a set."""
    if target.kind in ("won", "lost"):
        return close(frame, of, target.kind)
    boards = sorted({int(term.pipeline.partition(":")[2]) for term in target.terms}) or None
    cards = frame.rows(
        of, "position", only_open=True, boards=boards if of.names or of.pronoun else None
    )
    groups: dict[str, list[Any]] = {}
    for card in cards:
        stage = stage_for(frame, card, target)
        if stage is None:
            continue
        if stage == f"stage:{getattr(card, 'stage_id', 0)}":
            continue
        groups.setdefault(stage, []).append(card)
    if not groups:
        raise Impossible(_say_none(frame, cards, target))
    about: list[str] = []
    for stage, some in groups.items():
        name = frame.scope.words.stage(stage).name
        if (arguments := _as_lost(frame, stage)) is not None:
            frame.apply("close_position", "position", some, arguments, f"moved to {name}")
            about += frame.plan.about
            continue
        frame.apply("move_contact", "position", some, {"to_stage": stage}, f"moved to {name}")
        about += frame.plan.about
    frame.plan.about = about


def _as_lost(frame: Frame, ref: str) -> dict[str, Any] | None:
    """Return how cards are closed in a stage, where that is its pipeline's way to lose them."""
    words = frame.scope.words
    stage = words.stage(ref)
    ways = [
        each for each in words.stages_of(f"pipeline:{stage.pipeline_id}") if each.kind == "lost"
    ]
    if [each.ref for each in ways] != [ref]:
        return None
    reason = reasons.find(frame.tokens, frame.source, frame.end)
    return {"outcome": "lost", "lost_reason": reason} if reason else None


def stage_for(frame: Frame, card: Any, target: Target) -> str | None:
    """Return the stage that a card goes to, on its own board; None if it has none there."""
    if isinstance(card, Made):
        return target.terms[0].ref if target.terms else None
    stages = frame.scope.words.stages_of(f"pipeline:{card.pipeline_id}")
    if target.kind == "stage":
        fitting = [
            term.ref for term in target.terms if term.pipeline == f"pipeline:{card.pipeline_id}"
        ]
        if len(set(fitting)) > 1:
            options = [(ref, frame.scope.words.stage(ref).name) for ref in sorted(set(fitting))]
            raise Unclear(
                f"Which stage: {' or '.join(name for _, name in options)}?",
                mention=target.text.casefold(),
                candidates=options,
            )
        return fitting[0] if fitting else None
    at = next((i for i, stage in enumerate(stages) if stage.pk == card.stage_id), None)
    if at is None:
        return None
    if target.kind == "next":
        after = [stage for stage in stages[at + 1 :] if stage.kind != "lost"]
        return after[0].ref if after and stages[at].kind == "active" else None
    if card.previous_stage_id and stages[at].kind != "active":
        return f"stage:{card.previous_stage_id}"
    return stages[at - 1].ref if at else None


def _say_none(frame: Frame, cards: Sequence[Any], target: Target) -> str:
    if target.kind == "stage":
        name = target.terms[0].called
        there = [
            card
            for card in cards
            if f"stage:{getattr(card, 'stage_id', 0)}" in {term.ref for term in target.terms}
        ]
        if there:
            return (
                f"{'It is' if len(there) == 1 else 'They are'} in {name} already; nothing was "
                "changed."
            )
        return (
            f"There is no stage {name} in the pipeline where "
            f"{'it stands' if len(cards) == 1 else 'they stand'}; nothing was changed."
        )
    return f"There is no {target.kind} stage to go to; nothing was changed."


def close(frame: Frame, of: Set, outcome: str) -> None:
    """Close cards as won or lost."""
    cards = frame.rows(of, "position", only_open=True)
    cards = [card for card in cards if getattr(card, "outcome", "") != outcome]
    if not cards:
        raise Impossible(f"That is {outcome} already; nothing was changed.")
    arguments: dict[str, Any] = {"outcome": outcome}
    if outcome == "lost":
        arguments["lost_reason"] = reasons.find(frame.tokens, frame.source, frame.at) or "Not said"
    frame.apply("close_position", "position", cards, arguments, f"closed as {outcome}")
