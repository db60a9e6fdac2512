"""Rows on their way into one table: checked before they are written, then written together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DataError, IntegrityError, models, transaction

from crm import fields
from crm.fields import Unsuitable
from crm.imports import bulk, known
from crm.imports.cells import Record
from crm.imports.registry import Batch


@dataclass
class Wanted:
    """What the file wants a row of ours to hold."""

    row: Any
    values: dict[str, Any]
    own: dict[str, Any]  # custom fields, by key
    line: int
    settled: dict[str, Any] = field(default_factory=dict)  # is written, whoever wrote before


@dataclass
class Stored:
    """Rows of one table on their way in: new ones, and what changes of those we had."""

    model: type[Any]
    batch: Batch
    counts: bool = True  # whether these rows are what the file is about
    new: list[Any] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)  # id() of a new row -> its line
    wanted: dict[int, Wanted] = field(default_factory=dict)

    def add(self, row: Any, record: Record) -> bool:
        """Have a new row saved; if a value does not fit its column, note that and return False."""
        if not self._fits(_contents(row), getattr(row, "properties", {}), record):
            return False
        row.organization_id = self.batch.organization.pk
        row.created_by = self.batch.importing.ref
        if self.counts and record.get("created_at"):
            row.created_at = record.get("created_at")
        self.new.append(row)
        self.lines[id(row)] = record.line
        if self.counts:
            self.batch.receipt.created += 1
        return True

    def want(
        self,
        row: Any,
        values: Mapping[str, Any],
        record: Record,
        settled: Mapping[str, Any] | None = None,
    ) -> bool:
        """
        Have a row hold `values`, as far as nobody wrote others since.

        Of two rows of the file about one row of ours the first counts, and the other fills gaps.

        :param settled: columns that are written whoever wrote before, for the caller has asked
        """
        own = known.own_fields(record) if hasattr(row, "properties") else {}
        if not self._fits(values, own, record):
            return False
        before = self.wanted.get(row.pk)
        if before is None:
            self.wanted[row.pk] = Wanted(row, dict(values), own, record.line, dict(settled or {}))
            return True
        self._say_differing(before.values, values, record, before.line)
        before.values = {**values, **before.values}
        before.own = {**own, **before.own}
        self.batch.receipt.merged += 1
        return True

    def complete(self, row: Any, values: Mapping[str, Any], record: Record) -> bool:
        """Fill what an earlier row of the file about the same new row left empty."""
        own = known.own_fields(record) if hasattr(row, "properties") else {}
        if not self._fits(values, own, record):
            return False
        held = {name: getattr(row, name) for name in values if not _is_empty(getattr(row, name))}
        self._say_differing(held, values, record, self.lines.get(id(row), 0))
        for name, value in values.items():
            if name not in held:
                setattr(row, name, value)
        if own:
            row.properties = {**own, **row.properties}
        if self.counts:
            self.batch.receipt.merged += 1
        return True

    def save(self) -> list[Any]:
        """Write everything in a few statements, count it, and return the new rows that are in."""
        self.new = insert(self.model, self.new, self._lost)
        self._update()
        return self.new

    def _fits(self, values: Mapping[str, Any], own: Mapping[str, Any], record: Record) -> bool:
        problem = find_problem(self.model, values) or find_own_problem(own, record, self.batch)
        if problem and self.counts:
            self.batch.receipt.fail(record.line, problem)
        return not problem

    def _lost(self, row: Any, problem: str) -> None:
        line = self.lines.get(id(row), 0)
        if self.counts:
            self.batch.receipt.created -= 1
            self.batch.receipt.fail(line, problem)
        else:
            self.batch.receipt.note(line, problem)

    def _update(self) -> None:
        receipt, table = self.batch.receipt, self.model._meta.db_table
        different = [each for each in self.wanted.values() if known.differs(each)]
        doors = known.find_writers(table, [each.row.pk for each in different])
        receipt.skipped += (len(self.wanted) - len(different)) if self.counts else 0
        changed: set[str] = set()
        rows = []
        for each in different:
            change, kept = known.settle(each, doors)
            if kept:
                receipt.keep(each.line, kept)
            if not change:
                receipt.skipped += 1
                continue
            for name, value in change.items():
                setattr(each.row, name, value)
            changed |= change.keys()
            rows.append(each.row)
        update(self.model, rows, sorted(changed), self._refuse)
        receipt.updated += len(rows)

    def _refuse(self, row: Any, problem: str) -> None:
        self.batch.receipt.updated -= 1
        self.batch.receipt.fail(self.wanted[row.pk].line, problem)

    def _say_differing(
        self, held: Mapping[str, Any], values: Mapping[str, Any], record: Record, line: int
    ) -> None:
        """Say which values of a row are left out, because another line gave others."""
        names = [name for name in values if name in held and held[name] != values[name]]
        plain = [label(name) for name in names if not name.endswith(("_key", "_source"))]
        if plain and self.counts:
            self.batch.receipt.note(
                record.line, f"About the same as line {line}, whose {', '.join(plain)} was taken."
            )


def insert(model: type[Any], rows: list[Any], lose: Any) -> list[Any]:
    """
    Insert rows; where the database refuses some, the others go in one by one.

    :param lose: told of each row that cannot go in, and why
    :return: the rows that went in
    """
    try:
        with transaction.atomic():
            bulk.insert(model, rows)
        return rows
    except (DataError, IntegrityError):
        for row in rows:
            row.pk, row._state.adding = None, True
    return [row for row in rows if _alone(row, lose, force_insert=True)]


def update(model: type[Any], rows: list[Any], names: list[str], lose: Any) -> None:
    """Update columns of rows; where the database refuses some, the others go one by one."""
    if not rows:
        return
    try:
        with transaction.atomic():
            bulk.update(model, rows, names)
    except (DataError, IntegrityError):
        for row in rows:
            _alone(row, lose, update_fields=names)


def _alone(row: Any, lose: Any, **how: Any) -> bool:
    try:
        with transaction.atomic():
            row.save(**how)
    except (DataError, IntegrityError) as error:
        lose(row, _sentence(error))
        return False
    return True


def find_problem(model: type[Any], values: Mapping[str, Any]) -> str:
    """Return why a value does not fit its column, as a sentence; "" if all do."""
    for name, value in values.items():
        column = model._meta.get_field(name)
        if value is None or isinstance(value, bool | date) or column.is_relation:
            continue
        if isinstance(value, str) and _is_roomy(column, value):
            continue
        try:
            fields.clean_value(column, value)
        except Unsuitable as problem:
            return f"{label(name).capitalize()}: {problem}"
    return ""


def _is_roomy(column: Any, text: str) -> bool:
    """Say whether a text certainly fits, without asking the column's validators."""
    return text.isprintable() and len(text) <= (column.max_length or fields.LONGEST_TEXT)


