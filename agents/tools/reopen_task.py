"""Put a task that was ticked off back on the list."""

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
    about=about_task("To do again"),
    needs=Permission.EDIT,
    each="task",
    example={"task": "task:6"},
    idempotent=True,
)
def reopen_task(context: Context, *, task: Ref[Task]) -> TaskShown:
    """
    Put a task that was ticked off back on the list.
    """
    return show(tasks.reopen(context.find(task), by=context.by, reason=context.reason))
