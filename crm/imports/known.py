"""Rows we have against rows of the file: which is which, and which of two values stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from audit.actors import Door
from audit.models import Change
from crm import people
from crm.imports.cells import Record
from crm.imports.fields import CUSTOM
from crm.imports.registry import Batch
from crm.models import Membership
from crm.models.tenancy import ExternalRow


def find_owners(records: Iterable[Record], batch: Batch, name: str) -> dict[str, int]:
    """
    Return the memberships that a column's owners mean, by the text of the cell.

    An e-mail nobody has becomes an invited member without a log-in; a name nobody has is nobody.
    """
    wanted = {str(record.get(name)).strip() for record in records if record.get(name)}
    known: dict[str, int] = batch.memory.setdefault("owners", {})
    missing = {text for text in wanted if text.casefold() not in known}
    if missing:
        members = Membership.objects.visible_to(batch.by).select_related("user")
        for member in members:
            known.setdefault(member.user.email.casefold(), member.pk)
            known.setdefault(member.user.name.casefold(), member.pk)
            known.setdefault(member.ref, member.pk)
    for text in sorted(missing):
        if "@" in text and text.casefold() not in known:
            invited = people.invite(batch.organization, email=text, by=batch.by)
            known[text.casefold()] = invited.pk
            batch.receipt.brought("members")
    return {text: known[text.casefold()] for text in wanted if text.casefold() in known}


def find_by_external(
    model: type[ExternalRow], ids: Iterable[str], batch: Batch
) -> dict[str, ExternalRow]:
    """Return rows by the id another system gave them; one of the file's own source comes first."""
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return {}
    rows = model._default_manager.visible_to(batch.by).filter(external_id__any_of=wanted)  # type: ignore[attr-defined]
    found: dict[str, ExternalRow] = {}
    for row in rows.order_by("id"):
        if row.external_id not in found or row.external_source == batch.source:
            found[row.external_id] = row
    return found


def find_writers(table: str, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """Return through which door each column of some rows was last written."""
    if not ids:
        return {}
    changes = Change.objects.filter(table_name=table, row_id__in=list(ids), after__isnull=False)
    doors: dict[tuple[int, str], str] = {}
    for row_id, after, door in (
        changes.order_by("id").values_list("row_id", "after", "action__door").iterator()
    ):
        for column in after:
            doors[(row_id, column)] = door
    return doors


def differing(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `values`, by attribute, that are not what `row` holds."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def settle(
    row: models.Model, wanted: Mapping[str, Any], doors: Mapping[tuple[int, str], str]
) -> tuple[dict[str, Any], list[str]]:
    """
    Part what the file would change into what it may, and the names of what stands.

    An empty column is filled. A column that holds something else is overwritten where an import
    wrote it last; what a person or an agent wrote since stands.
    """
    change, kept = {}, []
    for name, value in wanted.items():
        held = getattr(row, name)
        last = doors.get((row.pk, name), Door.IMPORT)
        if held in (None, "", [], {}) or last == Door.IMPORT:
            change[name] = value
        else:
            kept.append(name.removesuffix("_id").replace("_", " "))
    return change, kept


def own_fields(record: Record) -> dict[str, Any]:
    """Return the values of the organization's own fields that a row gives, by key."""
    return {
        name.removeprefix(CUSTOM): value
        for name, value in record.values.items()
        if name.startswith(CUSTOM)
    }
