"""What must be true of an organization's own fields, and of e-mails, after an undo as well."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from audit import clock
from audit.models import Change, Verb
from audit.undo.history import MISSING
from audit.undo.laws import Rows, holds_for
from audit.wording import OWN_FIELDS, Key
from crm.models import Company, Contact, CustomField, Email
from crm.models.emails import EmailStatus

FIELDS = CustomField._meta.db_table
PREFIX = f"{OWN_FIELDS}."

# Rows that have such fields, by table.
_models: dict[str, type[models.Model]] = {}
_columns: dict[str, set[str]] = {FIELDS: {"on", "key"}}


def watch(model: type[models.Model]) -> None:
    """Look after the fields of one more kind of row."""
    _models[model._meta.db_table] = model
    _columns[model._meta.db_table] = {PREFIX}


watch(Contact)
watch(Company)


@holds_for(_columns)
def values_belong_to_fields(rows: Rows) -> dict[Key, str]:
    """No value comes back whose field is gone, and no field goes while values of it stay."""
    return _find_homeless(rows) | _find_held(rows)


def _find_homeless(rows: Rows) -> dict[Key, str]:
    """Return rows that would get a value of a field that is gone."""
    wanted: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for (table, row), written in rows.items():
        for column, value in written.put.items() if table in _models else ():
            if column.startswith(PREFIX) and value is not MISSING:
                wanted[_kind(table), column.removeprefix(PREFIX)].append((table, row))
    if not wanted:
        return {}
    removed = _find_removed(rows)
    deleted = Change.objects.filter(table_name=FIELDS, verb=Verb.DELETE)
    known = CustomField.objects.values_list("pk", "on", "key")
    declared = {(on, key) for pk, on, key in known if pk not in removed}
    gone = {(on, key) for pk, on, key in known if pk in removed}
    gone |= set(deleted.values_list("before__on", "before__key"))
    returned = {
        (each.after["on"], each.after["key"])
        for (table, _), each in rows.items()
        if table == FIELDS and each.is_there
    }
    return {
        row: "The field it is a value of is not there any more."
        for field in (wanted.keys() & gone) - declared - returned
        for row in wanted[field]
    }


def _find_held(rows: Rows) -> dict[Key, str]:
    """Return fields that would go although rows keep values of them."""
    held: dict[Key, str] = {}
    for field in CustomField.objects.filter(pk__in=_find_removed(rows)):
        table = next(table for table in _models if _kind(table) == field.on)
        holding: Any = _models[table]._default_manager
        having = holding.filter(**{f"{OWN_FIELDS}__has_key": field.key})
        left = [
            row
            for row in having.values_list("pk", flat=True)
            if not _loses(rows, (table, row), field.key)
        ]
        if left:
            who = f"1 {field.on} has" if len(left) == 1 else f"{len(left):,} records have"
            held[FIELDS, field.pk] = f"{who} a value of {field.label} by now, so it stays."
    return held


def _find_removed(rows: Rows) -> list[int]:
    return [row for (table, row), each in rows.items() if table == FIELDS and not each.is_there]


def _loses(rows: Rows, row: Key, key: str) -> bool:
    """Whether undo removes the row, or the value from it."""
    written = rows.get(row)
    return written is not None and (
        not written.is_there or written.put.get(PREFIX + key) is MISSING
    )


def _kind(table: str) -> str:
    return str(_models[table]._meta.model_name)


@holds_for({Email._meta.db_table: {"status"}})
def no_mail_goes_out_by_undo(rows: Rows) -> dict[Key, str]:
    """An e-mail is held again only while there is time left to recall it."""
    return {
        key: "It would go out at once; send it anew instead."
        for key, written in rows.items()
        if written.is_there and _goes_at_once(written.after)
    }


def _goes_at_once(after: Mapping[str, Any]) -> bool:
    if after.get("status") != EmailStatus.HELD:
        return False
    send_at = after.get("send_at")
    return send_at is None or datetime.fromisoformat(send_at) <= clock.real_now()
