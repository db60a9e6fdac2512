"""Change what a stage says and asks for."""

from typing import Any, Unpack

from pydantic import BaseModel

from agents.calls.subjects import about, check_given
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from agents.records.details import names_in
from agents.records.stages import StageRef, StageRules
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import stages
from pipelines.models import Stage


class Updated(BaseModel):
    """The stage, and the names of the fields that were given."""

    stage: str
    name: OwnName
    fields: list[str]


def about_update(context: Context, *, stage: Ref[Stage], **rules: Any) -> About:
    """Find the stage, and say what would change."""
    row = context.find(stage)
    check_given(context, "stage", rules)
    return about(f"Change {names_in(rules)} of the stage {row.name}", row, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.CONFIGURE,
    example={"stage": "stage:3", "win_percent": 40, "max_days": 14},
    idempotent=True,
)
def update_stage(context: Context, *, stage: StageRef, **rules: Unpack[StageRules]) -> Updated:
    """
    Change a stage: its name, its looks, and what it asks of cards that move on.

    What agents may do in it, and what is approved there, people set themselves.
    """
    updated = stages.update(
        context.find(stage), changes=rules, by=context.by, reason=context.reason
    )
    return Updated(stage=updated.ref, name=updated.name, fields=sorted(rules))
