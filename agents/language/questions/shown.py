"""Records and what they hold, in words: one in a line, many in a list, amounts and days."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from agents.language.frames import noun_of
from audit.actors import Actor, system
from crm import names, refs
from crm.conditions import get_catalogue, kinds, times
from crm.models import CustomField
from crm.refs import Ref

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
MOST_ROWS = 20


def money(cents: int | float, currency: str) -> str:
    """Write an amount: $12,500."""
    whole = f"{cents / 100:,.2f}".removesuffix(".00")
    return f"{SIGNS[currency]}{whole}" if currency in SIGNS else f"{whole} {currency}".strip()


def list_rows(listed: Sequence[str], kind: str, count: int, by: Actor, *, pick: str = "") -> str:
    ids = [int(ref.partition(":")[2]) for ref in listed]
    rows = {row.pk: row for row in refs.visible(kind, by=by).filter(pk__in=ids)}
    lines = [f"- {describe(rows[pk], pick=pick)}" for pk in ids[:MOST_ROWS] if pk in rows]
    more = [f"- and {count - len(lines):,} more"] if count > len(lines) else []
    if count == 1 and lines:
        return f"1 {noun_of(kind, one=True)}: {lines[0][2:]}."
    return "\n".join([f"{count:,} {noun_of(kind, one=count == 1)}:", *lines, *more])


def describe(row: Any, *, pick: str = "") -> str:
    """Return one record in a line: its name, where it stands, what it is worth, whose it is."""
    kind = refs.kind_of(type(row))
    name = str(getattr(row, "title", "") or getattr(row, "name", "") or row)
    parts = []
    if kind == "position":
        who = row.contact.name
        name = f"{who} ({row.title})" if row.title and row.title != who else who
        parts.append(f"{row.stage.name} in {row.pipeline.name}")
        if row.value_cents is not None:
            parts.append(money(row.value_cents, row.currency))
        if row.owner:
            parts.append(str(row.owner.user))
    elif kind == "contact":
        parts += [
            part
            for part in (row.job_title, row.company.name if row.company else "", row.email)
            if part
        ]
    elif kind == "task":
        parts += [
            part
            for part in (
                row.contact.name if row.contact else "",
                f"due {row.due_at:%-d %B %Y}" if row.due_at else "",
            )
            if part
        ]
    elif kind == "activity":
        name = row.subject or row.get_kind_display()
        parts += [f"{row.get_kind_display()} with {row.contact.name}", write_day(row.occurred_at)]
    if pick:
        value = read(row, pick)
        reason = "reason: " if pick == "position.lost_reason" else ""
        parts.append(f"{reason}{show(value, row, pick)}")
    return f"{name}: {', '.join(parts)}" if parts else name


def read(row: Any, path: str) -> Any:
    """Return what a record holds under a condition's path."""
    field = _field(row, path)
    return field.read(row) if field else None


def _field(row: Any, path: str) -> Any:
    customs = list(CustomField.objects.filter(organization_id=row.organization_id))
    return get_catalogue(type(row)).find(
        path, lambda on: [each for each in customs if each.on == on]
    )


def show(value: Any, row: Any, path: str) -> str:
    """Return what a field holds in words."""
    field = _field(row, path)
    if value is None or value == "" or value == []:
        return "none"
    if isinstance(field.kind, kinds.Money):
        currency = getattr(row, "currency", "") or row.organization.currency
        return money(int(value), currency)
    if isinstance(field.kind, kinds.Reference):
        found = names.find([Ref(field.kind.kind, value)], by=system(row.organization_id))
        return next(iter(found.values()), str(value))
    if isinstance(field.kind, times.Day):
        return write_day(value)
    if isinstance(field.kind, kinds.YesNo):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{field.kind.plain(value):,}" if isinstance(field.kind, kinds.Number) else str(value)


def write_day(value: Any) -> str:
    """Write a day in words and as a date."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    return f"{value:%-d %B %Y} ({value:%Y-%m-%d})" if isinstance(value, date) else str(value)
