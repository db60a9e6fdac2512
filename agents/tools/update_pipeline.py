"""Change settings of a pipeline."""

from typing import Annotated, Any, Literal, TypedDict, Unpack

from pydantic import BaseModel, Field

from agents.calls.subjects import about, check_given
from agents.catalogue.arguments import Line, Ref, Text
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from agents.records.details import names_in
from agents.records.stages import Colour
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import pipelines
from pipelines.models import Pipeline


class PipelineSettings(TypedDict, total=False):
    """What can be changed on a pipeline."""

    name: Annotated[Line, Field(description="What it is called.")]
    description: Annotated[Text, Field(description="What it is for.")]
    subtype: Annotated[
        Literal["sales", "support", "onboarding", "partner", "custom"],
        Field(description="What goes through it."),
    ]
    colour: Annotated[Colour, Field(description="Of its name.")]
    icon: Annotated[str, Field(max_length=40, description="The name of an icon.")]
    order: Annotated[int, Field(ge=0, le=1000, description="Its place among boards, from 0.")]
    is_default: Annotated[bool, Field(description="The board people come to first.")]
    auto_scoring: Annotated[bool, Field(description="Agents keep its cards scored.")]
    suggest_actions: Annotated[bool, Field(description="Cards show what to do next.")]


class Updated(BaseModel):
    """The pipeline, and the names of the fields that were given."""

    pipeline: str
    name: OwnName
    fields: list[str]


def about_update(context: Context, *, pipeline: Ref[Pipeline], **settings: Any) -> About:
    """Find the pipeline, and say what would change."""
    board = context.find(pipeline)
    check_given(context, "pipeline", settings)
    return about(f"Change {names_in(settings)} of the pipeline {board.name}", board)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.CONFIGURE,
    example={"pipeline": "pipeline:1", "description": "From a first word to a customer."},
    idempotent=True,
)
def update_pipeline(
    context: Context, *, pipeline: Ref[Pipeline], **settings: Unpack[PipelineSettings]
) -> Updated:
    """
    Change settings of a pipeline. Only those you give are changed.

    Whether agents may act on it, and move cards by themselves, people set themselves.
    """
    board = context.find(pipeline)
    updated = pipelines.update(board, changes=settings, by=context.by, reason=context.reason)
    return Updated(pipeline=updated.ref, name=updated.name, fields=sorted(settings))
