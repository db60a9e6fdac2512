"""
Export to CSV: each kind under its fields' own names, safe in a spreadsheet, and importable again.

Rows are read page by page, each in a short transaction, so that an export of any size holds
neither memory nor locks. A higher app registers the kinds it keeps.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from io import StringIO
from typing import Any

from django.db.models import Q, QuerySet

from audit.actions import Refusal, tenant
from audit.actors import Actor
from crm import custom_fields, fields
from crm.imports.fields import CUSTOM
from crm.imports.kinds import KINDS
from crm.imports.values import lists, spreadsheets
from crm.models import Activity, Company, Contact, Membership, Task

PAGE = 2000
Rows = Callable[[Actor, str], QuerySet[Any]]


class NoSuchKind(Refusal):
    """There is nothing of this kind to export."""


class NotOfPipelines(Refusal):
    """Rows of this kind stand in no pipeline."""


class NeverArchived(Refusal):
    """Rows of this kind are never archived."""


class Archived(StrEnum):
    """Whether rows that were put away are exported."""

    WITH = "with"
    WITHOUT = "without"
    ONLY = "only"


@dataclass(frozen=True, kw_only=True)
class Export:
    """
    How rows of one kind are read and written.

    :param rows: those an actor may see; of one pipeline, where its name or reference is given
    :param order: columns that put rows in order, the last of them unique
    :param values: what a row says, by column; columns it leaves out are read from the row
    :param on: what the kind's custom fields are declared on
    """

    rows: Rows
    values: Callable[[Any], Mapping[str, Any]]
    order: tuple[str, ...] = ("pk",)
    on: str = ""
    of_pipeline: bool = False


_exports: dict[str, Export] = {}


def register(kind: str, export: Export) -> None:
    """Let rows of `kind` be exported."""
    _exports[kind] = export


def get(kind: str) -> Export:
    """
    Return how a kind is exported.

    :raises NoSuchKind: names those there are
    """
    if kind not in _exports:
        raise NoSuchKind(fields.not_a_choice(kind, _exports), kinds=list(_exports))
    return _exports[kind]


def find_kinds() -> list[str]:
    """Return every kind that can be exported."""
    return [kind for kind in KINDS if kind in _exports]


def stream(
    kind: str, *, by: Actor, pipeline: str = "", archived: Archived = Archived.WITH
) -> Iterator[str]:
    """
    Return the lines of a CSV file with the rows of a kind that `by` may see.

    :param pipeline: a name or a reference: only what stands in that one
    :param archived: whether rows that were put away are among them
    :raises NoSuchKind: names those there are
    :raises NotOfPipelines: if rows of the kind stand in no pipeline
    :raises NeverArchived: if rows of the kind are never put away
    :raises NotFound: if there is no such pipeline
    """
    export = get(kind)
    if pipeline and not export.of_pipeline:
        raise NotOfPipelines(f"{kind.capitalize()} stand in no pipeline; name none.")
    if archived != Archived.WITH:
        if "archived_at" not in KINDS[kind].names:
            raise NeverArchived(f"{kind.capitalize()} are never archived; leave that out.")
        export = replace(export, rows=partial(_narrowed, export.rows, archived))
    with tenant(by.tenant_id):
        export.rows(by, pipeline)
    return _lines(kind, export, by, pipeline)


def _narrowed(rows: Rows, archived: Archived, by: Actor, pipeline: str) -> QuerySet[Any]:
    return rows(by, pipeline).filter(archived_at__isnull=archived == Archived.WITHOUT)


def _lines(kind: str, export: Export, by: Actor, pipeline: str) -> Iterator[str]:
    columns = KINDS[kind].names
    with tenant(by.tenant_id):
        own = custom_fields.find(by.tenant_id, export.on) if export.on else []
    keys = [field.key for field in own]
    yield _line([*columns, *(f"{CUSTOM}{key}" for key in keys)])
    for row in _rows(export, by, pipeline):
        said = export.values(row)
        cells = [said[name] if name in said else getattr(row, name) for name in columns]
        cells += [row.properties.get(key) for key in keys]
        yield _line([write(cell) for cell in cells])


def _rows(export: Export, by: Actor, pipeline: str) -> Iterator[Any]:
    """Read rows a page at a time, each page from where the last one ended."""
    after: Sequence[Any] | None = None
    while True:
        with tenant(by.tenant_id):
            rows = export.rows(by, pipeline).order_by(*export.order)
            page = list((rows if after is None else rows.filter(_later(export, after)))[:PAGE])
        yield from page
        if len(page) < PAGE:
            return
        after = [getattr(page[-1], name) for name in export.order]


def _later(export: Export, after: Sequence[Any]) -> Q:
    """Return the condition for rows that come after one with these values."""
    later = Q()
    same: dict[str, Any] = {}
    for name, value in zip(export.order, after, strict=True):
        later |= Q(**same, **{f"{name}__gt": value})
        same[name] = value
    return later


def write(value: Any) -> str:
    """Return a value as a cell holds it; a text that a spreadsheet would run is guarded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return spreadsheets.guard(lists.join(value)) if value else ""
    return spreadsheets.guard(value) if isinstance(value, str) else str(value)


def _line(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def email_of(member: Membership | None) -> str:
    """Return the e-mail address of an owner, "" for nobody."""
    return member.user.email if member else ""


def about(contact: Contact | None) -> dict[str, str]:
    """Return what names a contact in a row about something else."""
    return {
        "contact_external_id": contact.external_id if contact else "",
        "contact_email": contact.email if contact else "",
    }


def _contact(row: Contact) -> dict[str, Any]:
    company = row.company
    return {
        "company": company.name if company else "",
        "company_domain": company.domain if company else "",
        "owner_email": email_of(row.owner),
    }


def _activity(row: Activity) -> dict[str, Any]:
    return {**about(row.contact), "owner_email": email_of(row.owner)}


def _task(row: Task) -> dict[str, Any]:
    return {**about(row.contact), "assignee_email": email_of(row.assignee)}


def _all(model: type[Any], *related: str) -> Rows:
    def rows(by: Actor, pipeline: str) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.visible_to(by).select_related(*related)
        return found

    return rows


def register_all() -> None:
    """Register the kinds of this app."""
    register(
        "contacts",
        Export(rows=_all(Contact, "company", "owner__user"), values=_contact, on="contact"),
    )
    register(
        "companies",
        Export(
            rows=_all(Company, "owner__user"),
            values=lambda row: {"owner_email": email_of(row.owner)},
            on="company",
        ),
    )
    register("activities", Export(rows=_all(Activity, "contact", "owner__user"), values=_activity))
    register("tasks", Export(rows=_all(Task, "contact", "assignee__user"), values=_task))
