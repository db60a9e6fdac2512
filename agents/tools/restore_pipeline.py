"""Take a pipeline back into use."""

from typing import Annotated

from agents.calls.subjects import Touched, about_row, touched
from agents.catalogue.arguments import PutAway, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import pipelines
from pipelines.models import Pipeline


@tool(
    effect=Effect.REVERSIBLE,
    about=about_row("Restore the pipeline {name}", "pipeline", changes_rules=True),
    needs=Permission.CONFIGURE,
    example={"pipeline": "pipeline:2"},
    idempotent=True,
)
def restore_pipeline(context: Context, *, pipeline: Annotated[Ref[Pipeline], PutAway()]) -> Touched:
    """
    Take a pipeline that was put away back into use, with its stages and cards.
    """
    row = context.find(pipeline)
    return touched(pipelines.restore(row, by=context.by, reason=context.reason))
