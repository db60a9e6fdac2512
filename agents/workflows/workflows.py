"""
Workflows: drafted, revised, put away. Each revision is a version of its own; none is written over.

What a draft says is checked as far as it can be before it runs. Nothing runs it: that is for a
person to switch on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from agents.events import WorkflowArchived, WorkflowDrafted, WorkflowRestored
from agents.models import Workflow, WorkflowVersion
from agents.workflows import drafts, triggers
from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from crm import refs
from crm.fields import FieldError
from pipelines.models import Pipeline


class WorkflowExists(Refusal):
    """There is a workflow of that name; revise that one, or take another name."""

    http = 409


@command
def create(
    name: str,
    *,
    trigger: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    by: Actor,
    conditions: Sequence[Mapping[str, Any]] = (),
    pipeline: Pipeline | None = None,
    description: str = "",
    reason: str = "",
) -> Workflow:
    """
    Draft a workflow, as version 1 of it.

    :param trigger: `{"type": …}` of `triggers.TYPES`, and what that type asks for
    :param actions: `[{"type": a tool, "config": its arguments, "wait_time", "wait_unit"}]`, waits
        in minutes, hours or days before the action, at most a year
    :param conditions: what must hold of the record when it starts
    :param pipeline: the only one it is about; any, without
    :raises FieldError: names each thing that is wrong by its path, and what would be right
    :raises WorkflowExists: if one in use has this name
    """
    workflow = Workflow(
        organization_id=by.tenant_id, name=name.strip(), pipeline=pipeline, created_by=by.ref
    )
    if not workflow.name:
        raise FieldError({"workflow_name": "This cannot be empty."})
    written = drafts.check(trigger, actions, conditions, pipeline=pipeline, by=by)
    _save_named(workflow)
    _write(workflow, 1, written, description, by=by)
    return workflow


@command
def revise(
    workflow: Workflow,
    *,
    trigger: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    by: Actor,
    conditions: Sequence[Mapping[str, Any]] = (),
    name: str = "",
    description: str = "",
    reason: str = "",
) -> Workflow:
    """
    Write a further version of a workflow; the earlier ones stay as they are.

    :param name: a new name; the old one, without
    :raises FieldError: as `create`
    :raises WorkflowExists: if another one in use has this name
    """
    held = refs.lock(workflow)
    if held.archived_at is not None:
        raise FieldError({"workflow": f"{held.name} was put away; restore it first."})
    written = drafts.check(trigger, actions, conditions, pipeline=held.pipeline, by=by)
    if name.strip() not in ("", held.name):
        held.name = name.strip()
        _save_named(held)
    _write(held, find_version(held).number + 1, written, description, by=by)
    return held


@command
def archive(workflow: Workflow, *, by: Actor, reason: str = "") -> Workflow:
    """Put a workflow away; its name is free again."""
    held = refs.lock(workflow)
    if held.archived_at is None:
        held.archived_at = clock.now()
        held.save(update_fields=["archived_at"])
        record(
            WorkflowArchived(workflow_id=held.pk),
            on=held,
            summary=f"The workflow {held.name} was put away",
        )
    return held


@command
def restore(workflow: Workflow, *, by: Actor, reason: str = "") -> Workflow:
    """
    Make a workflow that was put away a draft again.

    :raises WorkflowExists: if another one has its name by now
    """
    held = refs.lock(workflow)
    if held.archived_at is not None:
        held.archived_at = None
        _save_named(held)
        record(
            WorkflowRestored(workflow_id=held.pk),
            on=held,
            summary=f"The workflow {held.name} is a draft again",
        )
    return held


def find_version(workflow: Workflow) -> WorkflowVersion:
    """Return the present version of a workflow: the one of the highest number."""
    return WorkflowVersion.objects.filter(workflow=workflow).order_by("-number")[:1].get()


def describe_all(rows: Sequence[Workflow]) -> dict[int, dict[str, Any]]:
    """Return what workflows are at present, by id: their latest version."""
    versions = WorkflowVersion.objects.filter(workflow__in=rows).order_by("workflow", "-number")
    return {
        version.workflow_id: {
            "version": version.number,
            "description": version.description,
            "trigger": version.trigger,
            "conditions": version.conditions,
            "actions": version.actions,
        }
        for version in versions.distinct("workflow")
    }


def say_trigger(type: str) -> str:
    """Return when a trigger of a type starts a workflow: when a card enters the stage."""
    return f"when {triggers.TYPES[type].says}"


# --- Inside ---------------------------------------------------------------------------------------
def _save_named(workflow: Workflow) -> None:
    try:
        with transaction.atomic():
            workflow.save()
    except IntegrityError as error:
        if "workflow_name_once" not in str(error):
            raise
        raise WorkflowExists(
            f"There is a workflow called {workflow.name}; revise that one, or take another name."
        ) from None


def _write(
    workflow: Workflow, number: int, written: Mapping[str, Any], description: str, *, by: Actor
) -> None:
    WorkflowVersion.objects.create(
        organization_id=workflow.organization_id,
        workflow=workflow,
        reach_id=workflow.pipeline_id,
        number=number,
        description=description,
        created_by=by.ref,
        **written,
    )
    what = f"Version {number} of the workflow" if number > 1 else "The workflow"
    record(
        WorkflowDrafted(workflow_id=workflow.pk, number=number),
        on=workflow,
        summary=f"{what} {workflow.name} was drafted",
    )
