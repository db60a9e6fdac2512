"""Draw a new pipeline, with its stages and what each asks for."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Entry, Line, Text
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import pipelines
from pipelines import stages as stage_rows


class StageGiven(Entry):
    """A stage as it is given."""

    name: Annotated[Line, Field(description="What it is called.")]
    description: Annotated[Text, Field(description="What a card here waits for.")] = ""
    order: Annotated[
        int | None, Field(ge=0, le=1000, description="Lower comes first; else as listed.")
    ] = None
    kind: Annotated[
        Literal["active", "won", "lost"], Field(description="Whether cards here are closed.")
    ] = "active"
    exit_criteria: Annotated[
        list[Line],
        Field(
            max_length=30,
            description="What must hold before a card leaves: an item to attest, such as"
            " budget_confirmed, or a comparison, such as position.value_cents > 0.",
        ),
    ] = Field(default_factory=list)


class StageMade(BaseModel):
    """A stage as it was made."""

    stage: str
    name: OwnName
    kind: str


class Created(BaseModel):
    """The new pipeline."""

    pipeline: str
    name: OwnName
    stages: list[StageMade]


def about_pipeline(context: Context, *, name: str, stages: list[StageGiven], **_: Any) -> About:
    """Name it; it does not touch any record there is."""
    count = "1 stage" if len(stages) == 1 else f"{len(stages)} stages"
    return About(title=f"Create the pipeline {name} with {count}")


@tool(
    effect=Effect.REVERSIBLE,
    about=about_pipeline,
    needs=Permission.CONFIGURE,
    example={
        "name": "Renewals",
        "subtype": "sales",
        "stages": [
            {"name": "Due", "exit_criteria": ["usage_reviewed"]},
            {"name": "Renewed", "kind": "won"},
            {"name": "Gone", "kind": "lost"},
        ],
    },
)
def create_pipeline(
    context: Context,
    *,
    name: Annotated[Line, Field(description="What it is called.")],
    stages: Annotated[
        list[StageGiven], Field(min_length=1, max_length=40, description="In order.")
    ],
    description: Annotated[Text, Field(description="What it is for.")] = "",
    subtype: Annotated[
        Literal["sales", "support", "onboarding", "partner", "custom"],
        Field(description="What goes through it."),
    ] = "custom",
) -> Created:
    """
    Create a pipeline with all its stages, in order, and the exit criteria of each.

    End it with a stage of kind won and, where it can fail, one of kind lost.
    """
    ordered = sorted(
        enumerate(stages), key=lambda each: (each[1].order is None, each[1].order or 0, each[0])
    )
    made = pipelines.create(
        name,
        description=description,
        subtype=subtype,
        stages=[stage.model_dump(exclude={"order"}) for _, stage in ordered],
        by=context.by,
        reason=context.reason,
    )
    return Created(
        pipeline=made.ref,
        name=made.name,
        stages=[
            StageMade(stage=stage.ref, name=stage.name, kind=stage.kind)
            for stage in stage_rows.find(made)
        ],
    )
