"""Draw a new pipeline from a template."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import pipelines, stages


class Created(BaseModel):
    """The new pipeline, and its stages in order."""

    pipeline: str
    name: OwnName
    stages: list[str]


def about_template(context: Context, *, template: str, name: str = "") -> About:
    """Name it; it does not touch any record there is."""
    return About(title=f"Create the pipeline {name or template} from a template")


@tool(
    effect=Effect.REVERSIBLE,
    about=about_template,
    needs=Permission.CONFIGURE,
    example={"template": "onboarding", "name": "Welcome"},
)
def create_pipeline_from_template(
    context: Context,
    *,
    template: Annotated[
        Literal["sales", "support", "onboarding", "partner", "upsell"],
        Field(description="What goes through it."),
    ],
    name: Annotated[
        str, Field(max_length=300, description="What it is called; the template's own if left out.")
    ] = "",
) -> Created:
    """
    Create a pipeline with the stages and exit criteria of a template, to be changed as needed.

    create_pipeline draws one from scratch.
    """
    made = pipelines.create_from_blueprint(
        template, name=name, by=context.by, reason=context.reason
    )
    names = [each.name for each in stages.find(made)]
    return Created(pipeline=made.ref, name=made.name, stages=names)
