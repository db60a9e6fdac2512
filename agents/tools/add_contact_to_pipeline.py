"""Put a contact on a board."""

from typing import Unpack

from pydantic import BaseModel

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.details import CardDetails, with_own
from agents.records.whereabouts import StageNamed, find_stage
from approvals.proposals import Effect
from crm.models import Contact
from crm.permissions import Permission
from pipelines import gates, positions
from pipelines.models import Pipeline


class Entered(BaseModel):
    """The new card."""

    position: str
    contact: Untrusted
    pipeline: str
    stage: str
    stage_name: OwnName


def about_entry(
    context: Context,
    *,
    contact: Ref[Contact],
    pipeline: Ref[Pipeline],
    stage: str | None = None,
    **_: object,
) -> About:
    """Find the contact, the board and the stage the card would start in."""
    who, board = context.find(contact), context.find(pipeline)
    wanted = find_stage(context, board, stage=stage) if stage else None
    to = gates.find_entrance(board, wanted)
    return About(
        title=f"Put {who.name} into {board.name}, {to.name}",
        subject=who,
        pipeline=board,
        to_stage=to,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_entry,
    needs=Permission.MOVE,
    each="contact",
    example={"contact": "contact:44", "pipeline": "pipeline:1", "value_cents": 250_000},
)
def add_contact_to_pipeline(
    context: Context,
    *,
    contact: Ref[Contact],
    pipeline: Ref[Pipeline],
    stage: StageNamed | None = None,
    **details: Unpack[CardDetails],
) -> Entered:
    """
    Put a contact into a pipeline, in its first stage unless another is named.

    A contact can be in several pipelines at once. Look first whether it is in this one already:
    this makes a new card, such as a second deal.
    """
    who, board = context.find(contact), context.find(pipeline)
    given = with_own(dict(details))
    card = positions.enter(
        who,
        pipeline=board,
        stage=find_stage(context, board, stage=stage) if stage else None,
        by=context.by,
        reason=context.reason,
        **given,
    )
    return Entered(
        position=card.ref,
        contact=who.name,
        pipeline=board.name,
        stage=card.stage.ref,
        stage_name=card.stage.name,
    )
