"""Take back that an exit criterion holds."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Line
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from agents.tools.attest_criterion import find_criterion
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import criteria


class Withdrawn(BaseModel):
    """What no longer counts as attested."""

    position: str
    contact: Untrusted
    criterion: OwnName
    label: OwnName


def about_withdrawing(
    context: Context,
    *,
    criterion: str,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **_: Any,
) -> About:
    """Find the card and the criterion."""
    card = find_card(context, position, contact, pipeline)
    item = find_criterion(context, card, criterion)
    return About(
        title=f"Withdraw for {card.contact.name}: {item.label}", subject=card, position=card
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_withdrawing,
    needs=Permission.MOVE,
    example={"position": "position:9", "criterion": "need_understood"},
)
def withdraw_attestation(
    context: Context,
    *,
    criterion: Annotated[Line, Field(description="Its key or label: budget_confirmed.")],
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
) -> Withdrawn:
    """
    Take back that something a stage asks for holds for a card, where it turned out otherwise.
    """
    card = find_card(context, position, contact, pipeline)
    item = find_criterion(context, card, criterion)
    criteria.withdraw(card, criterion=item, by=context.by, reason=context.reason)
    return Withdrawn(
        position=card.ref, contact=card.contact.name, criterion=item.key, label=item.label
    )
