"""Scores: what agents think of a card, and what a person holds against it."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from audit.models import Outcome
from crm import edits
from crm.fields import FieldError
from pipelines import cards, contents, gates
from pipelines.cards import ReasonNeeded
from pipelines.events import ManualScoreSet, PositionScored
from pipelines.models import Position

FACTORS = ("engagement", "fit", "intent", "timing")


class OnlyPeople(Refusal):
    """Only a person does this."""

    outcome = Outcome.DENIED


@command
def score(
    position: Position,
    *,
    factors: Mapping[str, float],
    overall: int,
    confidence: float,
    reasons: Sequence[str],
    by: Actor,
    reason: str = "",
    **suggestions: Any,
) -> Position:
    """
    Keep an agent's score. Where a person set one, that stays in force.

    :param factors: engagement, fit, intent and timing, each 0 to 100
    :param overall: 0 to 100
    :param confidence: in the score, 0 to 1
    :param suggestions: any of `contents.SUGGESTED`
    :raises FieldError: names every value that is missing or out of range
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    _check_score(factors, overall, confidence)
    card = cards.lock(position)
    gates.check_agent(by, card.pipeline, card.stage)
    before = card.score
    changed = contents.assign(card, suggestions, by=by, allowed=contents.SUGGESTED)
    card.score, card.confidence = overall, confidence
    card.score_factors = {name: factors[name] for name in FACTORS}
    card.score_reasons = [str(each) for each in reasons]
    card.reviewed_at = clock.now()
    scored = ["score", "confidence", "score_factors", "score_reasons", "reviewed_at"]
    card.save(update_fields=[*scored, *edits.columns_of(changed)])
    record(
        PositionScored(
            position_id=card.pk, pipeline_id=card.pipeline_id, score=overall, before=before
        ),
        on=card,
        summary=f"{card.contact.name} scored {overall} in {card.pipeline.name}",
    )
    return cards.show(position, card)


@command
def set_manual_score(
    position: Position, *, score: int | None, by: Actor, reason: str = ""
) -> Position:
    """
    Set the score in force by hand, or (None) give it back to the agents.

    :param score: 0 to 100
    :raises OnlyPeople: if `by` is not a person
    :raises FieldError: if it is out of range
    :raises ReasonNeeded: if a score is set without a reason
    """
    if not by.is_person:
        raise OnlyPeople("Only a person sets a score by hand.")
    if score is not None and not _is_in_range(score, 100):
        raise FieldError({"score": "A whole number from 0 to 100."})
    if score is not None and not reason.strip():
        raise ReasonNeeded("Say why the score is set by hand; the reason is kept.")
    card = cards.lock(position)
    card.manual_score = score
    card.override_reason = "" if score is None else reason[:500]
    card.save(update_fields=["manual_score", "override_reason"])
    told = "was given back to the agents" if score is None else f"was set to {score} by hand"
    record(
        ManualScoreSet(position_id=card.pk, pipeline_id=card.pipeline_id, score=score),
        on=card,
        summary=f"{card.contact.name}'s score {told}",
    )
    return cards.show(position, card)


def _check_score(factors: Mapping[str, float], overall: int, confidence: float) -> None:
    wrong = {}
    if set(factors) != set(FACTORS) or not all(_is_number(n, 100) for n in factors.values()):
        wrong["factors"] = f"Exactly {', '.join(FACTORS)}, each from 0 to 100."
    if not _is_in_range(overall, 100):
        wrong["overall"] = "A whole number from 0 to 100."
    if not _is_number(confidence, 1):
        wrong["confidence"] = "A number from 0 to 1."
    if wrong:
        raise FieldError(wrong)


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _is_in_range(value: object, most: int) -> bool:
    return isinstance(value, int) and _is_number(value, most)
