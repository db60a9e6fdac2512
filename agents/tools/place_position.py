"""Give a card another place in its column."""

from typing import Annotated

from pydantic import Field

from agents.catalogue.arguments import BadArguments, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records.standings import Standing, about_card, show
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import positions
from pipelines.models import Position


@tool(
    effect=Effect.REVERSIBLE,
    about=about_card("Give {contact} another place in {pipeline}"),
    needs=Permission.MOVE,
    example={"position": "position:9", "below": "position:12"},
)
def place_position(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    above: Annotated[Ref[Position], Field(description="The card it goes directly above.")]
    | None = None,
    below: Annotated[Ref[Position], Field(description="The card it goes directly below.")]
    | None = None,
) -> Standing:
    """
    Put a card above or below another one of its column; on top where neither is given.
    """
    if above is not None and below is not None:
        raise BadArguments(context.tool, {"below": "is one too many: above or below, not both"})
    card = positions.place(
        find_card(context, position, contact, pipeline),
        above=context.find(above) if above else None,
        below=context.find(below) if below else None,
        by=context.by,
        reason=context.reason,
    )
    return show(card)
