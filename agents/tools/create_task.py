"""Give somebody something to do."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Line, Ref, Text
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.details import Member, Moment
from approvals.proposals import Effect
from crm import tasks
from crm.models import Contact
from crm.permissions import Permission


class Created(BaseModel):
    """The new task."""

    task: str
    title: Untrusted
    assignee: OwnName | None
    due_at: str | None


def about_task(
    context: Context, *, title: str, contact: Ref[Contact] | None = None, **_: Any
) -> About:
    """Find the contact, where it is about one."""
    return About(title=f"Task: {title}", subject=context.find(contact) if contact else None)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_task,
    needs=Permission.EDIT,
    each="contact",
    example={
        "title": "Send Grace an offer",
        "contact": "contact:42",
        "due_at": "2027-01-31T09:30:00Z",
    },
)
def create_task(
    context: Context,
    *,
    title: Annotated[Line, Field(description="What is to be done.")],
    contact: Annotated[Ref[Contact], Field(description="Whom it is about.")] | None = None,
    assignee: Member | None = None,
    due_at: Moment | None = None,
    notes: Annotated[Text, Field(description="What helps to do it.")] = "",
) -> Created:
    """
    Give a colleague something to do, mostly about a contact.

    Use it for whatever only a person can do or decide. Without an assignee it is nobody's yet.
    """
    task = tasks.create(
        title,
        contact=context.find(contact) if contact else None,
        assignee=assignee,
        due_at=due_at,
        notes=notes,
        by=context.by,
        reason=context.reason,
    )
    return Created(
        task=task.ref,
        title=task.title,
        assignee=str(task.assignee.user) if task.assignee else None,
        due_at=task.due_at.isoformat() if task.due_at else None,
    )
