"""Draft what is to be done by itself."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments, Entry, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from agents.models import Workflow
from agents.records.details import Short
from agents.records.whereabouts import StageNamed, find_stage
from agents.workflows import drafts, workflows
from approvals.proposals import Effect
from crm import refs
from crm.permissions import Permission
from pipelines.models import Pipeline

Type = Literal[
    "stage_enter",
    "stage_leave",
    "field_change",
    "time_in_stage",
    "time_based",
    "activity_logged",
    "contact_created",
    "position_closed",
]


class Held(Entry):
    """One comparison, as search_objects takes it; said shorter, for this is a long tool already."""

    field: Annotated[str, Field(max_length=200, description="A path.")]
    op: Annotated[str, Field(max_length=20, description="= …")]
    value: Annotated[Any, Field(description="Any.")] = None


class TriggerGiven(Entry):
    """What starts it, and what must hold of the record then."""

    type: Type
    stage: StageNamed | None = None
    days: Annotated[int | None, Field(ge=1, le=365, description="In the stage.")] = None
    field: Annotated[str | None, Field(max_length=200, description="position.value_cents")] = None
    from_value: Annotated[Any, Field(description="Of the field.")] = None
    to_value: Annotated[Any, Field(description="Of the field.")] = None
    kind: Annotated[str | None, Field(max_length=40, description="Of activity.")] = None
    outcome: Literal["won", "lost"] | None = None
    every: Literal["day", "week", "month"] | None = None
    on_day: Annotated[int | None, Field(ge=1, le=28, description="1: Monday.")] = None
    at: Annotated[
        str | None,
        Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    ] = None
    record: Literal["position", "contact"] | None = None
    conditions: Annotated[list[Held], Field(max_length=20, description="As in search_objects.")] = (
        Field(default_factory=list)
    )


class ActionGiven(Entry):
    """One action, after a wait."""

    type: Annotated[str, Field(max_length=64, description="A tool: create_task.")]
    config: Annotated[
        dict[str, Any],
        Field(
            description="Its arguments; {{contact}}, {{contact.name}}, {{position}} …"
            " are the record's.",
        ),
    ]
    wait_time: Annotated[int, Field(ge=0, le=525_600, description="Before it.")] = 0
    wait_unit: Literal["minutes", "hours", "days"] = "minutes"


class Drafted(BaseModel):
    """The workflow, and which version of it was written."""

    workflow: str
    name: OwnName
    version: int
    status: str
    starts: OwnName


Name = Annotated[str, Field(min_length=1, max_length=120, description="Once.")]
Actions = Annotated[
    list[ActionGiven],
    Field(min_length=1, max_length=drafts.MOST_ACTIONS, description="In order."),
]
EXAMPLE = {
    "workflow_name": "After qualifying",
    "pipeline": "pipeline:1",
    "trigger": {
        "type": "stage_leave",
        "stage": "Qualified",
        "conditions": [{"field": "position.value_cents", "op": ">", "value": 100_000}],
    },
    "actions": [
        {
            "type": "create_task",
            "config": {"title": "Call {{contact.name}}", "contact": "{{contact}}"},
            "wait_time": 2,
            "wait_unit": "days",
        }
    ],
}
Versioned = Annotated[Ref[Workflow] | None, Field(description="Of which it is a new version.")]


def about_workflow(
    context: Context,
    *,
    workflow_name: str,
    workflow: Ref[Workflow] | None = None,
    pipeline: Ref[Pipeline] | None = None,
    **_: Any,
) -> About:
    """Name it, and find the board it is about."""
    known, board = _find(context, workflow, pipeline)
    verb = "Revise" if known else "Draft"
    return About(
        title=f"{verb} the workflow {workflow_name}", subject=known or board, pipeline=board
    )


@tool(effect=Effect.REVERSIBLE, about=about_workflow, needs=Permission.CONFIGURE, example=EXAMPLE)
def create_workflow(
    context: Context,
    *,
    workflow_name: Name,
    trigger: Annotated[TriggerGiven, Field(description="What starts it.")],
    actions: Actions,
    pipeline: Ref[Pipeline] | None = None,
    workflow: Versioned = None,
    description: Annotated[Short, Field(max_length=500, description="For people.")] = "",
) -> Drafted:
    """
    Draft a workflow: when its trigger happens and conditions hold, its actions follow in order.

    A draft does nothing until a person switches it on. Each change is a new version.
    """
    known, board = _find(context, workflow, pipeline)
    given = trigger.model_dump(exclude={"conditions"})
    written: dict[str, Any] = {
        "trigger": given | {"stage": _find_stage(context, board, trigger.stage)},
        "conditions": [each.model_dump(exclude_unset=True) for each in trigger.conditions],
        "actions": [each.model_dump() for each in actions],
        "description": description,
        "by": context.by,
        "reason": context.reason,
    }
    drafted = (
        workflows.revise(known, name=workflow_name, **written)
        if known
        else workflows.create(workflow_name, pipeline=board, **written)
    )
    return Drafted(
        workflow=drafted.ref,
        name=drafted.name,
        version=workflows.find_version(drafted).number,
        status=drafted.status,
        starts=workflows.say_trigger(trigger.type),
    )


def _find(
    context: Context, workflow: Ref[Workflow] | None, pipeline: Ref[Pipeline] | None
) -> tuple[Workflow | None, Pipeline | None]:
    """
    Return the workflow that is revised, if one is, and the board it is about, if it is about one.

    :raises BadArguments: if another board is named than the workflow's own
    """
    known = context.find(workflow) if workflow else None
    board = context.find(pipeline) if pipeline else None
    if known is not None and board is not None and known.pipeline_id != board.pk:
        says = "is another than the workflow's, which stays; draft a new one for it"
        raise BadArguments(context.tool, {"pipeline": says})
    return known, board if known is None else known.pipeline


def _find_stage(context: Context, board: Pipeline | None, named: str | None) -> str | None:
    """Return the reference of the stage a trigger names."""
    if named is None or refs.is_reference(named):
        return named
    if board is None:
        says = "is a name; give the pipeline too, or a reference: stage:7"
        raise BadArguments(context.tool, {"trigger.stage": says})
    return find_stage(context, board, **{"trigger.stage": named}).ref
