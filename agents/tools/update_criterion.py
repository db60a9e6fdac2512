"""Change one of the things a stage asks for."""

from typing import Annotated, Any, TypedDict, Unpack

from pydantic import Field

from agents.calls.subjects import about, check_given
from agents.catalogue.arguments import Line, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.details import names_in
from agents.records.stages import Asked, CriterionShown, StageRef, find_asked, show_criterion
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import criteria
from pipelines.models import Stage

Named = Annotated[Line, Field(description="Its key or label: budget_confirmed.")]


class CriterionChanges(TypedDict, total=False):
    """What can be changed on a criterion; its key stays."""

    label: Annotated[str, Field(min_length=1, max_length=200, description="What people read.")]
    condition: Annotated[
        list[Asked], Field(min_length=1, max_length=20, description="Of one that is compared.")
    ]
    order: Annotated[int, Field(ge=0, le=100, description="Its place in the list, from 0.")]


def about_update(context: Context, *, stage: Ref[Stage], criterion: str, **changes: Any) -> About:
    """Find the stage and what it asks for."""
    row = context.find(stage)
    item = find_asked(context, row, criterion)
    check_given(context, "criterion", changes)
    return about(
        f"Change {names_in(changes)} of what {row.name} asks for: {item.label}",
        row,
        changes_rules=True,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.CONFIGURE,
    example={"stage": "stage:3", "criterion": "budget_confirmed", "label": "Budget signed off"},
    idempotent=True,
)
def update_criterion(
    context: Context,
    *,
    stage: StageRef,
    criterion: Named,
    **changes: Unpack[CriterionChanges],
) -> CriterionShown:
    """
    Reword what a stage asks for, change its comparisons, or give it another place in the list.
    """
    item = find_asked(context, context.find(stage), criterion)
    given: dict[str, Any] = dict(changes)
    if "condition" in given:
        given["condition"] = [each.model_dump(exclude_unset=True) for each in given["condition"]]
    updated = criteria.update(item, changes=given, by=context.by, reason=context.reason)
    return show_criterion(updated)
