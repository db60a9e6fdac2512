"""Close a card as won or lost."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.standings import Standing, show
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card, find_stages
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import positions

Why = Annotated[
    str, Field(max_length=500, description="Why it was lost; else the reason of the call.")
]


def about_closing(
    context: Context,
    *,
    outcome: str,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **_: Any,
) -> About:
    """Find the card, and the stage it would end in."""
    card = find_card(context, position, contact, pipeline)
    ends = [stage for stage in find_stages(context, card.pipeline) if stage.kind == outcome]
    return About(
        title=f"Close {card.contact.name} in {card.pipeline.name} as {outcome}",
        subject=card,
        position=card,
        to_stage=ends[0] if ends else None,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_closing,
    needs=Permission.MOVE,
    each="position",
    example={"position": "position:9", "outcome": "lost", "lost_reason": "No budget this year."},
    idempotent=True,
)
def close_position(
    context: Context,
    *,
    outcome: Annotated[Literal["won", "lost"], Field(description="How it ended.")],
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    lost_reason: Why = "",
) -> Standing:
    """
    Close a card as won or lost. To be won, it must meet what the stages on the way ask for.
    """
    card = positions.close(
        find_card(context, position, contact, pipeline),
        outcome=outcome,
        by=context.by,
        reason=lost_reason or context.reason,
    )
    return show(card)
