"""Where a text gets into an organization, and the doors through which a client reads it there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.actors import Actor
from crm import activities, companies, contacts, emails, tasks
from crm.imports import running
from crm.models import Contact
from pipelines import positions
from pipelines.models import Pipeline

Plant = Callable[["Ground", str], Any]
DOORS = ("tool", "rest", "list", "search", "mcp", "resource", "board", "dry run")


@dataclass(frozen=True)
class Ground:
    """Where it is put: by whom, to whom, on which board."""

    by: Actor
    grace: Contact
    sales: Pipeline


def in_a_note(on: Ground, text: str) -> Any:
    return activities.log(on.grace, kind="note", body=text, by=on.by)


def in_a_mail(on: Ground, text: str) -> Any:
    return activities.log(on.grace, kind="email", subject=text[:300], body=text, by=on.by)


def in_a_name(on: Ground, text: str) -> Any:
    return contacts.create(name=" ".join(text.split()), by=on.by)


def in_a_company(on: Ground, text: str) -> Any:
    return companies.create(name=" ".join(text.split()), by=on.by)


def in_a_description(on: Ground, text: str) -> Any:
    return contacts.create(name="Mallory", description=text, by=on.by)


def in_a_field_of_our_own(on: Ground, text: str) -> Any:
    return contacts.create(name="Mallory", properties={"remark": text}, by=on.by)


def in_a_draft(on: Ground, text: str) -> Any:
    return emails.draft(on.grace, subject="Notes", body=text, by=on.by)


def in_a_task(on: Ground, text: str) -> Any:
    return tasks.create("Read the notes", contact=on.grace, notes=text, by=on.by)


def on_a_card(on: Ground, text: str) -> Any:
    title = " ".join(text.split())[:300]
    return positions.enter(on.grace, pipeline=on.sales, title=title, notes=text, by=on.by)


def in_a_file(on: Ground, text: str) -> Any:
    said = text.replace('"', "'")
    file = f'name,external_id,description\nMallory,m1,"{said}"\n'
    running.run(running.begin(file.encode(), by=on.by, kind="contacts"), by=on.by)
    return Contact.objects.get(external_id="m1")


# Characters that a place has room for, where that is not enough for any text; of a card, boards and
# search show its title.
ROOM = {"name": 200, "company": 200, "card": 300}
PLACES: dict[str, tuple[Plant, tuple[str, ...]]] = {
    "note": (in_a_note, ("tool", "rest", "list", "search", "mcp")),
    "mail": (in_a_mail, ("rest", "mcp", "search", "tool")),
    "name": (in_a_name, ("search", "resource", "dry run", "tool", "list")),
    "company": (in_a_company, ("tool", "search", "dry run", "rest")),
    "description": (in_a_description, ("tool", "resource", "rest", "list")),
    "own field": (in_a_field_of_our_own, ("resource", "list", "tool", "search")),
    "draft": (in_a_draft, ("tool", "rest", "mcp", "list")),
    "task": (in_a_task, ("rest", "tool", "mcp", "list")),
    "card": (on_a_card, ("board", "tool", "search", "rest")),
    "file": (in_a_file, ("tool", "rest", "resource", "list")),
}
