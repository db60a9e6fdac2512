"""Look at a pipeline: its stages, what they hold, and cards."""

from typing import Annotated

from pydantic import Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records import boards
from agents.records.boards import BoardShown
from agents.records.whereabouts import StageNamed, find_stage
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines.models import Pipeline

FEW = 5


@tool(effect=Effect.READ, needs=Permission.SEE, example={"pipeline": "pipeline:1", "stage": "Lead"})
def get_board(
    context: Context,
    *,
    pipeline: Ref[Pipeline],
    stage: Annotated[StageNamed, Field(description="Only this one.")] | None = None,
    after: Annotated[str, Field(max_length=300, description="What next said, with stage.")] = "",
    cards: Annotated[int, Field(ge=0, le=25, description="How many to show of each stage.")] = FEW,
) -> BoardShown:
    """
    Look at a pipeline: every stage with its exit criteria, the count and value of all its cards,
    and the first cards of each. With stage, only that one, and with after its next cards.
    """
    board = context.find(pipeline)
    only = find_stage(context, board, stage=stage) if stage else None
    return boards.show(board, by=context.by, only=only, after=after, at_most=cards)
