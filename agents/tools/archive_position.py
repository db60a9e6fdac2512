"""Take a card off its board."""

from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records.standings import Standing, about_card, show
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import positions


@tool(
    effect=Effect.REVERSIBLE,
    about=about_card("Take {contact} off {pipeline}"),
    needs=Permission.MOVE,
    each="position",
    example={"position": "position:9"},
    idempotent=True,
)
def archive_position(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
) -> Standing:
    """
    Take a card off its board, such as one entered by mistake. It keeps where it stood.

    One that is over is closed instead: close_position.
    """
    card = find_card(context, position, contact, pipeline)
    return show(positions.archive(card, by=context.by, reason=context.reason))
