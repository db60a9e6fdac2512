"""Have a stage ask for one thing more."""

from typing import Annotated, Any

from pydantic import Field

from agents.calls.subjects import about
from agents.catalogue.arguments import Line, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.stages import Asked, CriterionShown, StageRef, show_criterion
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import criteria
from pipelines.models import Stage


def about_adding(context: Context, *, stage: Ref[Stage], criterion: str, **_: Any) -> About:
    """Find the stage."""
    row = context.find(stage)
    return about(f"Have {row.name} ask for {criterion}", row, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_adding,
    needs=Permission.CONFIGURE,
    example={"stage": "stage:3", "criterion": "Decision maker met"},
)
def create_criterion(
    context: Context,
    *,
    stage: StageRef,
    criterion: Annotated[
        Line,
        Field(
            description="An item to attest: Budget confirmed; or a comparison:"
            " position.value_cents > 0."
        ),
    ],
    condition: Annotated[
        list[Asked],
        Field(max_length=20, description="Comparisons that must all hold; criterion is its label."),
    ]
    | None = None,
) -> CriterionShown:
    """
    Have a stage ask for one thing more before a card leaves it.
    """
    asked: Any = criterion
    if condition:
        wanted = [each.model_dump(exclude_unset=True) for each in condition]
        asked = {"label": criterion, "condition": wanted}
    row = context.find(stage)
    made = criteria.add(row, criterion=asked, by=context.by, reason=context.reason)
    return show_criterion(made)
