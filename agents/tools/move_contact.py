"""Move a contact's card to another stage."""

from typing import Annotated

from pydantic import BaseModel, Field

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Untrusted
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

Criteria = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(max_length=50, description="Exit criteria you hold to be met. Checked all the same."),
]


class Moved(BaseModel):
    """Where the card stands now."""

    position: str
    contact: Untrusted
    stage: str
    stage_name: OwnName
    win_percent: int | None
    outcome: str | None


def about_move(
    context: Context,
    *,
    to_stage: str,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    from_stage: str | None = None,
    exit_criteria_met: list[str] | None = None,
) -> About:
    """
    Find the card and the stage.

    What waits does not name where the card was seen, for it is bound to where it stands: so that
    is checked before anybody is asked.

    :raises Conflict: if the card is not where it was seen
    """
    card = find_card(context, position, contact, pipeline)
    to = find_stage(context, card.pipeline, to_stage=to_stage)
    if from_stage and find_stage(context, card.pipeline, from_stage=from_stage).pk != card.stage_id:
        raise positions.Conflict(card)
    return About(
        title=f"Move {card.contact.name} to {to.name}",
        subject=card,
        position=card,
        to_stage=to,
        changes_nothing=to.pk == card.stage_id,
        arguments={"position": card.ref, "to_stage": to.ref},
        claims={"exit_criteria_met": exit_criteria_met} if exit_criteria_met else {},
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_move,
    needs=Permission.MOVE,
    each="position",
    example={"position": "position:9", "to_stage": "Qualified"},
    idempotent=True,
)
def move_contact(
    context: Context,
    *,
    to_stage: StageNamed,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    from_stage: StageNamed | None = None,
    exit_criteria_met: Criteria | None = None,
) -> Moved:
    """
    Move a contact to another stage of a pipeline it is already in.

    Use it when every exit criterion of its present stage is met; a refusal names what is missing.
    With from_stage, nothing happens if the card is no longer there. To a lost stage, the reason of
    the call says why it was lost.
    """
    card = find_card(context, position, contact, pipeline)
    board = card.pipeline
    moved = positions.move(
        card,
        to=find_stage(context, board, to_stage=to_stage),
        expected_stage=find_stage(context, board, from_stage=from_stage) if from_stage else None,
        by=context.by,
        reason=context.reason,
    )
    return Moved(
        position=moved.ref,
        contact=moved.contact.name,
        stage=moved.stage.ref,
        stage_name=moved.stage.name,
        win_percent=moved.stage.win_percent,
        outcome=moved.outcome or None,
    )
