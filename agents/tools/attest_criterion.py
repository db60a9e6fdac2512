"""Say, with evidence, that an exit criterion holds."""

from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments, Line
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.details import Short
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import criteria
from pipelines.models import Criterion, Position

Evidence = Annotated[
    str, Field(min_length=1, max_length=5_000, description="What was seen or heard, and where.")
]


class Attested(BaseModel):
    """What was attested, and what the card's stage still asks for."""

    position: str
    contact: Untrusted
    criterion: OwnName
    label: OwnName


def about_attestation(
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
    return About(title=f"Attest for {card.contact.name}: {item.label}", subject=card, position=card)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_attestation,
    needs=Permission.MOVE,
    example={
        "position": "position:9",
        "criterion": "budget_confirmed",
        "evidence": "Said so on the phone, 3 March.",
    },
)
def attest_criterion(
    context: Context,
    *,
    criterion: Annotated[Line, Field(description="Its key or label: budget_confirmed.")],
    evidence: Evidence,
    source: Annotated[Short, Field(max_length=300, description="A reference or an address.")] = "",
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
) -> Attested:
    """
    Say that something a stage asks for holds for a card, with evidence a person can check.

    Only for items that are attested; what is read from the data (a value, a company) is filled in.
    """
    card = find_card(context, position, contact, pipeline)
    item = find_criterion(context, card, criterion)
    criteria.attest(
        card,
        criterion=item,
        evidence=evidence,
        source=source,
        by=context.by,
        reason=context.reason,
    )
    return Attested(
        position=card.ref, contact=card.contact.name, criterion=item.key, label=item.label
    )


def find_criterion(context: Context, card: Position, named: str) -> Criterion:
    """
    Return the criterion that is meant by its key or label: of the card's stage, else of another.

    :raises BadArguments: if its pipeline asks for no such thing; names what it asks for
    """
    asked = Criterion.objects.visible_to(context.by).filter(
        pipeline=card.pipeline_id, archived_at=None
    )
    items = list(asked.order_by("stage__order", "order", "pk"))
    items.sort(key=lambda item: item.stage_id != card.stage_id)
    meant = named.strip().casefold()
    for item in items:
        if meant in (item.key.casefold(), item.label.casefold()):
            return item
    keys = list(dict.fromkeys(item.key for item in items if item.is_checklist))
    near = get_close_matches(named, keys, n=1)
    right = f"did you mean {near[0]}" if near else f"there are {', '.join(keys) or 'none'}"
    raise BadArguments(
        context.tool, {"criterion": f"is nothing {card.pipeline.name} asks for; {right}"}
    )
