"""Add a stage to a pipeline."""

from typing import Annotated, Any, Literal, Unpack

from pydantic import BaseModel, Field

from agents.calls.subjects import about
from agents.catalogue.arguments import Line, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from agents.records.stages import StageLooks
from agents.records.whereabouts import StageNamed, find_stage
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import stages
from pipelines.models import Pipeline


class Added(BaseModel):
    """The new stage, and all of them in order."""

    stage: str
    name: OwnName
    order: int
    stages: list[str]


def about_adding(context: Context, *, pipeline: Ref[Pipeline], name: str, **_: Any) -> About:
    """Find the pipeline."""
    board = context.find(pipeline)
    return about(f"Add the stage {name} to {board.name}", board, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_adding,
    needs=Permission.CONFIGURE,
    example={"pipeline": "pipeline:1", "name": "Contract", "after": "Proposal"},
)
def create_stage(
    context: Context,
    *,
    pipeline: Ref[Pipeline],
    name: Annotated[Line, Field(description="What it is called.")],
    kind: Annotated[
        Literal["active", "won", "lost"], Field(description="Whether cards here are closed.")
    ] = "active",
    after: Annotated[
        StageNamed, Field(description="Which stage it follows; else the last of its kind.")
    ]
    | None = None,
    exit_criteria: Annotated[
        list[Line],
        Field(
            max_length=30,
            description="What must hold before a card leaves: budget_confirmed, to attest, or a"
            " comparison: position.value_cents > 0.",
        ),
    ]
    | None = None,
    **looks: Unpack[StageLooks],
) -> Added:
    """
    Add a stage to a pipeline, after another one or at the end of its kind.
    """
    board = context.find(pipeline)
    made = stages.add(
        board,
        name=name,
        kind=kind,
        after=find_stage(context, board, after=after) if after else None,
        exit_criteria=exit_criteria or [],
        by=context.by,
        reason=context.reason,
        **looks,
    )
    names = [each.name for each in stages.find(board)]
    return Added(stage=made.ref, name=made.name, order=made.order, stages=names)
