"""Tasks, as tools answer with them."""

from pydantic import BaseModel

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, FindAbout
from agents.catalogue.untrusted import OwnName, Untrusted
from crm.models import Task


class TaskShown(BaseModel):
    """A task as it is now."""

    task: str
    title: Untrusted
    contact: str | None
    assignee: OwnName | None
    due_at: str | None
    done_at: str | None


def show(task: Task) -> TaskShown:
    """Return a task for an answer."""
    return TaskShown(
        task=task.ref,
        title=task.title,
        contact=task.contact.ref if task.contact else None,
        assignee=str(task.assignee.user) if task.assignee else None,
        due_at=task.due_at.isoformat() if task.due_at else None,
        done_at=task.done_at.isoformat() if task.done_at else None,
    )


def about_task(verb: str) -> FindAbout:
    """Return what finds a task, and the contact it is about."""

    def find(context: Context, *, task: Ref[Task], **_: object) -> About:
        found = context.find(task)
        return About(title=f"{verb}: {found.title}", subject=found.contact or found)

    return find
