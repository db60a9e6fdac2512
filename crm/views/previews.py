"""What a preview of an import says in words: what would be made, and how rows are read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from crm.imports.cells import Record
from crm.imports.fields import CUSTOM, Type
from crm.imports.kinds import KINDS
from crm.imports.receipts import Receipt
from crm.templatetags.crm_format import money

ONE = {"companies": "company", "pipelines": "board"}
MANY = {"pipelines": "boards"}
LONGEST = 80  # characters of a value
# What a row is called by, the best first.
NAMES = ["name", "title", "subject", "contact_name", "email", "contact_email", "external_id"]


def made(receipt: Receipt) -> list[str]:
    """Say what else comes with the rows: 1 board: Sales; 2 fields: Plan, Size; 3 companies."""
    said = []
    for what, count in receipt.also.items():
        word = ONE.get(what, what.removesuffix("s")) if count == 1 else MANY.get(what, what)
        groups = receipt.named.get(what, {})
        called = [", ".join(names) + (f" on {of}" if of else "") for of, names in groups.items()]
        more = count - sum(map(len, groups.values()))
        if called and more:
            called.append(f"and {more:,} more")
        said.append(f"{count:,} {word}" + (f": {'; '.join(called)}" if called else ""))
    return said


def examples(records: Sequence[Record], kind: str, *, currency: str) -> list[dict[str, Any]]:
    """
    Return rows as they were read: what they are called, and each value by its label.

    :param currency: of amounts that name none
    """
    return [_example(record, kind, currency) for record in records]


def _example(record: Record, kind: str, currency: str) -> dict[str, Any]:
    full = f"{record.get('first_name')} {record.get('last_name')}".strip()
    name = next((str(record.get(each)) for each in NAMES if record.get(each)), full)
    used = next((each for each in NAMES if record.get(each)), "")
    values = {
        _label(field, kind): _said(field, value, kind, record.get("currency") or currency)
        for field, value in record.values.items()
        if field not in (used, "currency")
    }
    return {"name": name[:LONGEST], "values": values | record.rest}


def _label(field: str, kind: str) -> str:
    if field.startswith(CUSTOM):
        return field.removeprefix(CUSTOM).replace("_", " ").capitalize()
    return KINDS[kind][field].label


def _said(field: str, value: Any, kind: str, currency: str) -> str:
    """Say a value so that one sees how it was understood."""
    known = not field.startswith(CUSTOM) and KINDS[kind][field].type
    if known in (Type.MONEY, Type.CENTS):
        return str(money(value, currency))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        at = f"{value:%H:%M}"
        return f"{value.day} {value:%b %Y}" + (f", {at}" if at != "00:00" else "")
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
