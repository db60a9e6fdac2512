"""Put a card back on its board."""

from typing import Annotated

from pydantic import Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records.standings import Standing, about_card, show
from agents.records.whereabouts import find_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import positions
from pipelines.models import Position


@tool(
    effect=Effect.REVERSIBLE,
    about=about_card("Put {contact} back on {pipeline}"),
    needs=Permission.MOVE,
    each="position",
    example={"position": "position:11"},
    idempotent=True,
)
def restore_position(
    context: Context,
    *,
    position: Annotated[Ref[Position], Field(description="The card that was taken off.")],
) -> Standing:
    """
    Put a card that was taken off its board back where it stood.
    """
    card = find_card(context, position)
    return show(positions.restore(card, by=context.by, reason=context.reason))
