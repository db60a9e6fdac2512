"""Tick a task off as done."""

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records.chores import TaskShown, about_task, show
from approvals.proposals import Effect
from crm import tasks
from crm.models import Task
from crm.permissions import Permission


@tool(
    effect=Effect.REVERSIBLE,
    about=about_task("Done"),
    needs=Permission.EDIT,
    each="task",
    example={"task": "task:5"},
    idempotent=True,
)
def complete_task(context: Context, *, task: Ref[Task]) -> TaskShown:
    """
    Tick a task off as done. search_objects finds tasks, by contact or by title.
    """
    return show(tasks.complete(context.find(task), by=context.by, reason=context.reason))
