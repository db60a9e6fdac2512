"""Rows we have against rows of the file: which is which, and which of two values stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audit.actors import Door
from audit.models import Change
from crm import addresses, people
from crm.imports.cells import Record
from crm.imports.fields import CUSTOM
from crm.imports.registry import Batch
from crm.models import Membership

# A user's e-mail has room for so many characters.
LONGEST_ADDRESS = 254


def find_owners(records: Iterable[Record], batch: Batch, name: str) -> dict[str, int]:
    """
    Return the memberships that a column's owners mean, by the text of the cell.

    An e-mail nobody has becomes an invited member without a log-in. A name nobody has is kept in
    the row's own field `owner`, or where the kind has none, is named in the receipt.
    """
    records = [record for record in records if record.get(name)]
    wanted = {str(record.get(name)) for record in records}
    known: dict[str, int] = batch.memory.setdefault("owners", {})
    missing = {text for text in wanted if _plain(text) not in known}
    if missing:
        members = Membership.objects.visible_to(batch.by).select_related("user")
        for member in members.order_by("joined_at", "pk"):
            for text in (member.user.email, member.user.name, member.ref):
                if text:
                    known.setdefault(_plain(text), member.pk)
    for text in sorted(missing):
        if _plain(text) not in known and _is_address(text):
            invited = people.invite(batch.organization, email=text, by=batch.by)
            known[_plain(text)] = invited.pk
            batch.receipt.brought("members")
    _keep_nobodys(records, known, batch, name)
    return {text: known[_plain(text)] for text in wanted if _plain(text) in known}


def _keep_nobodys(
    records: Iterable[Record], known: Mapping[str, int], batch: Batch, name: str
) -> None:
    """Keep the names of owners that nobody here has."""
    strangers = [record for record in records if _plain(str(record.get(name))) not in known]
    if strangers and batch.on:
        batch.declare("owner", "Owner (as imported)", "text")
        for record in strangers:
            record.values.setdefault(f"{CUSTOM}owner", str(record.get(name)))
    elif strangers:
        told: set[str] = batch.memory.setdefault("strangers", set())
        for record in strangers:
            if str(record.get(name)) not in told:
                told.add(str(record.get(name)))
                batch.receipt.note(record.line, f"Nobody here is {record.get(name)}; left out.")


def _plain(text: str) -> str:
    return text.strip().casefold()


def _is_address(text: str) -> bool:
    try:
        addresses.clean_email(text)
    except addresses.NotAnAddress:
        return False
    return len(text.strip()) <= LONGEST_ADDRESS


def find_writers(table: str, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """
    Return through which door each column of some rows was last written.

    Custom fields count one by one, as `custom:<key>`.
    """
    if not ids:
        return {}
    changes = Change.objects.filter(table_name=table, row_id__in=list(ids), after__isnull=False)
    doors: dict[tuple[int, str], str] = {}
    columns = ("row_id", "before", "after", "action__door")
    for row_id, before, after, door in changes.order_by("id").values_list(*columns).iterator():
        for column in after:
            doors[(row_id, column)] = door
        earlier = (before or {}).get("properties") or {}
        for key, value in (after.get("properties") or {}).items():
            if key not in earlier or earlier[key] != value:
                doors[(row_id, f"{CUSTOM}{key}")] = door
    return doors


def differs(wanted: Any) -> bool:
    """Say whether a row of ours holds anything else than the file wants."""
    row = wanted.row
    if wanted.settled or any(getattr(row, name) != value for name, value in wanted.values.items()):
        return True
    return any(row.properties.get(key) != value for key, value in wanted.own.items())


def settle(wanted: Any, doors: Mapping[tuple[int, str], str]) -> tuple[dict[str, Any], list[str]]:
    """
    Part what the file would change into what it may, and the names of what stands.

    An empty column is filled. A column that holds something else is overwritten where an import
    wrote it last; what a person or an agent wrote since stands.
    """
    row, change, kept = wanted.row, dict(wanted.settled), []
    for name, value in wanted.values.items():
        held = getattr(row, name)
        if held == value:
            continue
        if may_write(held, doors.get((row.pk, name))):
            change[name] = value
        elif not name.endswith("_key"):
            kept.append(name.removesuffix("_id").removesuffix("_cents").replace("_", " "))
    own = {}
    for key, value in wanted.own.items():
        held = row.properties.get(key)
        if held != value and may_write(held, doors.get((row.pk, f"{CUSTOM}{key}"))):
            own[key] = value
        elif held != value:
            kept.append(key.replace("_", " "))
    if own:
        change["properties"] = {**row.properties, **own}
    return change, kept


def may_write(held: Any, door: str | None) -> bool:
    """Say whether an import may write over what is held, and was last written through `door`."""
    return held in (None, "", [], {}) or held is False or door in (None, Door.IMPORT)


def own_fields(record: Record) -> dict[str, Any]:
    """Return the values of the organization's own fields that a row gives, by key."""
    return {
        name.removeprefix(CUSTOM): value
        for name, value in record.values.items()
        if name.startswith(CUSTOM)
    }
