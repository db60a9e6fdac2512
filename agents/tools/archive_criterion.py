"""Have a stage ask for something no longer."""

from typing import Annotated

from pydantic import Field

from agents.calls.subjects import about
from agents.catalogue.arguments import Line, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.stages import CriterionShown, StageRef, find_asked, show_criterion
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import criteria
from pipelines.models import Stage


def about_archiving(context: Context, *, stage: Ref[Stage], criterion: str) -> About:
    """Find the stage and what it asks for."""
    row = context.find(stage)
    item = find_asked(context, row, criterion)
    return about(f"Have {row.name} no longer ask for {item.label}", row, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_archiving,
    needs=Permission.CONFIGURE,
    example={"stage": "stage:3", "criterion": "budget_confirmed"},
    idempotent=True,
)
def archive_criterion(
    context: Context,
    *,
    stage: StageRef,
    criterion: Annotated[Line, Field(description="Its key or label: budget_confirmed.")],
) -> CriterionShown:
    """
    Have a stage ask for something no longer. Who attested it stays on record.
    """
    item = find_asked(context, context.find(stage), criterion)
    return show_criterion(criteria.archive(item, by=context.by, reason=context.reason))
