"""Take a stage out of its pipeline."""

from agents.calls.subjects import Touched, about_row, touched
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import stages
from pipelines.models import Stage


@tool(
    effect=Effect.REVERSIBLE,
    about=about_row("Take out the stage {name}", "stage", changes_rules=True),
    needs=Permission.CONFIGURE,
    example={"stage": "stage:4"},
    idempotent=True,
)
def archive_stage(context: Context, *, stage: Ref[Stage]) -> Touched:
    """
    Take a stage out of its pipeline; its history stays. Refused while cards stand in it.
    """
    row = context.find(stage)
    return touched(stages.archive(row, by=context.by, reason=context.reason))
