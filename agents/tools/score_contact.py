"""Score a contact's card."""

from typing import Annotated, Any, Unpack

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments, Entry, Percent
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import Short, Suggestions
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import scores


class Factors(Entry):
    """What a score is made of, 0 to 100 each."""

    engagement: Annotated[Percent, Field(description="E-mails opened, calls, visits.")]
    fit: Annotated[Percent, Field(description="Size, industry and role match what we look for.")]
    intent: Annotated[Percent, Field(description="Signs of wanting to buy.")]
    timing: Annotated[Percent, Field(description="Budget and urgency now.")]


class Scored(BaseModel):
    """The score, and the one in force: a person's own stands above it."""

    position: str
    contact: Untrusted
    score: int
    score_in_force: int
    set_by_hand: bool


def about_score(
    context: Context,
    *,
    overall_score: int,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **_: Any,
) -> About:
    """Find the card."""
    card = find_card(context, position, contact, pipeline)
    return About(
        title=f"Score {card.contact.name} {overall_score} in {card.pipeline.name}",
        subject=card,
        position=card,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_score,
    needs=Permission.EDIT,
    example={
        "position": "position:9",
        "factors": {"engagement": 80, "fit": 90, "intent": 60, "timing": 50},
        "overall_score": 74,
        "reasoning": ["Opened the last three e-mails.", "A budget is named."],
        "confidence": 0.8,
    },
)
def score_contact(
    context: Context,
    *,
    factors: Annotated[Factors, Field(description="What it is made of.")],
    overall_score: Annotated[Percent, Field(description="0 to 100.")],
    reasoning: Annotated[
        list[Short], Field(min_length=1, max_length=20, description="Why, in words.")
    ],
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **said: Unpack[Suggestions],
) -> Scored:
    """
    Score how likely a contact's card is to be won, by four factors, with reasons in words.

    It never changes a score that a person set by hand: that one stays in force.
    """
    confidence = said.pop("confidence", context.confidence)
    if confidence is None:
        raise BadArguments(context.tool, {"confidence": "is missing: how sure you are, 0 to 1"})
    card = scores.score(
        find_card(context, position, contact, pipeline),
        factors=factors.model_dump(),
        overall=overall_score,
        confidence=confidence,
        reasons=reasoning,
        by=context.by,
        reason=context.reason,
        **_found(context, said),
    )
    return Scored(
        position=card.ref,
        contact=card.contact.name,
        score=overall_score,
        score_in_force=card.score_in_force or 0,
        set_by_hand=card.manual_score is not None,
    )


def _found(context: Context, said: Any) -> dict[str, Any]:
    """Return suggestions with the stage itself in place of its reference."""
    stage = said.pop("suggested_stage", None)
    return said | ({"suggested_stage": context.find(stage)} if stage else {})
