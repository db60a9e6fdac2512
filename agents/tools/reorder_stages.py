"""Put a pipeline's stages into another order."""

from typing import Annotated, Any

from pydantic import Field

from agents.calls.subjects import about
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.stages import StagesShown, show_stages
from agents.records.whereabouts import find_stage
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import stages as stage_rows
from pipelines.models import Pipeline

InOrder = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=300)]],
    Field(
        min_length=1,
        max_length=100,
        description="Every stage of it once, by name or as stage:7, the first one first.",
    ),
]


def about_order(context: Context, *, pipeline: Ref[Pipeline], **_: Any) -> About:
    """Find the pipeline."""
    board = context.find(pipeline)
    return about(f"Reorder the stages of {board.name}", board, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_order,
    needs=Permission.CONFIGURE,
    example={
        "pipeline": "pipeline:1",
        "stages": ["Lead", "Demo", "Qualified", "Spare", "Proposal", "Customer", "Lost"],
    },
    idempotent=True,
)
def reorder_stages(context: Context, *, pipeline: Ref[Pipeline], stages: InOrder) -> StagesShown:
    """
    Put the stages of a pipeline into another order; name every one of them.
    """
    board = context.find(pipeline)
    rows = [find_stage(context, board, stages=each) for each in stages]
    stage_rows.reorder(board, stages=rows, by=context.by, reason=context.reason)
    return show_stages(board)
