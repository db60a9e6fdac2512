"""Tasks: what someone is to do, mostly about a contact."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce

from audit import clock
from audit.actions import command, nothing_to_do, record
from audit.actors import Actor
from crm import edits, fields, refs
from crm.activities import read_moment
from crm.events import TaskCompleted, TaskCreated, TaskReopened, TaskUpdated
from crm.models import Contact, Task

EDITABLE = ["title", "notes", "due_at", "assignee"]


# Where a task without a due date stands among others.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def by_due(rows: "models.QuerySet[Task]") -> "models.QuerySet[Task]":
    """Annotate tasks with `due_key`, by which they sort: those without a due date come last."""
    never = Value(NEVER, output_field=models.DateTimeField())
    return rows.annotate(due_key=Coalesce("due_at", never))


@command
def create(
    title: str,
    *,
    by: Actor,
    contact: Contact | None = None,
    assignee: Any = None,
    due_at: datetime | str | None = None,
    notes: str = "",
    external_id: str = "",
    external_source: str = "",
    reason: str = "",
) -> Task:
    """
    Give someone something to do.

    :param assignee: a membership, a reference or an e-mail address; None for nobody yet
    :raises FieldError: names every field whose value does not fit
    :raises NotFound: if the contact is gone, or nobody here is `assignee`
    """
    given = {
        "title": title.strip(),
        "notes": notes,
        "external_id": external_id,
        "external_source": external_source,
    }
    stored = fields.clean(Task, given, allowed=given)
    if contact is not None:
        contact = refs.lock(contact)
    task = Task.objects.create(
        organization_id=by.tenant_id,
        contact=contact,
        assignee=edits.find_member(assignee, by=by),
        due_at=None if due_at is None else read_moment(due_at, "due_at"),
        created_by=by.ref,
        **stored,
    )
    record(
        TaskCreated(task_id=task.pk, contact_id=task.contact_id),
        on=contact or task,
        summary=f"To do: {task.title}",
    )
    return task


@command
def update(task: Task, *, changes: Mapping[str, Any], by: Actor, reason: str = "") -> Task:
    """
    Change a task; what is unchanged already changes nothing.

    :param changes: title, notes, due_at, assignee
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises NotFound: if the task is gone, or nobody here is the assignee
    """
    stored = fields.clean(Task, changes, allowed=EDITABLE)
    if "assignee" in stored:
        stored["assignee"] = edits.find_member(stored["assignee"], by=by)
    task = refs.lock(task)
    changed = [name for name, value in stored.items() if getattr(task, name) != value]
    for name in changed:
        setattr(task, name, stored[name])
    if changed:
        task.save(update_fields=changed)
        record(
            TaskUpdated(task_id=task.pk, fields=changed),
            on=_about(task),
            summary=f"The task {task.title} was edited",
        )
    else:
        nothing_to_do()
    return task


@command
def complete(task: Task, *, by: Actor, reason: str = "") -> Task:
    """Tick a task off; one that is done stays as it is."""
    task = refs.lock(task)
    if task.done_at is None:
        task.done_at, task.done_by = clock.now(), by.ref
        task.save(update_fields=["done_at", "done_by"])
        record(
            TaskCompleted(task_id=task.pk, contact_id=task.contact_id),
            on=_about(task),
            summary=f"Done: {task.title}",
        )
    else:
        nothing_to_do()
    return task


@command
def reopen(task: Task, *, by: Actor, reason: str = "") -> Task:
    """Put a task that was ticked off back on the list."""
    task = refs.lock(task)
    if task.done_at is not None:
        task.done_at, task.done_by = None, ""
        task.save(update_fields=["done_at", "done_by"])
        record(
            TaskReopened(task_id=task.pk),
            on=_about(task),
            summary=f"To do again: {task.title}",
        )
    else:
        nothing_to_do()
    return task


def _about(task: Task) -> Contact | Task:
    """Return what a task is about: its contact, where it has one, tells its story."""
    return task.contact or task
