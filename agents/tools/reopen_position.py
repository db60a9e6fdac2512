"""Put a closed card under way again."""

from typing import Annotated, Any

from pydantic import Field

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.standings import Standing, show
from agents.records.whereabouts import (
    CardRef,
    OfContact,
    OfPipeline,
    StageNamed,
    find_card,
    find_stage,
)
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import positions


def about_reopening(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    to_stage: str | None = None,
    **_: Any,
) -> About:
    """Find the card, and the stage it would go on in."""
    card = find_card(context, position, contact, pipeline)
    named = find_stage(context, card.pipeline, to_stage=to_stage) if to_stage else None
    return About(
        title=f"Reopen {card.contact.name} in {card.pipeline.name}",
        subject=card,
        position=card,
        to_stage=named or positions.find_last_active(card),
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_reopening,
    needs=Permission.MOVE,
    each="position",
    example={"position": "position:10"},
)
def reopen_position(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    to_stage: Annotated[
        StageNamed, Field(description="Where it goes on; else the stage it was in last.")
    ]
    | None = None,
) -> Standing:
    """
    Put a card that was won or lost under way again.
    """
    card = find_card(context, position, contact, pipeline)
    to = find_stage(context, card.pipeline, to_stage=to_stage) if to_stage else None
    return show(positions.reopen(card, to=to, by=context.by, reason=context.reason))