def find_own_problem(own: Mapping[str, Any], record: Record, batch: Batch) -> str:
    """Return why a value does not fit a field of the organization's own; "" if all do."""
    for key, value in own.items():
        if isinstance(value, str) and len(value) > 10_000:
            return f"{key}: At most 10,000 characters; this has {len(value):,}."
        if isinstance(value, int | float) and abs(value) > 2**53 - 1:
            return f"{key}: This number is too large to be kept exactly."
    return ""


def label(name: str) -> str:
    """Return a column's name for people."""
    return name.removesuffix("_id").removesuffix("_cents").replace("_", " ")


def _contents(row: models.Model) -> dict[str, Any]:
    """Return what a new row says beyond the defaults of its columns."""
    loaded = row.__dict__
    names = _names(type(row))
    return {name: loaded[name] for name in names if loaded.get(name) not in (None, "", [], False)}


_columns: dict[type[Any], list[str]] = {}


def _names(model: type[Any]) -> list[str]:
    if model not in _columns:
        told = (each for each in model._meta.concrete_fields if not each.generated)
        _columns[model] = [
            each.attname
            for each in told
            if not each.is_relation and not isinstance(each, models.DateField | models.JSONField)
        ]
    return _columns[model]


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {}) or value is False


def _sentence(error: Exception) -> str:
    """Say what the database held against a row; its own words name columns, not people's."""
    told = getattr(error.__cause__, "diag", None)
    name = (told.constraint_name or told.column_name) if told else ""
    about = f" ({name.replace('_', ' ')})" if name else ""
    return f"The values of this row cannot be kept together{about}."
