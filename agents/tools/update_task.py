"""Change what somebody is to do."""

from typing import Annotated, Any, TypedDict, Unpack

from pydantic import Field

from agents.calls.subjects import check_given
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.chores import TaskShown, show
from agents.records.details import MaybeMember, names_in
from approvals.proposals import Effect
from crm import tasks
from crm.models import Task
from crm.permissions import Permission


class TaskChanges(TypedDict, total=False):
    """What can be changed on a task; null empties a field."""

    title: Annotated[str, Field(min_length=1, max_length=300, description="What is to be done.")]
    notes: Annotated[str, Field(max_length=20_000, description="In place of the old.")]
    due_at: Annotated[str | None, Field(max_length=40, description="Until when; RFC 3339.")]
    assignee: MaybeMember


def about_update(context: Context, *, task: Ref[Task], **changes: Any) -> About:
    """Find the task, and say what would change."""
    found = context.find(task)
    check_given(context, "task", changes)
    return About(
        title=f"Change {names_in(changes)} of the task {found.title}",
        subject=found.contact or found,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.EDIT,
    each="task",
    example={"task": "task:5", "due_at": "2027-01-31T09:30:00Z"},
    idempotent=True,
)
def update_task(context: Context, *, task: Ref[Task], **changes: Unpack[TaskChanges]) -> TaskShown:
    """
    Change a task: reword it, put it off, give it to somebody else. Only what you give is changed.
    """
    found = context.find(task)
    return show(tasks.update(found, changes=changes, by=context.by, reason=context.reason))
